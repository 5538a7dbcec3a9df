"""Two engines, a workspace and a share of the sites each, run a night on one store at once."""

import json
import shutil
import sys
from contextlib import closing

import pytest
from fakes.night import COLLECT
from fakes.postgres import postgres
from fakes.processes import kill_all, start
from fakes.watched import NOW
from fakes.workspaces import new_workspace

from veille.settings.store import Lake
from veille.sharing import Share
from veille.store import open_watch
from veille.store.catalogue import Catalogue
from veille.store.watch.lakes import open_lake_to_read
from veille.urls import host_of
from veille.workspace import open_workspace

MOMENT = "2026-11-20T07:00:00+00:00"
READ = "SELECT item_id, version, title, text_hash, published_at FROM articles ORDER BY ALL"
PUBLISHED = """
SELECT item_id, title, text, language, relevant, relevance, story_id, domain, probability, evidence
FROM items LEFT JOIN item_domains USING (item_id) ORDER BY ALL
"""
ASKED = "SELECT source_id, sum(new_items) AS new FROM polls GROUP BY ALL ORDER BY ALL"


def workspace(folder, *lines, pipeline=COLLECT):
    made = new_workspace(folder, sample=True, now=NOW)
    if pipeline:
        (made.pipelines / "nightly.py").write_text(pipeline, "utf-8")
    with made.config.open("a", encoding="utf-8") as config:
        config.writelines(f"{line}\n" for line in lines)
    return open_workspace(folder)


def nights(*workspaces):
    """Run a night in each at once; return the reports."""
    commands = [
        [sys.executable, "-m", "fakes.night", one.root, "nightly", MOMENT] for one in workspaces
    ]
    processes = [
        start(command, one.root) for command, one in zip(commands, workspaces, strict=True)
    ]
    try:
        told = [process.communicate(timeout=170) for process in processes]
    finally:
        for process in processes:
            kill_all(process)
    assert [process.returncode for process in processes] == [0] * len(processes), told
    return [json.loads(said)["report"] for said, _complained in told]


@pytest.fixture(scope="module")
def server():
    with postgres() as server:
        yield server


def test_two_engines_collect_what_one_does(server, tmp_path):
    data, store = tmp_path / "data", f"ducklake:postgres:{server.database('nights')}"
    lines = [f'store: "{store}"', f"store_data: {data}"]
    alone = workspace(tmp_path / "alone")
    first, second = (workspace(tmp_path / f"engine-{n}", *lines, f"share: {n}/2") for n in (1, 2))
    nights(alone)
    reports = nights(first, second)
    assert all(report["status"] in ("ok", "partial") for report in reports)
    assert all(step["done"] for report in reports for step in report["steps"])
    nights(first, second)  # what one announced of a site of the other's
    with open_watch(alone.watch, now=NOW) as watch:
        read, asked = watch.db.rows(READ), watch.db.rows(ASKED)
    assert isinstance(first.watch, Lake)
    with closing(open_lake_to_read(first.watch)) as db:
        assert db.rows(READ) == read
        assert db.rows(ASKED) == asked
        for row in db.rows("SELECT engine, asked FROM polls JOIN runs USING (run_id)"):
            assert Share(row["engine"], 2).has(host_of(row["asked"]))
        assert {row["status"] for row in db.rows("FROM runs")} <= {"ok", "partial"}


@pytest.mark.slow
def test_a_whole_night_publishes_there_what_it_does_in_a_file(server, tmp_path, fitted):
    store = f"ducklake:postgres:{server.database('whole')}"
    lines = [f'store: "{store}"', f"store_data: {tmp_path / 'data'}"]
    homes = [
        workspace(tmp_path / "file", pipeline=""),
        workspace(tmp_path / "lake", *lines, pipeline=""),
    ]
    for home in homes:
        shutil.copytree(fitted, home.var / "models")
    nights(*homes)
    published = []
    for home in homes:
        with Catalogue(home.catalogue) as catalogue:
            published.append(catalogue.rows(PUBLISHED))
    assert published[0] == published[1]
    assert len(published[0]) > 80
