"""Run the benchmarks, each in a process of its own, and write what they say into RESULTS.md.

    python -m benchmarks [NAME …] [--size small|usual|large] [--render]

Figures are kept in results.jsonl, a line for each benchmark and size, the last one replacing the
one before: so a single one can be taken again, and one cut short takes nothing with it. Those of
size `small` are shown and not kept: they say that the suite runs, nothing more. Exit code 1 if a
benchmark could not be brought to its end, 2 if results.jsonl cannot be read.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cost import cost
from benchmarks.figures import Figure, Size
from benchmarks.machine import load, machine
from benchmarks.rendering import Ran, document, table
from veille.files import write

BENCHMARKS = (
    "startup",
    "repoll",
    "first_night",
    "judge",
    "nightly",
    "growth",
    "stories",
    "catalogue",
    "pages",
    "mails",
    "distant",
)
"""The questions, in the order of RESULTS.md: each a module here with `measure(size)`."""

HERE = Path(__file__).resolve().parent
KEPT, RESULTS = HERE / "results.jsonl", HERE / "RESULTS.md"


def main() -> int:
    """Run what was asked for."""
    arguments = argparse.ArgumentParser(description="Measure veille beside floors and peers.")
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    arguments.add_argument("--size", type=Size, choices=list(Size), default=Size.USUAL)
    arguments.add_argument("--render", action="store_true", help="only write RESULTS.md again")
    given = arguments.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        arguments.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    try:
        kept()  # lines that cannot be read are told before anything is measured
    except ValueError as error:
        arguments.error(str(error))
    if given.render:
        render()
        return 0
    try:
        failed = run(given.names or BENCHMARKS, given.size)
    except KeyboardInterrupt:
        print("interrupted; what came to its end before is kept", file=sys.stderr)
        return 130
    if failed:
        print(f"not brought to their end: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def run(names: Sequence[str], size: Size) -> list[str]:
    """Run these benchmarks in turn, keep what they say, and return those that failed."""
    failed = []
    for name in names:
        try:
            ran = run_one(name, size)
        except subprocess.CalledProcessError:
            failed.append(name)
            continue
        print(f"\n{name}: {ran.cpu:.0f} CPU-s, {ran.seconds:.0f} s\n{table(ran.figures)}")
        sys.stdout.flush()
        if size is not Size.SMALL:
            keep(ran)
    return failed


def run_one(name: str, size: Size) -> Ran:
    """Run one benchmark in a process of its own; raise CalledProcessError when it fails."""
    at, before = datetime.now(UTC), time.monotonic()
    spent = cost([sys.executable, "-m", "benchmarks.one", name, size])
    figures = tuple(Figure(**one) for one in json.loads(spent.said))
    return Ran(
        name=name, size=size, at=at.isoformat(timespec="seconds"), machine=machine(), load=load(),
        cpu=spent.cpu, seconds=time.monotonic() - before, peak=spent.peak, figures=figures,
    )  # fmt: skip


def kept() -> list[Ran]:
    """Return what was kept of earlier runs; raise ValueError, naming it, for a line of no run."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []
    return [_read(line, number) for number, line in enumerate(lines, start=1)]


def _read(line: str, number: int) -> Ran:
    try:
        return Ran.of(json.loads(line))
    except (ValueError, TypeError, LookupError) as error:
        why = f"{KEPT}, line {number}: no run of a benchmark ({error}); take the line out"
        raise ValueError(why) from None


def keep(ran: Ran) -> None:
    """Keep a run in place of the earlier one of that benchmark and size, and tell it."""
    others = [one for one in kept() if (one.name, one.size) != (ran.name, ran.size)]
    order = sorted([*others, ran], key=lambda one: (one.name, one.size))
    write(KEPT, "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in order))
    render()


def render() -> None:
    """Write RESULTS.md from what is kept."""
    write(RESULTS, document(kept(), BENCHMARKS))


if __name__ == "__main__":
    sys.exit(main())
