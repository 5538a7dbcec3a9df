"""Opening the working store: made, brought up to date, or refused with a clear sentence."""

import sqlite3
import subprocess
import sys
from shutil import copytree

import duckdb
import pytest
from fakes.watched import DAY, NOW, PACE, poll, source

from veille.errors import LockHeld, SchemaError, StoreError
from veille.store import check_watch, open_watch, read_item
from veille.store.watch import opening

NEWEST = max(opening.numbered(opening.MIGRATIONS))


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'l’été d\'un "store".duckdb'


def older(path, version, tmp_path, monkeypatch):
    """A store as an engine that only knew the first migrations left it."""
    folder = tmp_path / "migrations"
    copytree(str(opening.MIGRATIONS), folder)
    for number, file in opening.numbered(folder).items():
        if number > version:
            file.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", folder)
        open_watch(path, now=NOW - 99 * DAY).close()


def test_a_store_is_made_where_there_is_none(path):
    assert check_watch(path) == 0
    assert not path.exists()
    open_watch(path, now=NOW).close()
    assert check_watch(path) == NEWEST
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_a_kill_left_of_a_store_in_the_making_is_made_again(path):
    path.with_name(path.name + ".new").write_bytes(b"half a st")
    path.with_name(path.name + ".new.wal").write_bytes(b"half a log")
    open_watch(path, now=NOW).close()
    assert check_watch(path) == NEWEST


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_holds(
    path, version, tmp_path, monkeypatch
):
    older(path, version, tmp_path, monkeypatch)
    with duckdb.connect(path) as db:
        db.execute(
            "INSERT INTO run_starts (run_id, pipeline, started_at, host, pid)"
            " VALUES ('run 0', 'nightly', now(), 'here', 1)"
        )
    assert check_watch(path) == version
    with pytest.raises(SchemaError, match="plus ancien"):
        read_item(path, "any")
    with open_watch(path, now=NOW) as watch:
        assert [run.run_id for run in watch.last_runs(9)] == ["run 0"]
        watch.save_polls([poll("a", "x")], PACE)
        marks = watch.db.rows("SELECT version, applied_at FROM schema_mark ORDER BY version")
    assert [mark["version"] for mark in marks] == list(range(1, NEWEST + 1))
    assert [mark["applied_at"] == NOW for mark in marks].count(True) == NEWEST - version


def test_a_migration_that_fails_leaves_the_store_as_it_was(path, tmp_path, monkeypatch):
    open_watch(path, now=NOW).close()
    folder = tmp_path / "migrations"
    copytree(str(opening.MIGRATIONS), folder)
    broken = folder / f"{NEWEST + 1:04}_broken.sql"
    broken.write_text("CREATE TABLE half (a INTEGER);\nDROP TABLE nothing;\n")
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", folder)
        with pytest.raises(StoreError, match="nothing"):
            open_watch(path, now=NOW)
    assert check_watch(path) == NEWEST
    with open_watch(path, now=NOW) as watch, pytest.raises(StoreError):
        watch.db.rows("FROM half")


def test_a_newer_store_is_refused_and_left_alone(path):
    open_watch(path, now=NOW).close()
    with duckdb.connect(path) as db:
        db.execute("INSERT INTO schema_mark VALUES ('watch', 999, now(), '9.9')")
    before = path.read_bytes()
    for opens in (check_watch, lambda path: open_watch(path, now=NOW)):
        with pytest.raises(SchemaError, match="999") as caught:
            opens(path)
        assert caught.value.exit_code == 2
        assert caught.value.action
    assert path.read_bytes() == before


def foreign_sqlite(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE people (name TEXT)")
    db.close()


def foreign_duckdb(path):
    with duckdb.connect(path) as db:
        db.execute("CREATE TABLE people (name TEXT)")


def another_store(path):
    open_watch(path, now=NOW).close()
    with duckdb.connect(path) as db:
        db.execute("UPDATE schema_mark SET store = 'desk'")


@pytest.mark.parametrize(
    "makes",
    [
        foreign_sqlite,
        foreign_duckdb,
        another_store,
        lambda path: path.write_text("<html>" * 5_000),
        lambda path: path.write_bytes(b""),
    ],
    ids=["sqlite", "duckdb", "another store", "text", "empty file"],
)
def test_a_foreign_file_is_refused_and_left_alone(path, makes):
    makes(path)
    before = path.read_bytes()
    for opens in (check_watch, lambda path: open_watch(path, now=NOW)):
        with pytest.raises(SchemaError, match=path.name):
            opens(path)
    assert path.read_bytes() == before


def test_a_damaged_or_forbidden_file_is_told_without_a_traceback(path, tmp_path):
    open_watch(path, now=NOW).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:6_000])
    with pytest.raises(StoreError, match=path.name):
        open_watch(path, now=NOW)
    path.write_bytes(whole[:20_000] + bytes(len(whole) - 20_000))
    with pytest.raises(StoreError, match=f"{path.name} est abîmé"):
        open_watch(path, now=NOW)
    with pytest.raises(StoreError):
        open_watch(tmp_path / "no such folder" / "watch.duckdb", now=NOW)
    with pytest.raises(StoreError):
        open_watch(tmp_path, now=NOW)


def test_a_store_that_another_process_holds_is_not_waited_for(path):
    open_watch(path, now=NOW).close()
    hold = f"import duckdb; db = duckdb.connect({str(path)!r}); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockHeld, match=str(holder.pid)):
            open_watch(path, now=NOW)
        assert check_watch(path) is None
        holder.communicate(b"\n")
    open_watch(path, now=NOW).close()


def test_any_client_of_duckdb_can_read_the_store_s_views(path):
    with open_watch(path, now=NOW) as watch:
        watch.remember_sources([source("a")], NOW)
        watch.save_polls([poll("a", "x")], PACE)
    with duckdb.connect() as db:
        attached = str(path).replace("'", "''")
        db.execute(f"ATTACH '{attached}' AS other (READ_ONLY)")
        assert db.execute("SELECT source_id, health FROM other.source_health").fetchall() == [
            ("a", "ok")
        ]
