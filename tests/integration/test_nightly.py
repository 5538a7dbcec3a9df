"""The main job, end to end, on the sample web: real sockets, a real store, the real pipeline."""

import json

import duckdb
import pytest

from veille.pipeline import Options
from veille.runner import run_pipeline


@pytest.fixture(scope="module")
def copy(tmp_path_factory, first_night):
    return first_night.copy(tmp_path_factory.mktemp("watch") / "w")


@pytest.fixture(scope="module")
def workspace(copy):
    return copy[0]


@pytest.fixture(scope="module")
def clock(copy):
    return copy[1]


@pytest.fixture(scope="module")
def account(first_night):
    return first_night.report


def steps(report):
    return {step.name: step for step in report.steps}


def rows(workspace, sql):
    with duckdb.connect(str(workspace.watch), read_only=True) as store:
        return store.execute(sql).fetchall()


def test_the_first_night_reads_the_sample_web(account, workspace):
    told = steps(account)
    assert account.status == "partial"
    assert told["poll"].done == 23
    assert told["poll"].failed == 3  # gone, out of order, dead
    assert told["poll"].new == 90
    assert told["read"].new >= 85
    assert told["read"].cpu_seconds > 0


def test_what_three_sites_tell_is_one_story(account, workspace):
    assert steps(account)["group"].done == steps(account)["read"].new
    told = rows(
        workspace,
        """SELECT list(regexp_extract(url, '//([a-z-]+)', 1) ORDER BY position)
        FROM story_member_current JOIN article_current USING (item_id) GROUP BY story_id""",
    )
    [release] = [sites for (sites,) in told if "fonds-relais" in sites]
    assert release[0] == "fonds-relais", "the original first"
    assert len(release) == 3
    assert steps(account)["group"].new == len(told)


def test_nobody_s_address_is_kept(account, workspace):
    tables = [name for (name,) in rows(workspace, "SELECT table_name FROM duckdb_tables()")]
    for table in tables:
        kept = rows(workspace, f"SELECT count(*) FROM {table} t WHERE t::VARCHAR LIKE '%@%.org%'")
        assert kept == [(0,)], table


def test_a_refused_page_keeps_the_feed_s_own_text(account, workspace):
    kept = rows(
        workspace,
        "SELECT text_from, page_outcome, count(*) FROM article_current "
        "WHERE url LIKE '%quotidien-capitale%' GROUP BY ALL",
    )
    assert [(origin, why) for origin, why, _count in kept] == [("feed", "denied")]


def test_pages_that_are_no_articles_are_not_taken_for_some(account, workspace):
    urls = {url for (url,) in rows(workspace, "SELECT url FROM article_current")}
    assert "http://babillard-quartier.example.org/" not in urls
    assert not [url for url in urls if url and "connexion" in url]


def test_a_second_run_straight_after_stores_nothing_new(account, workspace, clock):
    before = rows(workspace, "SELECT count(*) FROM articles")
    again = run_pipeline(workspace, "nightly", Options(force=True), clock=clock)
    told = steps(again)
    assert told["poll"].new == 0
    assert told["read"].new == 0
    assert (told["group"].done, told["group"].new) == (0, 0)
    assert rows(workspace, "SELECT count(*) FROM articles") == before


def test_the_second_night_brings_new_articles_and_new_versions(account, workspace, clock):
    items = rows(workspace, "SELECT count(DISTINCT item_id) FROM articles")[0][0]
    clock.advance(hours=24)
    night = run_pipeline(workspace, "nightly", Options(force=True), clock=clock)
    assert steps(night)["poll"].new > 0
    versions = rows(
        workspace, "SELECT item_id FROM articles GROUP BY item_id HAVING max(version) > 1"
    )
    assert len(versions) >= 2
    assert rows(workspace, "SELECT count(DISTINCT item_id) FROM articles")[0][0] > items


def test_status_is_told_in_a_file(account, workspace):
    told = json.loads(workspace.status.read_text(encoding="utf-8"))
    assert told["runs"][0]["status"] in {"ok", "partial"}
    health = {source["source_id"]: source for source in told["sources"]}
    assert health["bulletin-disparu"]["health"] == "retired"
    assert health["reseau-muet"]["failing_since"]
    assert health["courrier-estuaire"]["last_new"]
