"""What a search found and a query answered, as tables for people."""

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from veille.i18n import _, _n
from veille.store.catalogue import OPEN, TEAM, Found, Published
from veille.store.catalogue.formats import rows, shown


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


def answer_table(answer: pa.Table) -> RenderableType:
    """A query's rows."""
    table = _table(*answer.column_names)
    for row in rows(answer):
        table.add_row(*(Text(shown(value)) for value in row))
    return table


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
