"""The suite of `make bench` runs and tells in good form; its times are nobody's business here."""

import inspect
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import __main__ as suite
from benchmarks.__main__ import BENCHMARKS
from benchmarks.figures import Figure, Size
from benchmarks.rendering import Ran, document

ROOT = Path(__file__).resolve().parents[2]
FIGURE = Figure(
    name="500 feeds", value=1.5, unit="CPU-s", beside="bare GETs", floor=1.0, most_times=2.0
)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_asks_a_question(name):
    module = import_module(f"benchmarks.{name}")
    title, _, how = inspect.getdoc(module).partition("\n\n")
    assert title.endswith("?")
    assert how
    assert list(inspect.signature(module.measure).parameters) == ["size"]


def test_one_runs_and_tells():
    """The others run in a small size at the end of .ci/run."""
    command = [sys.executable, "-m", "benchmarks", "startup", "--size", "small"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| `veille --help` |" in done.stdout


RAN = Ran(
    name="startup", size=Size.USUAL, at="2026-11-22T09:00:00+00:00",
    machine={"processor": "some", "veille": "0.1 (abc)"}, load=0.5,
    cpu=10.0, seconds=12.0, peak=200.0, figures=(FIGURE,),
)  # fmt: skip


def test_results_say_what_is_met_and_what_is_not():
    late = replace(FIGURE, value=3.0, note="the rest is kept.")
    told = document([replace(RAN, figures=(FIGURE, late))], BENCHMARKS)
    assert "## Aims: 1 of 2 met" in told
    assert "| 500 feeds | 1.5 CPU-s | 1 (bare GETs) | 1.50 | × 2.00 | met |" in told
    assert "| 500 feeds | 3 CPU-s | 1 (bare GETs) | 3.00 | × 2.00 | **not met** |" in told
    assert "- 500 feeds: the rest is kept." in told


def test_what_was_taken_in_two_sizes_is_told_apart_and_replaces_only_its_own(kept_in):
    for ran in (RAN, replace(RAN, size=Size.LARGE), replace(RAN, cpu=99.0)):
        suite.keep(ran)
    assert [(one.size, one.cpu) for one in suite.kept()] == [("large", 10.0), ("usual", 99.0)]
    told = (kept_in / "RESULTS.md").read_text()
    assert "| `startup` | 500 feeds |" in told
    assert "| `startup` (large) | 500 feeds |" in told


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"figures": [], "size": "huge"}'])
def test_a_line_of_no_run_is_named_before_anything_is_measured(kept_in, line, monkeypatch, capsys):
    suite.keep(RAN)
    with (kept_in / "results.jsonl").open("a") as file:
        file.write(line + "\n")
    monkeypatch.setattr("sys.argv", ["benchmarks", "startup"])
    with pytest.raises(SystemExit, match="2"):
        suite.main()
    assert "results.jsonl, line 2: " in capsys.readouterr().err


@pytest.fixture
def kept_in(tmp_path, monkeypatch):
    monkeypatch.setattr(suite, "KEPT", tmp_path / "results.jsonl")
    monkeypatch.setattr(suite, "RESULTS", tmp_path / "RESULTS.md")
    return tmp_path


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"beside": ""}, "says what it is"),
        ({"floor": None}, "says what it is"),
        ({"floor": None, "beside": ""}, "no floor"),
    ],
)
def test_a_figure_is_told_whole(wrong, why):
    with pytest.raises(ValueError, match=why):
        replace(FIGURE, **wrong)
