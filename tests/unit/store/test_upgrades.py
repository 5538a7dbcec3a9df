"""A store of each schema version that there was opens and is brought up to date, nothing lost.

Stores are made by replaying the migrations up to a version and adding rows, by hand
(tests/data/stores) or, for the working store, two of each table by the types of its columns. So
that what is replayed is what was released, released migrations are known by their hashes.
"""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from fakes.readers import KEYS, open_readers

from veille.errors import SchemaError
from veille.store import open_watch
from veille.store.database import Database
from veille.store.desk import APPLICATION_ID as DESK
from veille.store.desk import MIGRATIONS as OF_DESK
from veille.store.desk import open_desk
from veille.store.migrations import migrate, numbered
from veille.store.subscribers.opening import APPLICATION_ID as SUBSCRIBERS
from veille.store.subscribers.opening import MIGRATIONS as OF_SUBSCRIBERS
from veille.store.watch.opening import MIGRATIONS as OF_WATCH

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2] / "data" / "stores"
FOLDERS = {"watch": OF_WATCH, "subscribers": OF_SUBSCRIBERS, "desk": OF_DESK}


def versions(folder):
    return range(1, max(numbered(folder)) + 1)


@pytest.mark.parametrize("version", versions(OF_WATCH))
def test_the_working_store(tmp_path, version):
    path = tmp_path / "watch.duckdb"
    with duckdb.connect(str(path)) as connection:
        db = Database(connection, str(path))
        migrate(db, "watch", _Up(OF_WATCH, version), engine="0", now=NOW)
        tables = _tables(connection)
        for table in tables:
            _add_two_rows(connection, table)
        before = {table: _rows(connection, table) for table in tables}
    with open_watch(path, now=NOW) as store:
        for table, rows in before.items():
            names = ", ".join(f'"{name}"' for name in rows[0])
            found = store.db.rows(f"SELECT {names} FROM {table} ORDER BY ALL")
            assert [tuple(map(str, row.values())) for row in found] == [
                tuple(map(str, row.values())) for row in rows
            ]
        store.rebuild_current()
        store.tidy(dict.fromkeys(("versions", "judgements", "polls", "runs"), NOW), dry_run=True)
        for [view] in store.db.connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            store.db.rows(f"FROM {view}")


@pytest.mark.parametrize(
    ("name", "version"),
    [(name, n) for name in ("subscribers", "desk") for n in versions(FOLDERS[name])],
)
def test_the_stores_of_people(tmp_path, name, version):
    path = tmp_path / f"{name}.sqlite"
    application_id = {"subscribers": SUBSCRIBERS, "desk": DESK}[name]
    with closing(sqlite3.connect(path)) as db:
        for number, file in numbered(FOLDERS[name]).items():
            if number <= version:
                db.executescript(file.read_text(encoding="utf-8"))
                db.executescript(_script(name, number))
        db.executescript(f"PRAGMA application_id={application_id}; PRAGMA user_version={version}")
        before = _contents(db)
    opened = open_readers(path) if name == "subscribers" else open_desk(path)
    with opened:
        pass
    with closing(sqlite3.connect(path)) as db:
        after = _contents(db)
    assert {table: after[table] for table in before} == before


@pytest.mark.parametrize("name", FOLDERS)
def test_released_migrations_do_not_change(name):
    """One that needs mending is mended by the next one: stores have been through this one."""
    told = json.loads((DATA / "released.json").read_text(encoding="utf-8"))[name]
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in numbered(FOLDERS[name]).values()
    }
    assert {file: found.get(file) for file in told} == told


def test_a_newer_store_is_told_so_and_left_alone(tmp_path):
    path = tmp_path / "desk.sqlite"
    with open_desk(path):
        pass
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="999"):
        open_desk(path)
    assert path.read_bytes() == before


class _Up:
    """The migrations of a folder up to a version."""

    def __init__(self, folder, version: int) -> None:
        self._files = [file for number, file in numbered(folder).items() if number <= version]

    def iterdir(self):
        return iter(self._files)


def _script(name: str, version: int) -> str:
    text = (DATA / f"{name}.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- since (\d+)\n", text, flags=re.MULTILINE)
    by_version = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    if version not in by_version:
        pytest.fail(f"tests/data/stores/{name}.sql: rows « since {version} » are to be added")
    return by_version[version].replace("{mark}", KEYS.hash_of("mark", ""))


def _contents(db: sqlite3.Connection) -> dict[str, list[tuple]]:
    names = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {name: db.execute(f"SELECT * FROM {name}").fetchall() for [name] in names}


def _tables(connection) -> list[str]:
    rows = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal")
    return sorted(name for [name] in rows.fetchall() if name != "schema_mark")


def _rows(connection, table: str) -> list[dict]:
    result = connection.execute(f"FROM {table} ORDER BY ALL")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _add_two_rows(connection, table: str) -> None:
    columns = connection.execute(
        "SELECT data_type, column_name FROM duckdb_columns() WHERE table_name = $table"
        " ORDER BY column_index", {"table": table},
    ).fetchall()  # fmt: skip
    for number in (1, 2):
        values = ", ".join(f"({_literal(kind, name, number)})::{kind}" for kind, name in columns)
        connection.execute(f"INSERT INTO {table} VALUES ({values})")


def _literal(kind: str, name: str, number: int) -> str:
    if name == "outcome":
        return "'ok'"
    if kind.startswith("STRUCT"):
        return f"[{{item_id: 'item{number}', tied_to: NULL}}]"
    plain = {
        "VARCHAR": f"'{name}{number}'",
        "JSON": "'{}'",
        "BOOLEAN": "true",
        "TIMESTAMP WITH TIME ZONE": f"'2026-11-0{number} 02:00:00+00'",
        "DATE": f"'2026-11-0{number}'",
    }
    element = kind.removesuffix("[]")
    literal = plain.get(element, str(number))
    return f"[{literal}]" if kind.endswith("[]") else literal
