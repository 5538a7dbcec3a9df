"""Runs, robots.txt records, and what holds for the store as a whole."""

from dataclasses import replace

import pytest
from fakes.watched import DAY, NOW, PACE, announced, failed, poll, read, source, unread

from veille.errors import FailureKind, StoreError
from veille.model import FailureReport, RobotsRecord, RunReport, StepReport
from veille.model.articles import Article, TextFrom
from veille.sharing import Share
from veille.store.watch import runs
from veille.store.watch.runs import Begun

BEGUN = RunReport("run 1", "nightly", "running", NOW)
ENDED = replace(
    BEGUN,
    status="partial",
    finished_at=NOW + DAY / 24,
    steps=(StepReport("poll", done=2, new=7, failed=1, cpu_seconds=0.25, seconds=1.5),),
    memory_mb=131.5,
    stores={"watch": 1_200_000},
    failures=(FailureReport("poll", "timeout", "tiess", "Le serveur n’a pas répondu."),),
)


def test_a_run_is_remembered_as_it_was_told(watch):
    watch.start_run(BEGUN)
    assert watch.last_runs(9) == [BEGUN]
    watch.finish_run(ENDED)
    watch.finish_run(replace(ENDED, status="ok"))
    assert watch.last_runs(9) == [ENDED]


@pytest.mark.every_home
def test_when_each_pipeline_last_began_whole_is_told(watch):
    assert watch.begun(NOW) == Begun(None, {})
    told = [("nightly", 0), ("nightly", 1), ("weekly", 2), ("nightly", 3), ("nightly", 900)]
    for n, (pipeline, day) in enumerate(told):
        at, only = NOW + day * DAY, "judge" if day == 3 else None
        run = replace(BEGUN, run_id=f"run {n}", pipeline=pipeline, started_at=at, only=only)
        watch.start_run(run)
        if day != 1:
            watch.finish_run(replace(run, status="ok", finished_at=at))
    assert watch.last_runs(9)[1].only == "judge"
    whole = {"nightly": NOW + DAY, "weekly": NOW + 2 * DAY}
    good = {"nightly": NOW, "weekly": NOW + 2 * DAY}
    assert watch.begun(NOW + 9 * DAY) == Begun(NOW, whole, good), "that of a wrong clock apart"


def test_a_run_that_died_stays_visible(watch):
    runs = [replace(BEGUN, run_id=f"run {n}", started_at=NOW + n * DAY) for n in range(3)]
    watch.start_run(runs[0])
    watch.finish_run(replace(ENDED, run_id="run 0"))
    watch.start_run(runs[1])
    watch.start_run(runs[2])
    told = [(run.run_id, run.status) for run in watch.last_runs(9)]
    assert told == [("run 2", "running"), ("run 1", "died"), ("run 0", "partial")]
    assert [run.run_id for run in watch.last_runs(1)] == ["run 2"]


def test_robots_records_outlive_the_run(reopen):
    first, second = RobotsRecord("User-agent: *\n", NOW), RobotsRecord("", NOW + DAY)
    with reopen() as watch:
        assert watch.robots.get("https://example.org") is None
        watch.robots.put("https://example.org", first)
        watch.robots.put("https://b.example.org:8080", first)
        assert watch.robots.get("https://example.org") == first
        watch.save_polls([poll("a")], PACE)
        watch.robots.put("https://example.org", second)
    with reopen() as watch:
        assert watch.robots.get("https://example.org") == second
        assert watch.robots.get("https://b.example.org:8080") == first
        assert len(watch.db.rows("FROM robots_texts")) == 2


@pytest.mark.every_home
@pytest.mark.parametrize(
    ("fails", "told"),
    [
        (lambda watch: watch.db.run("DELETE FROM no_such_table"), StoreError),
        (lambda watch: _interrupt(), KeyboardInterrupt),
    ],
)
def test_what_fails_is_undone_whole_and_told(watch, fails, told):
    watch.save_polls([poll("a", "x")], PACE)

    def half():
        with watch.db.transaction():
            watch.db.run("DELETE FROM polls")
            fails(watch)

    with pytest.raises(told):
        half()
    assert len(watch.db.rows("FROM polls")) == 1
    assert watch.save_polls([poll("a", "y", at=NOW + DAY)], PACE) == {"a": 1}


