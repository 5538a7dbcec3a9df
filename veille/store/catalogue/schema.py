"""The catalogue's tables, views and macros, from their SQL files, with what is said of each.

As in migrations, the remark beside a column or above an object is its COMMENT, here in the reader's
language: each is a sentence of the message catalogues.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import takewhile

import duckdb

from veille.i18n import _

_FOLDER = files(__package__)
_OBJECT = re.compile(r"CREATE (TABLE|VIEW|MACRO) (\w+)(.*)")
_COLUMN = re.compile(r"    (\w+) +[A-Z].*?--\s*(.+)")
_NOTHING = re.compile(r"(?!)")
_VIEW_COLUMN = re.compile(r"    .*?(\w+),?\s+--\s*(.+)")


def create(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Make what these SQL files define in the database in use, and describe it, at one go.

    Each of the 400 remarks as a transaction of its own took more than half of a small publication.
    """
    connection.begin()
    for name in names:
        sql = read(name)
        connection.execute(sql)
        connection.execute(";".join(map(_comment, remarks(sql))))
    connection.commit()


def read(name: str) -> str:
    """Return one of the SQL files: tables, views or search."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def remarks(sql: str) -> Iterator[tuple[str, str]]:
    """Yield what the remarks describe, as COMMENT ON names it, and what they say."""
    for statement in sql.split(";\n"):
        lines = statement.strip().splitlines()
        above = " ".join(line[3:] for line in takewhile(lambda line: line.startswith("-- "), lines))
        made = next(filter(None, map(_OBJECT.match, lines)), None)
        if made is None:
            continue
        kind, name, rest = made.groups()
        if above:
            yield f"{_sql_kind(kind, rest)} {name}", above
        column = {"TABLE": _COLUMN, "VIEW": _VIEW_COLUMN}.get(kind, _NOTHING)
        for found in filter(None, map(column.match, lines)):
            yield f"COLUMN {name}.{found[1]}", found[2]


def _comment(remark: tuple[str, str]) -> str:
    thing, words = remark
    quoted = _(words).replace("'", "''")
    return f"COMMENT ON {thing} IS '{quoted}'"


def _sql_kind(kind: str, rest: str) -> str:
    return "MACRO TABLE" if kind == "MACRO" and rest.endswith(" AS TABLE") else kind
