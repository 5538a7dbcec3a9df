"""Readers beside a night at work: each sees one whole snapshot, whatever is published meanwhile."""

import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from fakes.asking import readers
from fakes.clock import FakeClock
from fakes.published import NOW, item, publish_items
from fakes.workspaces import new_workspace

from veille.pipeline import Options
from veille.runner import publish_now, run_pipeline

STARTED = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_readers_see_whole_snapshots_while_others_are_published(tmp_path):
    publish_items(tmp_path, item("0", "Une coopérative"))
    with readers(tmp_path, 3, pause=0.02) as told:
        for n in range(1, 4):
            items = [item(str(k), "Une coopérative de plus") for k in range(n + 1)]
            publish_items(tmp_path, *items, at=NOW + timedelta(minutes=n), keep=3)
        time.sleep(0.5)
    assert all(one.waits for one in told)


@pytest.mark.slow
def test_ten_readers_beside_nights_that_publish_in_a_loop(tmp_path):
    """Two minutes, five publications at least: none meets an error, one left open keeps its rows.

    They pause between queries, or on two cores the nights would hardly get a turn.
    """
    clock = FakeClock(STARTED)
    workspace = new_workspace(tmp_path / "w", sample=True, now=STARTED)
    run_pipeline(workspace, "nightly", clock=clock)
    published = 0
    path = str((workspace.catalogue / "team" / "catalogue.duckdb").resolve())
    with duckdb.connect(path, read_only=True) as early:
        before = early.execute("SELECT item_id, text FROM items ORDER BY ALL").fetchall()
        with readers(workspace.catalogue, 10, pause=0.5) as told:
            until = time.monotonic() + 120
            while time.monotonic() < until or published < 5:
                clock.advance(hours=24)
                run_pipeline(workspace, "nightly", Options(force=True), clock=clock)
                clock.advance(minutes=1)
                publish_now(workspace, clock=clock)
                published += 1
        assert early.execute("SELECT item_id, text FROM items ORDER BY ALL").fetchall() == before
    assert all(len(one.waits) > 5 for one in told)