def _interrupt():
    raise KeyboardInterrupt


def test_the_store_is_the_same_after_closing(reopen):
    with reopen() as watch:
        watch.save_polls([poll("a", "x")], PACE)
    with reopen() as watch:
        [item] = watch.lacking_articles(NOW, backlog=1)
        assert item.entry.title == "x"


@pytest.mark.every_home
def test_everything_in_the_store_says_what_it_is(watch):
    tables = watch.db.rows(
        """SELECT table_name AS name, comment FROM duckdb_tables()
        WHERE database_name = current_database() AND NOT internal
        UNION ALL
        SELECT view_name, comment FROM duckdb_views()
        WHERE database_name = current_database() AND NOT internal
        UNION ALL
        SELECT table_name || '.' || column_name, comment FROM duckdb_columns()
        WHERE database_name = current_database() AND NOT internal
        AND table_name IN (FROM (SELECT table_name FROM duckdb_tables()))"""
    )
    assert len(tables) > 130
    assert [row["name"] for row in tables if not row["comment"]] == []


@pytest.mark.every_home
def test_no_view_is_misled_by_a_fact_written_twice(watch):
    """Two writers of a DuckLake may both append the same fact; nothing there forbids it."""
    watch.start_run(BEGUN)
    watch.finish_run(ENDED)
    watch.remember_sources([source("a"), source("b")], NOW)
    watch.robots.put("https://example.org", RobotsRecord("User-agent: *\n", NOW))
    watch.save_polls([poll("a", "x", "y", "z"), failed("b", FailureKind.TIMEOUT)], PACE)
    x, y, z = watch.lacking_articles(NOW, backlog=9)
    poor = Article(x.url, "x", "Extrait.", TextFrom.FEED)
    watch.save_readings([read(x), unread(y), unread(z, article=poor)], attempts=6)
    watch.save_polls([poll("a", announced("x", title="X"), "new", at=NOW + DAY)], PACE)

    def told():
        later = NOW + 9 * DAY
        views = [row["view_name"] for row in watch.db.rows("SELECT view_name FROM duckdb_views()"
                 " WHERE database_name = current_database() AND NOT internal")]  # fmt: skip
        return (
            {view: watch.db.rows(f"FROM {view} ORDER BY ALL") for view in views},
            watch.last_runs(9),
            watch.health(later),
            watch.due([source("a"), source("b")], later),
            watch.lacking_articles(later, backlog=9),
            watch.counts(backlog=9),
        )

    once = told()
    for row in watch.db.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND NOT internal AND table_name <> 'schema_mark'"
    ):
        watch.db.run(f"INSERT INTO {row['table_name']} FROM {row['table_name']}")
    assert told() == once
    watch.rebuild_current()
    assert told() == once


@pytest.mark.every_home
def test_engines_that_count_differently_are_noticed_though_they_never_meet(watch):
    nights = iter(range(9))

    def night(text):
        """Run one engine's night; return what it notices."""
        run = replace(BEGUN, run_id=f"run {(n := next(nights))}", started_at=NOW + n * DAY / 2)
        share = Share.read(text)
        noticed = runs.other_share(watch.db, share)
        runs.start_run(watch.db, run, share)
        runs.finish_run(watch.db, replace(run, status="ok", finished_at=run.started_at), share)
        return noticed and str(noticed)

    assert [night(share) for share in ("1/2", "2/2", "1/2")] == [None] * 3
    assert night("1/3") is None, "the other may be given its new share before it runs"
    assert night("2/2") == "1/3"
    assert night("1/3") == "2/2"
    assert [night(share) for share in ("2/3", "1/3", "2/3")] == [None] * 3, "both know now"
