"""Readers beside a night at work: each sees one whole snapshot, whatever is published meanwhile."""

import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from fakes.clock import FakeClock
from fakes.processes import kill_all, start
from fakes.published import NOW, item, publish_items

from veille.pipeline import Options
from veille.runner import publish_now, run_pipeline
from veille.starter import make_workspace

STARTED = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
READER = """
import pathlib, sys, time, duckdb
*paths, pause = sys.argv[1:]
link, stop = map(pathlib.Path, paths)
asked, last = 0, ""
names = set()
while not stop.exists():
    with duckdb.connect(str(link), read_only=True) as connection:
        [(held, told, indexed, name)] = connection.execute(
            "SELECT (SELECT count(*) FROM items), items, (SELECT count(*) FROM word_index),"
            " snapshot_id FROM snapshot").fetchall()
        found = connection.execute("SELECT count(*) FROM search('coopérative')").fetchall()
        assert held == told == indexed > 0 and found, (held, told, indexed, found)
        assert name >= last, (name, last)
    asked, last = asked + 1, name
    names.add(name)
    time.sleep(float(pause))
print(asked, len(names))
"""


@contextmanager
def readers(root, count, told, *, pause):
    """Let so many processes query the open edition as long as the block lasts; then tell."""
    stop = root / "stop"
    link = root / "open" / "catalogue.duckdb"
    command = [sys.executable, "-c", READER, str(link), str(stop), str(pause)]
    processes = [start(command, root) for _ in range(count)]
    try:
        yield
        stop.touch()
        for process in processes:
            said, complaints = process.communicate(timeout=120)
            assert process.returncode == 0, complaints
            told.append(tuple(map(int, said.split())))
    finally:
        for process in processes:
            kill_all(process)


def test_readers_see_whole_snapshots_while_others_are_published(tmp_path):
    publish_items(tmp_path, item("0", "Une coopérative"))
    told = []
    with readers(tmp_path, 3, told, pause=0):
        for n in range(1, 4):
            items = [item(str(k), "Une coopérative de plus") for k in range(n + 1)]
            publish_items(tmp_path, *items, at=NOW + timedelta(minutes=n), keep=3)
        time.sleep(0.5)
    assert all(asked > 0 for asked, _seen in told)


@pytest.mark.slow
def test_ten_readers_beside_nights_that_publish_in_a_loop(tmp_path):
    """Two minutes, five publications at least: none meets an error, one left open keeps its rows.

    They pause between queries, or on two cores the nights would hardly get a turn.
    """
    clock = FakeClock(STARTED)
    workspace = make_workspace(tmp_path / "w", sample=True, now=STARTED)
    run_pipeline(workspace, "nightly", clock=clock)
    told: list[tuple[int, int]] = []
    published = 0
    path = str((workspace.catalogue / "team" / "catalogue.duckdb").resolve())
    with duckdb.connect(path, read_only=True) as early:
        before = early.execute("SELECT item_id, text FROM items ORDER BY ALL").fetchall()
        with readers(workspace.catalogue, 10, told, pause=0.5):
            until = time.monotonic() + 120
            while time.monotonic() < until or published < 5:
                clock.advance(hours=24)
                run_pipeline(workspace, "nightly", Options(force=True), clock=clock)
                clock.advance(minutes=1)
                publish_now(workspace, clock=clock)
                published += 1
        assert early.execute("SELECT item_id, text FROM items ORDER BY ALL").fetchall() == before
    assert all(asked > 5 for asked, _seen in told)
