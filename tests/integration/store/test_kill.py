"""A run that is killed while it saves loses at most what it was saving."""

import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from fakes.watched import NOW

from veille.store import open_watch

TESTS = Path(__file__).resolve().parents[2]

SAVING = """
import sys
from pathlib import Path
from datetime import timedelta
sys.path[:0] = sys.argv[2:]
from fakes.watched import DAY, NOW, PACE, poll, read
from veille.store import open_watch
from veille.store.watch import polls, readings  # else loaded once asked, which is not to be killed

print("ready", flush=True)
with open_watch(Path(sys.argv[1]), now=NOW) as watch:
    [done] = watch.db.rows("SELECT count(DISTINCT polled_at) AS nights FROM polls")
    for night in range(done["nights"], 100_000):
        now = NOW + night * DAY
        items = [f"{night} {n}" for n in range(20)]
        watch.save_polls([poll(name, *items, at=now) for name in "abcde"], PACE)
        lacking = watch.lacking_articles(now, backlog=99)
        watch.save_readings([read(item, "texte " * 500, at=now) for item in lacking], attempts=6)
        print(night, flush=True)
"""


def kill_while_saving(path, seconds):
    """Let a process save night after night, kill it, and return the last night it told of."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SAVING), path, TESTS, TESTS.parent],
        stdout=subprocess.PIPE,
        text=True,
    ) as saving:
        assert saving.stdout.readline() == "ready\n"
        time.sleep(seconds)
        saving.kill()
        told = saving.stdout.read().split()
    return int(told[-1]) if told else None


def check(path, last_told):
    """What was told as saved is there, everything is whole, nothing is there twice."""
    with open_watch(path, now=NOW) as watch:
        [counted] = watch.db.rows(
            """SELECT
                (SELECT count(*) FROM polls) AS polls,
                (SELECT coalesce(sum(new_items), 0) FROM polls) AS announced,
                (SELECT count(*) FROM entries) AS entries,
                (SELECT count(DISTINCT entry_id) FROM entries) AS different,
                (SELECT count(*) FROM articles) AS articles,
                (SELECT count(DISTINCT item_id) FROM articles) AS read,
                (SELECT count(article_id) FROM attempts) AS attempts"""
        )
        assert counted["polls"] % 5 == 0
        assert counted["entries"] == counted["different"] == counted["announced"]
        assert counted["articles"] == counted["read"] == counted["attempts"]
        if last_told is not None:
            assert counted["polls"] >= 5 * (last_told + 1)
            assert counted["articles"] >= 20 * (last_told + 1)
        known = watch.db.rows("FROM source_current ORDER BY ALL")
        watch.rebuild_current()
        assert watch.db.rows("FROM source_current ORDER BY ALL") == known


@pytest.mark.parametrize(
    "kills", [4, pytest.param(40, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_a_killed_run_leaves_a_whole_store(tmp_path, kills):
    path = tmp_path / "watch.duckdb"
    draw = random.Random(kills)
    last_told = None
    for kill in range(kills):
        told = kill_while_saving(path, draw.uniform(0, 0.4 if kill == 0 else 1.0))
        last_told = told if told is not None else last_told
        check(path, last_told)
    assert last_told is not None
