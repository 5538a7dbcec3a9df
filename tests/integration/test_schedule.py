"""The clock and its runs as real processes: begun, refused, waited for, ended in order."""

import json
import os
import signal
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from fakes import commands
from fakes.processes import VEILLE, is_alive, kill_all, start, wait_until
from fakes.workspaces import new_workspace
from rich.console import Console

from veille.cli.screen import screen
from veille.errors import UsageError
from veille.health.report import exit_code, read_status, summary
from veille.health.situation import situation
from veille.pipeline import Options
from veille.runlock import holder_of
from veille.runner import run_pipeline
from veille.workspace import open_workspace

SLOW = """\
import time

def slow(run):
    for _item, _made in run.each(
        range({items}), lambda n: time.sleep(0.1), lane=lambda n: 0, at_once=1
    ):
        pass

def after(run):
    run.tally.done = 1

def pipeline(run):
    run.do(slow)
    run.do(after)
"""


@pytest.fixture
def workspace(tmp_path):
    """Its nightly run was due ten minutes ago and takes a minute; others are not due."""
    now = datetime.now(UTC)
    made = new_workspace(tmp_path / "w", sample=True, now=now)
    slow(made, 600)
    for other in set(made.pipelines.glob("*.py")) - {made.pipelines / "nightly.py"}:
        other.unlink()
    made.var.mkdir(exist_ok=True)
    local = (now - timedelta(minutes=10)).astimezone(made.settings.zone)
    with made.config.open("a", encoding="utf-8") as config:
        config.write(f"\nschedule:\n  nightly:\n    at: '{local:%H:%M}'\n")
    (made.var / "schedule.since").write_text((now - timedelta(days=1)).isoformat())
    return open_workspace(made.root)


def slow(workspace, items):
    (workspace.pipelines / "nightly.py").write_text(SLOW.format(items=items))


def veille(workspace, *words):
    return commands.veille(*words, "-w", str(workspace.root), at=workspace.root)


@contextmanager
def going(workspace, *words):
    """A command that goes on while the block runs, and not beyond."""
    process = start([VEILLE, *words], workspace.root, VEILLE_LANGUAGE="fr")
    with process:  # which closes its pipes
        try:
            yield process
        finally:
            kill_all(process)


def runs(workspace):
    if not workspace.status.is_file():
        return []
    return json.loads(workspace.status.read_text(encoding="utf-8"))["runs"]


def at_work(workspace):
    return bool(runs(workspace)) and runs(workspace)[0]["status"] == "running"


def note(workspace):
    return json.loads(workspace.lock.with_suffix(".json").read_text())


def ticks(workspace):
    return holder_of(workspace.var / "schedule.lock") is not None


@pytest.fixture
def started(workspace):
    """The clock, and its run at work."""
    with going(workspace, "schedule") as process:
        assert wait_until(lambda: at_work(workspace), seconds=30, every=0.05)
        yield process


def test_asked_to_stop_it_ends_its_run_in_order_and_a_restart_doubles_nothing(workspace, started):
    child = note(workspace)["pid"]
    assert os.getsid(child) != os.getsid(started.pid)
    before = time.monotonic()
    started.terminate()
    _said, complained = started.communicate(timeout=20)
    assert time.monotonic() - before < 10
    assert started.returncode == 0, complained
    assert "nightly : commence, prévue le" in complained.replace("\xa0", " ")
    assert not is_alive(child)
    assert runs(workspace)[0]["status"] == "interrupted"
    with going(workspace, "schedule") as again:
        assert wait_until(lambda: ticks(workspace), seconds=30, every=0.05)
        assert not wait_until(lambda: at_work(workspace), seconds=1.5, every=0.05)
        again.send_signal(signal.SIGINT)
        assert again.wait(10) == 0
    assert len(runs(workspace)) == 1


def test_once_runs_what_is_due_and_only_that(workspace):
    slow(workspace, 1)
    first = veille(workspace, "schedule", "--once")
    assert first.returncode == 0
    assert "nightly" in first.stderr
    again = veille(workspace, "schedule", "--once")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert [one["status"] for one in runs(workspace)] == ["ok"]


def test_whoever_comes_beside_is_told_who_is_at_work(workspace, started):
    pid = note(workspace)["pid"]
    second = veille(workspace, "schedule")
    assert second.returncode == 3
    assert f"processus {started.pid}" in second.stderr
    assert veille(workspace, "schedule", "--once").returncode == 0, "left to the one that is there"
    other = veille(workspace, "run", "nightly", "--since", "2026-11-01")
    assert other.returncode == 3
    assert f"processus {pid}" in other.stderr
    assert "nightly" in other.stderr
    shown = json.loads(veille(workspace, "status", "--json").stdout)["schedule"]
    assert shown["at_work"]["pid"] == pid
    assert shown["missed"] == {}
    assert datetime.fromisoformat(shown["next"]["nightly"]) > datetime.now(UTC)
    os.kill(pid, signal.SIGKILL)  # its lock is free, its note stale
    slow(workspace, 1)
    assert veille(workspace, "run", "nightly").returncode == 0
    assert [one["status"] for one in runs(workspace)[:2]] == ["ok", "died"]


def test_a_run_that_waits_gets_its_turn(workspace):
    with going(workspace, "run", "nightly") as first:
        assert wait_until(lambda: at_work(workspace), seconds=30, every=0.05)
        slow(workspace, 1)
        with going(workspace, "run", "nightly", "--wait", "1") as second:
            assert not wait_until(lambda: second.poll() is not None, seconds=1.5, every=0.05)
            first.terminate()
            assert second.wait(20) == 0
        assert first.wait(10) == 130


def test_a_run_out_of_time_ends_in_order_and_says_so(workspace):
    slow(workspace, 60)
    report = run_pipeline(workspace, "nightly", Options(budget=1))
    assert exit_code(report) == 0
    assert "son temps est écoulé" in summary(report)
    [told] = runs(workspace)
    assert told["status"] == "out_of_time"
    [step] = told["steps"]
    assert 0 < step["done"] < 60
    assert step["skipped"] == 60 - step["done"]
    with workspace.config.open("a", encoding="utf-8") as config:
        config.write("run:\n  budget_minutes: 0.02\n")
    usual = open_workspace(workspace.root)
    assert run_pipeline(usual, "nightly").status == "out_of_time"
    slow(workspace, 1)
    assert run_pipeline(usual, "nightly", Options(budget=0)).status == "ok"


def shown(workspace, at):
    """What `veille status` shows at a moment."""
    console = Console(width=80)
    with console.capture() as captured:
        console.print(screen(situation(workspace, at), workspace.settings.zone, {}, []))
    return captured.get().replace("\xa0", " ")


def test_a_step_alone_is_no_whole_night(workspace):
    slow(workspace, 1)
    with pytest.raises(UsageError, match="slow, after"):
        run_pipeline(workspace, "nightly", Options(only="jugde"))
    report = run_pipeline(workspace, "nightly", Options(only="after"))
    assert [step.name for step in report.steps] == ["after"]
    now, told = datetime.now(UTC), read_status(workspace.status)
    assert told["begun"] == {}
    assert "aurait dû" not in shown(workspace, now), "ten minutes are not late"
    soon = now + timedelta(minutes=40)
    assert "« nightly » aurait dû commencer" in shown(workspace, soon)
    assert run_pipeline(workspace, "nightly").only is None
    assert "aurait dû" not in shown(workspace, soon)
    assert "Prochaines exécutions" in shown(workspace, soon)
