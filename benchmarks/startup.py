"""How long does a command take to begin?

CPU milliseconds of whole processes, the middle of several, by turns with the floor: a Python that
imports nothing (`python -c pass`), and one that imports typer, which any command line of that kind
does. `veille status` is asked in a workspace that has published once from the sample web.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import cost
from benchmarks.figures import Figure, Size
from benchmarks.watched import with_fitted_model

TIMES = {Size.SMALL: 1, Size.USUAL: 9, Size.LARGE: 15}
PYTHON = [sys.executable, "-c", "pass"]
TYPER = [sys.executable, "-c", "import typer; typer.Typer()"]
VEILLE = [sys.executable, "-m", "veille"]


def measure(size: Size) -> list[Figure]:
    """Return what `--help` and `status` cost."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "w"
        cost([*VEILLE, "init", str(workspace), "--sample"])
        if size is not Size.SMALL:
            with_fitted_model(workspace)
            cost([*VEILLE, "run", "nightly", "--limit", "20", "--workspace", str(workspace)])
        commands = {
            "python": PYTHON,
            "typer": TYPER,
            "help": [*VEILLE, "--help"],
            "status": [*VEILLE, "status", "--workspace", str(workspace)],
        }
        spent = in_turn(commands, TIMES[size])
    return [
        Figure(
            name="`veille --help`", value=spent["help"], unit="ms", beside="Python that imports "
            "typer", floor=spent["typer"], most=250,
        ),
        Figure(
            name="`veille status`", value=spent["status"], unit="ms",
            beside="Python that imports typer", floor=spent["typer"],
            note="nearly all imports: settings, rich, DuckDB, dates; nothing that searches.",
        ),
        Figure(
            name="Python that imports typer", value=spent["typer"], unit="ms",
            beside="Python that imports nothing", floor=spent["python"],
        ),
    ]  # fmt: skip


def in_turn(commands: dict[str, list[str]], times: int) -> dict[str, float]:
    """Return the CPU milliseconds of each command: the middle of so many, taken in turn."""
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            spent[name].append(1000 * cost(command).cpu)
    return {name: statistics.median(each) for name, each in spent.items()}
