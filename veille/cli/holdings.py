"""`veille items list|withdraw`: what the catalogue holds, and what goes out of it."""

from datetime import datetime
from typing import Annotated

import typer

from veille.cli.localised import Command, Group
from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _, _n

app = typer.Typer(
    cls=Group,
    help=_("List what the catalogue holds; withdraw an item at its source’s request."),
    no_args_is_help=True,
)


@app.command("list", cls=Command)
def list_(
    domain: Annotated[list[str] | None, typer.Option(help=_("A domain; may be repeated."))] = None,
    region: Annotated[list[str] | None, typer.Option(help=_("A region; may be repeated."))] = None,
    source: Annotated[list[str] | None, typer.Option(help=_("A source; may be repeated."))] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("From this day on."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help=_("Show so many."))] = 20,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from rich.text import Text

    from veille.cli.speech import out, print_json
    from veille.cli.tables import table_of
    from veille.store.catalogue import Catalogue, Filters
    from veille.workspace import open_workspace

    filters = Filters(
        domains=tuple(domain or ()),
        regions=tuple(region or ()),
        sources=tuple(source or ()),
        since=since.date() if since else None,
    )
    with Catalogue(open_workspace(workspace).catalogue) as catalogue:
        found = catalogue.search("", filters, limit=limit)
    if json:
        print_json(found)
        return
    table = table_of(_("item"), _("day"), _("title"), _("source"))
    for one in found.items:
        title = Text(one["title"] or one["url"])
        title.append(f"\n{one['url']}", style="dim")
        table.add_row(one["item_id"][:12], one["published_on"].isoformat(), title, one["source"])
    if found.items:
        out.print(table)
    told = _n("{n} item, snapshot {name}.", "{n} items, snapshot {name}.", found.total)
    out.print(told.format(n=found.total, name=found.snapshot))


@app.command("withdraw", cls=Command)
def withdraw(
    item: Annotated[
        str,
        typer.Argument(
            metavar="URL", help=_("Its address, or the start of its id."), show_default=False
        ),
    ],
    reason: Annotated[
        str, typer.Option(help=_("Why, kept with the date: who asked and when, say."))
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would go; change nothing."))
    ] = False,
    back: Annotated[
        bool,
        typer.Option("--restore", help=_("Let it in again, when a source next announces it.")),
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille import withdraw as withdrawing
    from veille.cli.speech import out, print_json
    from veille.cli.withdrawn import withdrawn_json, withdrawn_lines
    from veille.errors import UsageError
    from veille.workspace import open_workspace

    if back and dry_run:
        raise UsageError(_("--restore and --dry-run do not go together."))
    opened = open_workspace(workspace)
    if back:
        known = withdrawing.restore(opened, item, reason)
        told = _("Let in again: {item}, when a source next announces it. Issues stay as they are.")
        out.print(told.format(item=known.item_id[:12]))
        return
    done = withdrawing.withdraw(opened, item, reason, dry=dry_run)
    if json:
        print_json(withdrawn_json(done))
    else:
        out.print("\n".join(withdrawn_lines(done)))
    if done.bulletins.unread:
        raise typer.Exit(1)


list_.__doc__ = _(
    "List the newest items of the published catalogue, narrowed as one likes.\n\n"
    "Exit codes: 0 done; 1 there is no catalogue; 2 wrong use or settings."
)
withdraw.__doc__ = _(
    "Withdraw an item at its source’s request: out of the working store, every snapshot and feed, "
    "drafts and later issues; approved issues say so in its place. No run takes it in again.\n\n"
    "Killed midway, run it again. Exit codes: 0 done; 1 a draft or an issue could not be read; "
    "2 no such item; 3 a run is at work."
)
