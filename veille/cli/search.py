"""`veille search WORDS…`: what the published catalogue holds of these words."""

from datetime import datetime
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

Some = Annotated[list[str] | None, typer.Option(show_default=False)]


def search(
    words: Annotated[list[str], typer.Argument(help=_("Words; « -word » leaves out, « \"a b\" » is a phrase."))],
    domain: Annotated[list[str] | None, typer.Option(help=_("A domain’s id; may be repeated."))] = None,
    region: Annotated[list[str] | None, typer.Option(help=_("A region’s code; may be repeated."))] = None,
    source: Annotated[list[str] | None, typer.Option(help=_("A source’s id; may be repeated."))] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("From this day on."))] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("Up to this day."))] = None,
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
