"""`veille search WORDS…`: what the published catalogue holds of these words."""

from datetime import datetime
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def search(
    words: Annotated[
        list[str], typer.Argument(help=_("Words, all needed; -word must not be there."))
    ],
    domain: Annotated[list[str] | None, typer.Option(help=_("A domain; may be repeated."))] = None,
    region: Annotated[list[str] | None, typer.Option(help=_("A region; may be repeated."))] = None,
    source: Annotated[list[str] | None, typer.Option(help=_("A source; may be repeated."))] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("From this day on."))
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("Up to this day."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help=_("Show so many."))] = 20,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.found import found_table
    from veille.cli.speech import out, print_json
    from veille.store.catalogue import Catalogue, Filters
    from veille.workspace import open_workspace

    filters = Filters(
        domains=tuple(domain or ()),
        regions=tuple(region or ()),
        sources=tuple(source or ()),
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    with Catalogue(open_workspace(workspace).var / "catalogue") as catalogue:
        found = catalogue.search(" ".join(words), filters, limit=limit)
    if json:
        print_json(found)
    else:
        out.print(found_table(found))


search.__doc__ = _(
    "Search the published catalogue: plurals, accents and elisions do not matter, exact words come "
    'first. « "two words" » is a phrase, « coop* » a beginning.'
)
