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

_NARROW = 14
"""Characters a column needs, its gap included, for its values to be read."""


def found_table(found: Found) -> RenderableType:
    """The items found, best first, with their addresses."""
    table = _table(_("day"), _("title"), _("source"))
    for one in found.items:
        title = Text(one["title"] or one["url"])
        title.append(f"\n{one['url']}", style="dim")
        table.add_row(one["published_on"].isoformat(), title, one["source"])
    told = _n("{n} item, snapshot {name}.", "{n} items, snapshot {name}.", found.total).format(
        n=found.total, name=found.snapshot
    )
    return Group(table, Text(told)) if found.items else Text(told)


def answer_table(answer: pa.Table, width: int) -> RenderableType:
    """A query’s rows: a table, or where its columns would be too narrow to read, value by value."""
    names = answer.column_names
    if width < _NARROW * len(names) and len(names) > 1:
        return Group(*(_record(row, names, width) for row in rows(answer)))
    table = _table(*names)
    for row in rows(answer):
        table.add_row(*(Text(shown(value)) for value in row))
    return table


def _record(row: Sequence[object], names: Sequence[str], width: int) -> RenderableType:
    """One row, a line a value; long texts are cut, as no one reads an article so."""
    record = Table.grid(padding=(0, 2, 0, 0))
    for name, value in zip(names, row, strict=True):
        told = " ".join(shown(value).split())
        record.add_row(
            Text(name, style="dim"), Text(textwrap.shorten(told, 3 * width, placeholder=" …"))
        )
    return Group(record, Text(""))


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
