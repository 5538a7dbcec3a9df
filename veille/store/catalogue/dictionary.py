"""The data dictionary: what the catalogue says of its own tables and views, as one page."""

from itertools import groupby

import duckdb

from veille.i18n import _

_OBJECTS = """
FROM (
    SELECT table_name AS name, comment, false AS is_view FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT temporary
    UNION ALL BY NAME
    SELECT view_name AS name, comment, true AS is_view FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal AND NOT temporary
)
ORDER BY is_view DESC, starts_with(name, 'word_'), name
"""
_COLUMNS = """
SELECT table_name, column_name, data_type, comment FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal ORDER BY table_name, column_index
"""


def dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the page, in Markdown, of the database in use: views first, the search index last."""
    columns = {
        name: [told for _name, *told in of_it]
        for name, of_it in groupby(connection.execute(_COLUMNS).fetchall(), key=lambda row: row[0])
    }
    lines = ["# " + _("What the catalogue holds"), ""]
    head = " | ".join((_("column"), _("type"), _("meaning")))
    for name, comment, _is_view in connection.execute(_OBJECTS).fetchall():
        lines += [f"## {name}", "", comment or "", ""]
        lines += [f"| {head} |", "| --- | --- | --- |"]
        lines += [
            f"| `{column}` | {kind} | {meaning or ''} |" for column, kind, meaning in columns[name]
        ]
        lines.append("")
    return "\n".join(lines)
