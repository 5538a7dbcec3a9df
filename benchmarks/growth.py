"""Does a night cost more, the more is stored?

500 new pages of 50 feeds, on a working store that holds so many items: take, poll, read, group and
judge, as a process of its own, start-up included; publishing is apart (`catalogue`). Held against
the same night on the smallest store: two nights on each at the usual size, three at the largest, by
turns, each from the same store; of each step the cheapest counts, for to read the same pages takes
a tenth more or less from one time to the next. A run that did nothing comes before each, as after
any night: it has counted what is stored, and noted how far all is done. The items stored are as
heavy as real ones (`stored.py`); the new pages are served on loopback by another process, not
counted. Judged without sentence vectors: these cost the same whatever is stored, and more than all
the rest.

What remains at 500,000 is grouping: looking the night's bands up among 21 million, and comparing
with the candidates of two weeks, which a store of 8,000 has as well. What is still to do is looked
for since the last note (`veille/store/watch/looking.py`). docs/decisions.md has each question, and
what was tried.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.cost import cost
from benchmarks.figures import Figure, Size
from benchmarks.loopback import Site, served
from benchmarks.stored import fill
from benchmarks.watched import night, watching
from veille.classify.opening import open_judge

ROOT = Path(__file__).resolve().parents[1]
STEPS = ("take", "poll", "read", "group", "judge")
STORED = {
    Size.SMALL: (20,),
    Size.USUAL: (1_000, 20_000),
    Size.LARGE: (1_000, 100_000, 500_000),
}
FEEDS, PAGES = {Size.SMALL: 2, Size.USUAL: 50, Size.LARGE: 50}, 10
TIMES = {Size.SMALL: 1, Size.USUAL: 2, Size.LARGE: 3}
REST = "beginning and end"


class Night(NamedTuple):
    """What a night cost: CPU seconds of each step and of the rest of the run, and memory in MB."""

    parts: Mapping[str, float]
    peak: float

    @property
    def cpu(self) -> float:
        return sum(self.parts.values())


class Judging(NamedTuple):
    """Models, where they are kept fitted, and their version."""

    models: Path
    var: Path
    version: str


def measure(size: Size) -> list[Figure]:
    """Return what the nights cost."""
    nights: dict[int, list[Night]] = {stored: [] for stored in STORED[size]}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        judging = _without_vectors(folder)
        for stored in nights:
            fill(
                _kept(folder, stored), stored, sources=FEEDS[size], model=judging.version,
                until=datetime.now(UTC),
            )  # fmt: skip
        for _turn in range(TIMES[size]):
            for stored, taken in nights.items():
                taken.append(_night(folder / "w", _kept(folder, stored), FEEDS[size], judging))
    least, *more = STORED[size]
    floor = _cheapest(nights[least])
    figures = _alone(least, floor)
    for stored in more:
        figures += _figures(stored, _cheapest(nights[stored]), least, floor)
    return figures


def _kept(folder: Path, stored: int) -> Path:
    return folder / f"{stored}.duckdb"


def _without_vectors(folder: Path) -> Judging:
    """Return our own models, fitted without sentence vectors."""
    models, var = folder / "models", folder / "var"
    shutil.copytree(ROOT / "models", models)
    recipe = models / "domains/model.yaml"
    told = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    told["weights"]["vectors"] = 0
    recipe.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return Judging(models, var, open_judge(models, var).version)


def _night(workspace: Path, kept: Path, feeds: int, judging: Judging) -> Night:
    """Run a night in a workspace that holds what is kept."""
    with served(feeds, PAGES) as sites:
        _prepare(workspace, kept, sites, judging)
        os.sync()  # else the store is still being written, on the same two cores
        cost([*night(workspace), "--only", "take"])  # leaves what any night leaves to the next
        spent = cost(night(workspace))
    shutil.rmtree(workspace)
    told = json.loads(spent.said)
    new = {step["name"]: step["new"] for step in told["steps"]}
    assert new["read"] == feeds * PAGES, told
    steps = {step["name"]: step["cpu_seconds"] for step in told["steps"]}
    return Night(steps | {REST: spent.cpu - sum(steps.values())}, spent.peak)


def _cheapest(nights: Sequence[Night]) -> Night:
    """Return each part as the cheapest of these nights has it: the rest is what others did then."""
    parts = {name: min(night.parts[name] for night in nights) for name in nights[0].parts}
    return Night(parts, max(night.peak for night in nights))


def _prepare(workspace: Path, kept: Path, sites: list[Site], judging: Judging) -> None:
    watching(workspace, sites, STEPS)
    (workspace / "models").symlink_to(judging.models)
    (workspace / "var").mkdir()
    (workspace / "var/models").symlink_to(judging.var / "models")
    shutil.copy(kept, workspace / "var/watch.duckdb")


def _alone(stored: int, cost: Night) -> list[Figure]:
    among = f"{stored:,} stored"
    return [
        Figure(name=f"a night, {among}", value=cost.cpu, unit="CPU-s"),
        Figure(name=f"memory of the largest process, {among}", value=cost.peak, unit="MB",
               most=1_000),
    ]  # fmt: skip


def _figures(stored: int, cost: Night, least: int, floor: Night) -> list[Figure]:
    beside = f"{least:,} stored"
    parts = [
        Figure(
            name=f"of it, {part}, {stored:,} stored", value=cost.parts[part], unit="CPU-s",
            beside=beside, floor=floor.parts[part],
        )
        for part in (*STEPS, REST)
    ]  # fmt: skip
    return [
        Figure(
            name=f"a night, {stored:,} stored", value=cost.cpu, unit="CPU-s", beside=beside,
            floor=floor.cpu,
        ),
        *parts,
        Figure(
            name=f"what it costs more, {stored:,} stored", value=cost.cpu - floor.cpu,
            unit="CPU-s", most=2.0,
        ),
        Figure(
            name=f"memory of the largest process, {stored:,} stored", value=cost.peak, unit="MB",
            beside=beside, floor=floor.peak, most=1_000,
        ),
    ]  # fmt: skip
