"""What a search found and a query answered, as tables for people."""

import textwrap
from collections.abc import Sequence

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from veille.i18n import _, _n
from veille.store.catalogue import OPEN, TEAM, Found, Published
from veille.store.catalogue.formats import rows, shown

_SPACES = frozenset("\n\t\u00a0\u202f")
_NARROW = 14
"""Characters a column needs, its gap included, for its values to be read."""


def found_table(found: Found) -> RenderableType:
    """The items found, best first, with their addresses."""
    lines = []
    for one in found.items:
        title = Text(f"{one['published_on'].isoformat()}  {one['title'] or one['url']}")
        lines.append(title.append(f" — {one['source']}", style="dim"))
        if one["url"]:  # on a line of its own and whole, to be copied
            lines.append(Text(f"            {one['url']}", style="dim"))
    told = _n("{n} item, snapshot {name}.", "{n} items, snapshot {name}.", found.total).format(
        n=found.total, name=found.snapshot
    )
    return Group(*lines, Text(told))


def answer_table(answer: pa.Table, width: int) -> RenderableType:
    """A query’s rows: a table, or where its columns would be too narrow to read, value by value."""
    names = answer.column_names
    if width < _NARROW * len(names) and len(names) > 1:
        return Group(*(_record(row, names, width) for row in rows(answer)))
    table = _table(*names)
    for row in rows(answer):
        table.add_row(*(Text(_visible(shown(value))) for value in row))
    return table


def _record(row: Sequence[object], names: Sequence[str], width: int) -> RenderableType:
    """One row, a line a value; long texts are cut, as no one reads an article so."""
    record = Table.grid(padding=(0, 2, 0, 0))
    for name, value in zip(names, row, strict=True):
        told = " ".join(_visible(shown(value)).split())
        record.add_row(
            Text(name, style="dim"), Text(textwrap.shorten(told, 3 * width, placeholder=" …"))
        )
    return Group(record, Text(""))


def _visible(text: str) -> str:
    """Return a text without what a terminal would obey or hide."""
    return "".join(
        c if c.isprintable() or c in _SPACES else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def published_words(made: Published) -> str:
    """What a publication made, in a sentence."""
    return _("Published as {name}: {team} items for the team, {open} of them open to all.").format(
        name=made.snapshot_id, team=made.items[TEAM], open=made.items[OPEN]
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
