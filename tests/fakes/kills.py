"""kill -9 of runs over the sample web: a night to kill, what it leaves, and a kill in one step."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from fakes.processes import is_alive, kill_all, run, start, wait_until
from fakes.workspaces import new_workspace

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
    "decisions": "FROM decisions",
    "rulings": "SELECT one, other, together, number FROM story_rulings",
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

Contents = dict[str, list[tuple]]


@dataclass(frozen=True)
class Undisturbed:
    """A workspace that never ran, what one whole run of it leaves, and how long that takes."""

    folder: Path
    contents: Contents
    seconds: float

    def copy(self, folder: Path) -> Path:
        return shutil.copytree(self.folder, folder, symlinks=True)


def new_night(folder: Path, models: Path, share: int = 1, at: datetime = NOW) -> Path:
    """Make a workspace of the sample with all sources, or one of so many, for a shorter night."""
    new = new_workspace(folder, sample=True, now=at, share=share)
    shutil.copytree(models, new.var / "models")  # what judges is fitted once, not in each run
    return new.root


def undisturbed_night(folder: Path, models: Path, share: int = 1) -> Undisturbed:
    """Run a night that nobody disturbs."""
    new = new_night(folder / "new", models, share)
    ran = shutil.copytree(new, folder / "ran")
    began = time.monotonic()
    run_to_the_end(ran, NOW)
    return Undisturbed(new, contents(ran), time.monotonic() - began)


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


def contents(night: Path) -> Contents:
    """Return what the store holds that does not depend on when it was put there."""
    look_into_a_copy(night)
    with duckdb.connect(str(night / "var" / "watch.duckdb"), read_only=True) as store:
        return {
            name: sorted(store.execute(query).fetchall(), key=repr)
            for name, query in CONTENTS.items()
        }


def published(night: Path) -> Contents:
    """Return what both editions of the catalogue hold, but for moments and the snapshot's name."""
    told: Contents = {}
    for edition in ("team", "open"):
        path = (night / "var" / "catalogue" / edition / "catalogue.duckdb").resolve()
        with duckdb.connect(str(path), read_only=True) as catalogue:
            columns = catalogue.execute(
                """SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
                JOIN duckdb_tables() USING (table_name)
                WHERE data_type NOT LIKE 'TIMESTAMP%' AND table_name <> 'snapshot'
                GROUP BY table_name"""
            ).fetchall()
            for table, names in columns:
                rows = catalogue.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
                told[f"{edition}.{table}"] = sorted(rows, key=repr)
    return told


def run_to_the_end(night: Path, at: datetime, *words: str, pipeline: str = "nightly") -> str:
    """Run a pipeline, or one step of it, and return what it told."""
    done = run(command(night, at, *words, pipeline=pipeline), night, seconds=300)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def command(night: Path, at: datetime, *words: str, pipeline: str = "nightly") -> list[str]:
    """Return the command of a run that tells which step is at work."""
    given = [str(night), pipeline, at.isoformat(), *words]
    return [sys.executable, "-m", "fakes.steps", *given]


def seconds_of(told: str) -> dict[str, float]:
    """Return how long each step took of a run that told."""
    ended = (line.split() for line in told.splitlines() if line.startswith("<"))
    return {name: float(seconds) for _sign, name, seconds in ended}


def killed(process: subprocess.Popen[str], *, whole: bool = False) -> str:
    """Kill a run's first process and return what it told; the others end then, or with it."""
    kill = os.killpg if whole else os.kill
    kill(process.pid, signal.SIGKILL)  # harmless if it has ended: it waits to be told so
    told, _complaints = process.communicate(timeout=30)
    assert wait_until(lambda: not is_alive(process.pid)), "processes outlive the run"
    return told


def kill_in_step(
    night: Path,
    at: datetime,
    step: str,
    seconds: float,
    drawn: random.Random,
    *,
    pipeline: str = "nightly",
    again: Callable[[], object] = lambda: None,
    whole: bool = False,
) -> None:
    """Start a run and kill it while this step is at work, at a moment drawn over its usual length.

    Where the step was over before the kill, `again` puts all back and another moment is drawn.
    `whole` kills what the run started with it, at once.
    """
    for _try in range(20):
        process = start(command(night, at, pipeline=pipeline), night)
        try:
            said = ""
            while not said.startswith(f"> {step}"):
                said = process.stdout.readline()
                assert said, (step, process.stderr.read())
            time.sleep(drawn.uniform(0, seconds))
            if f"< {step}" not in killed(process, whole=whole):
                return
        finally:
            kill_all(process)
        again()
    raise AssertionError(f"{step} was over each time")
