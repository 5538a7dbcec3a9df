"""kill -9 at random moments of a run over the sample web, then a run to the end: nothing lost,
nothing twice, no process left behind, and the store opens each time.

The moments are drawn with a seed over the length of an undisturbed run; every second one then
waits for the next write to the store, to strike in its midst.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from fakes.processes import is_alive, kill_all, run, start, wait_until

from veille.sources.registry import amend_sources, load_sources
from veille.starter import make_workspace
from veille.store import open_watch

NOW = datetime.fromisoformat("2026-11-21T08:00:00+00:00")
MINUTE = timedelta(minutes=1)
CONTENTS = {
    "entries": "SELECT entry_id, item_id, source_id, first_poll_rank FROM entries",
    "articles": """SELECT item_id, version, url, title, text, author, published_at, date_origin,
        language, text_from, page_outcome FROM articles""",
    "readings": "SELECT item_id, step, outcome, detail FROM attempts",
    "sources": "SELECT source_id, items_hash, failure, flaw FROM source_current",
    "links": "SELECT one, other, kind, share FROM story_link_current",
    "stories": """SELECT list(item_id ORDER BY item_id)
        FROM story_member_current GROUP BY story_id""",
    "judgements": "SELECT item_id, model_version, relevant FROM judgements",
    "tags": "SELECT item_id, facet, tag, given FROM tags",
}
"""By name, the query for what two stores have in common that watched the same web."""

ONCE = {
    "entries": "source_id, item_id, content_hash",
    "articles": "item_id, version",
    "polls": "source_id, run_id",
    "source_current": "source_id",
    "attempts": "entry_id, run_id",
    "story_signatures": "article_id, scheme",
    "story_member_current": "item_id",
    "judgements": "article_id, model_version",
}
"""By table, what is there once only."""


@dataclass(frozen=True)
class Undisturbed:
    """A workspace that never ran, what one whole run of it leaves, and how long that takes."""

    folder: Path
    contents: dict[str, list[tuple]]
    seconds: float

    def copy(self, folder: Path) -> Path:
        return shutil.copytree(self.folder, folder)


@pytest.fixture(scope="module", params=[1])
def undisturbed(request, tmp_path_factory, fitted) -> Undisturbed:
    """All sources, or one of so many, for a shorter night."""
    folder = tmp_path_factory.mktemp("nights")
    new = make_workspace(folder / "new", sample=True, now=NOW)
    shutil.copytree(fitted, new.var / "models")  # what judges is fitted once, not in each run
    ids = [source.id for source in load_sources(new.sources)]
    idle = set(ids) - set(ids[:: request.param])
    amend_sources(new.sources, {ident: {"active": False} for ident in idle})
    ran = shutil.copytree(new.root, folder / "ran")
    started = time.monotonic()
    run_to_the_end(ran, NOW)
    return Undisturbed(new.root, contents(ran), time.monotonic() - started)


@pytest.mark.parametrize("undisturbed", [4], indirect=True)
def test_two_kills_of_one_night(undisturbed, tmp_path):
    """The run that resumes is killed too."""
    night = undisturbed.copy(tmp_path / "w")
    drawn = random.Random("two kills")
    for number in range(2):
        kill_in(night, undisturbed, drawn, NOW + number * MINUTE, in_a_write=number == 1)
    run_to_the_end(night, NOW + 2 * MINUTE)
    assert contents(night) == undisturbed.contents


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_a_kill_at_any_moment(undisturbed, tmp_path, seed):
    night = undisturbed.copy(tmp_path / "w")
    drawn = random.Random(f"kill {seed}")
    kill_in(night, undisturbed, drawn, NOW, in_a_write=seed % 2 == 1)
    run_to_the_end(night, NOW + MINUTE)
    assert contents(night) == undisturbed.contents


def kill_in(
    night: Path, whole: Undisturbed, drawn: random.Random, at: datetime, *, in_a_write: bool
) -> None:
    """Start a run, kill its first process at a random moment, and look at what it leaves."""
    process = start(command(night, at), night)
    try:
        time.sleep(drawn.uniform(0, whole.seconds))
        if in_a_write:
            wait_for_a_write(night, process)
        os.kill(process.pid, signal.SIGKILL)  # harmless if it has ended: it waits to be told so
        process.communicate(timeout=10)
        assert wait_until(lambda: not is_alive(process.pid)), "worker processes outlive the run"
    finally:
        kill_all(process)
    look_into_a_copy(night)


def wait_for_a_write(night: Path, process: subprocess.Popen[str]) -> None:
    def written() -> list[tuple[str, int]]:
        paths = (night / "var").glob("watch.duckdb*")
        return [(path.name, path.stat().st_mtime_ns) for path in paths if path.exists()]

    before = written()
    wait_until(lambda: written() != before or process.poll() is not None, seconds=5, every=0.0005)


def look_into_a_copy(night: Path) -> None:
    """The store opens, with nothing twice in it; in a copy, so that the next run mends its own."""
    var = shutil.copytree(night / "var", night / "copy") if (night / "var").exists() else None
    if var and (var / "watch.duckdb").exists():
        open_watch(var / "watch.duckdb", now=NOW).close()
        with duckdb.connect(str(var / "watch.duckdb"), read_only=True) as store:
            for table, key in ONCE.items():
                twice = store.execute(f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1")
                assert twice.fetchall() == [], table
    shutil.rmtree(night / "copy", ignore_errors=True)


def contents(night: Path) -> dict[str, list[tuple]]:
    look_into_a_copy(night)
    with duckdb.connect(str(night / "var" / "watch.duckdb"), read_only=True) as store:
        return {
            name: sorted(store.execute(query).fetchall(), key=repr)
            for name, query in CONTENTS.items()
        }


def run_to_the_end(night: Path, at: datetime) -> None:
    done = run(command(night, at), night, seconds=300)
    assert done.returncode == 0, done.stderr


def command(night: Path, at: datetime) -> list[str]:
    return [sys.executable, "-m", "fakes.night", str(night), "nightly", at.isoformat()]
