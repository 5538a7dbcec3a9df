"""The main job, end to end, on the sample web: real sockets, a real store, the real pipeline."""

import json
import shutil
from datetime import UTC, datetime

import duckdb
import pytest
from fakes.clock import FakeClock
from fakes.workspaces import new_workspace

from veille.pipeline import Options
from veille.runner import run_pipeline

STARTED = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def clock():
    return FakeClock(STARTED)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, clock, fitted):
    folder = tmp_path_factory.mktemp("watch") / "w"
    made = new_workspace(folder, sample=True, now=clock.now())
    shutil.copytree(fitted, made.var / "models")
    return made


@pytest.fixture(scope="module")
def first_night(workspace, clock):
    return run_pipeline(workspace, "nightly", clock=clock)


def steps(report):
    return {step.name: step for step in report.steps}


def rows(workspace, sql):
    with duckdb.connect(str(workspace.watch), read_only=True) as store:
        return store.execute(sql).fetchall()


def test_the_first_night_reads_the_sample_web(first_night, workspace):
    told = steps(first_night)
    assert first_night.status == "partial"
    assert told["poll"].done == 23
    assert told["poll"].failed == 3  # gone, out of order, dead
    assert told["poll"].new == 90
    assert told["read"].new >= 85
    assert told["read"].cpu_seconds > 0


def test_what_three_sites_tell_is_one_story(first_night, workspace):
    assert steps(first_night)["group"].done == steps(first_night)["read"].new
    told = rows(
        workspace,
        """SELECT list(regexp_extract(url, '//([a-z-]+)', 1) ORDER BY position)
        FROM story_member_current JOIN article_current USING (item_id) GROUP BY story_id""",
    )
    [release] = [sites for (sites,) in told if "fonds-relais" in sites]
    assert release[0] == "fonds-relais", "the original first"
    assert len(release) == 3
    assert steps(first_night)["group"].new == len(told)


def test_nobody_s_address_is_kept(first_night, workspace):
    tables = [name for (name,) in rows(workspace, "SELECT table_name FROM duckdb_tables()")]
    for table in tables:
        kept = rows(workspace, f"SELECT count(*) FROM {table} t WHERE t::VARCHAR LIKE '%@%.org%'")
        assert kept == [(0,)], table


def test_a_refused_page_keeps_the_feed_s_own_text(first_night, workspace):
    kept = rows(
        workspace,
        "SELECT text_from, page_outcome, count(*) FROM article_current "
        "WHERE url LIKE '%quotidien-capitale%' GROUP BY ALL",
    )
    assert [(origin, why) for origin, why, _count in kept] == [("feed", "denied")]


def test_pages_that_are_no_articles_are_not_taken_for_some(first_night, workspace):
    urls = {url for (url,) in rows(workspace, "SELECT url FROM article_current")}
    assert "http://babillard-quartier.example.org/" not in urls
    assert not [url for url in urls if url and "connexion" in url]


def test_a_second_run_straight_after_stores_nothing_new(first_night, workspace, clock):
    before = rows(workspace, "SELECT count(*) FROM articles")
    again = run_pipeline(workspace, "nightly", Options(force=True), clock=clock)
    told = steps(again)
    assert told["poll"].new == 0
    assert told["read"].new == 0
    assert (told["group"].done, told["group"].new) == (0, 0)
    assert rows(workspace, "SELECT count(*) FROM articles") == before


def test_the_second_night_brings_new_articles_and_new_versions(first_night, workspace, clock):
    items = rows(workspace, "SELECT count(DISTINCT item_id) FROM articles")[0][0]
    clock.advance(hours=24)
    night = run_pipeline(workspace, "nightly", Options(force=True), clock=clock)
    assert steps(night)["poll"].new > 0
    versions = rows(
        workspace, "SELECT item_id FROM articles GROUP BY item_id HAVING max(version) > 1"
    )
    assert len(versions) >= 2
    assert rows(workspace, "SELECT count(DISTINCT item_id) FROM articles")[0][0] > items


def test_status_is_told_in_a_file(first_night, workspace):
    told = json.loads(workspace.status.read_text(encoding="utf-8"))
    assert told["runs"][0]["status"] in {"ok", "partial"}
    health = {source["source_id"]: source for source in told["sources"]}
    assert health["bulletin-disparu"]["health"] == "retired"
    assert health["reseau-muet"]["failing_since"]
    assert health["courrier-estuaire"]["last_new"]
