"""The catalogue's tables, views and macros, from their SQL files, with what is said of each.

As in migrations, the remark beside a column or above an object is its COMMENT, here in the reader's
language: each is a sentence of the message catalogues.
"""

import re
from collections.abc import Iterator
from importlib.resources import files

import duckdb

from veille.i18n import _

_FOLDER = files(__package__)
_OBJECT = re.compile(r"CREATE (TABLE|VIEW|MACRO) (\w+)(.*)")
_COLUMN = re.compile(r"    (\w+) +[A-Z].*?--\s*(.+)")
_VIEW_COLUMN = re.compile(r"    .*?(\w+),?\s+--\s*(.+)")


def create(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Make what these SQL files define in the database in use, and describe it."""
    for name in names:
        sql = read(name)
        connection.execute(sql)
        for thing, words in remarks(sql):
            quoted = _(words).replace("'", "''")
            connection.execute(f"COMMENT ON {thing} IS '{quoted}'")


def read(name: str) -> str:
    """Return one of the SQL files: tables, views or search."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def remarks(sql: str) -> Iterator[tuple[str, str]]:
    """Yield what the remarks describe, as COMMENT ON names it, and what they say."""
    above: list[str] = []
    kind, name = "", ""
    for line in sql.splitlines():
        if line.startswith("-- "):
            above.append(line[3:])
        elif made := _OBJECT.match(line):
            kind, name = made[1], made[2]
            if above:
                yield f"{_sql_kind(kind, made[3])} {name}", " ".join(above)
        elif column := (_COLUMN if kind == "TABLE" else _VIEW_COLUMN).match(line):
            if kind != "MACRO":
                yield f"COLUMN {name}.{column[1]}", column[2]
        if not line.startswith("-- "):
            above = []
        if line.endswith(";"):
            kind = ""


def _sql_kind(kind: str, rest: str) -> str:
    return "MACRO TABLE" if kind == "MACRO" and rest.endswith(" AS TABLE") else kind
