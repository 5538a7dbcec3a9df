"""RESULTS.md, written from what the benchmarks told."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Size

INTRODUCTION = """# Results

Written by `make bench` (see [README.md](README.md)); nothing here was typed by hand. Each figure is
held against a floor, or a peer, measured in the same run: compare ratios, seconds are those of this
machine. CPU is user and system time of all the processes of the thing measured, start-up included
unless its name says otherwise; memory is that of its largest process. *met* and **not met** answer
to the aim beside them; what is not met says why."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run of a benchmark: when (UTC), where, what it took with its floors, and its figures.

    `load` is how many processes wanted the processors during the last minute of it: more than this
    run's own few means that others worked beside it.
    """

    name: str
    size: Size
    at: str
    machine: Mapping[str, str]
    load: float
    cpu: float
    seconds: float
    peak: float
    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, kept: dict) -> "Ran":
        """Return what `asdict` made a mapping of."""
        figures = tuple(Figure(**one) for one in kept["figures"])
        return cls(**kept | {"figures": figures, "size": Size(kept["size"])})


def document(kept: Sequence[Ran], order: Sequence[str]) -> str:
    """Return the whole of RESULTS.md."""
    sizes = list(Size)
    told = sorted(
        (one for one in kept if one.name in order),
        key=lambda one: (order.index(one.name), sizes.index(one.size)),
    )
    parts = [INTRODUCTION, _aims(told), *(_chapter(one) for one in told), _machines(told)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table, then their notes."""
    rows = ["| | ours | floor | ratio | aim | |", "|---|--:|--:|--:|--:|---|"]
    rows += [_row(figure) for figure in figures]
    notes = [
        f"- {figure.name}: {' '.join(figure.note.split())}" for figure in figures if figure.note
    ]
    return "\n".join([*rows, *([""] if notes else []), *notes])


def _aims(told: Sequence[Ran]) -> str:
    aimed = [(ran, one) for ran in told for one in ran.figures if one.is_met is not None]
    met = sum(bool(one.is_met) for _ran, one in aimed)
    if not aimed:
        return ""
    rows = "\n".join(
        f"| `{ran.name}`{_sized(ran)} | {_cell(one.name)} | {_aim(one)} | {_came_to(one)} |"
        for ran, one in aimed
    )
    return f"## Aims: {met} of {len(aimed)} met\n\n| | | aim | came to |\n|---|---|--:|---|\n{rows}"


def _came_to(figure: Figure) -> str:
    came = f"× {figure.ratio:.2f}" if figure.most_times is not None else _value(figure)
    return f"{came}, {'met' if figure.is_met else '**not met**'}"


def _chapter(one: Ran) -> str:
    module = Path(__file__).parent / f"{one.name}.py"
    about = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or one.name
    title, _, how = about.partition("\n\n")
    took = (
        f"`{one.name}`, {one.at}, {one.seconds:.0f} s and {one.cpu:.0f} CPU-s with its floors, "
        f"{one.peak:.0f} MB in the largest process, load {one.load:.1f}, veille "
        f"{one.machine['veille']}."
    )
    return "\n\n".join(
        part for part in (f"## {title}{_sized(one)}", how.strip(), table(one.figures), took) if part
    )


def _sized(one: Ran) -> str:
    return "" if one.size is Size.USUAL else f" ({one.size})"


def _machines(told: Sequence[Ran]) -> str:
    """Return where the figures were taken: once, unless they come from several places."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for one in told:
        where = tuple((key, value) for key, value in one.machine.items() if key != "veille")
        found.setdefault(where, []).append(one.name)
    return "\n\n".join(_machine(where, names, len(found)) for where, names in found.items())


def _machine(where: tuple[tuple[str, str], ...], names: Sequence[str], count: int) -> str:
    title = "## Machine" if count == 1 else f"## Machine of {', '.join(dict.fromkeys(names))}"
    return "\n".join([title, "", *(f"- {key}: {value}" for key, value in where)])


def _row(figure: Figure) -> str:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    met = {None: "", True: "met", False: "**not met**"}[figure.is_met]
    cells = (_cell(figure.name), _value(figure), _floor(figure), ratio, _aim(figure), met)
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _value(figure: Figure) -> str:
    return f"{_number(figure.value)} {figure.unit}"


def _floor(figure: Figure) -> str:
    return "" if figure.floor is None else f"{_number(figure.floor)} ({_cell(figure.beside)})"


def _aim(figure: Figure) -> str:
    return ", ".join(_aims_of(figure))


def _aims_of(figure: Figure) -> Iterator[str]:
    if figure.most_times is not None:
        yield f"× {figure.most_times:.2f}"
    if figure.most is not None:
        yield f"{_number(figure.most)} {figure.unit}"


def _number(value: float) -> str:
    """Return three figures of it, no more: others are noise."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
