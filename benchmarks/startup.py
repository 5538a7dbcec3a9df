"""How long does a command take to begin?

CPU milliseconds of whole processes, the middle of several, by turns with the floor: a Python that
imports nothing (`python -c pass`), and one that imports typer, which any command line of that kind
does. `veille status` is asked in a workspace that has run once on the sample web.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import cost
from benchmarks.figures import Figure, Size

TIMES = {Size.SMALL: 1, Size.USUAL: 15, Size.LARGE: 15}
PYTHON = [sys.executable, "-c", "pass"]
TYPER = [sys.executable, "-c", "import typer; typer.Typer()"]
VEILLE = [sys.executable, "-m", "veille"]


def measure(size: Size) -> list[Figure]:
    """Return what `--help` and `status` cost."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = str(Path(folder) / "w")
        subprocess.run([*VEILLE, "init", workspace, "--sample"], check=True, capture_output=True)
        if size is not Size.SMALL:
            night = [*VEILLE, "run", "nightly", "--workspace", workspace, "--quiet"]
            subprocess.run(night, check=True, capture_output=True)
        commands = {
            "python": PYTHON,
            "typer": TYPER,
            "help": [*VEILLE, "--help"],
            "status": [*VEILLE, "status", "--workspace", workspace],
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
