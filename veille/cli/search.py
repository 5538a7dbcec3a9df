"""`veille search WORDS…`: what the published catalogue holds of these words."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


class Form(StrEnum):
    """How what was found is written."""

    TABLE = "table"
    JSON = "json"
    RIS = "ris"
    BIBTEX = "bibtex"


def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help=_(
                "Words, all needed; « -word » must not be there (put all of it in quotation "
                "marks). Without words, the newest items."
            ),
            show_default=False,
        ),
    ] = None,
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
    format_: Annotated[
        Form, typer.Option("--format", help=_("How to write them: ris and bibtex for Zotero."))
    ] = Form.TABLE,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.asked import filters
    from veille.cli.found import found_table
    from veille.cli.speech import out, print_json
    from veille.store.catalogue import OPEN, Catalogue
    from veille.workspace import open_workspace

    to_cite = format_ in (Form.RIS, Form.BIBTEX)  # made to be passed on, so from the open edition
    with Catalogue(open_workspace(workspace).catalogue, OPEN if to_cite else None) as catalogue:
        asked = filters(catalogue, domain or (), region or (), source or (), since, until)
        found = catalogue.search(" ".join(words or ()), asked, limit=limit)
        if to_cite:
            from veille.syndication.references import references

            typer.get_binary_stream("stdout").write(references(catalogue, found, format_))
            return
    if json or format_ is Form.JSON:
        print_json(found)
    else:
        out.print(found_table(found))


search.__doc__ = _(
    "Search the published catalogue: plurals, accents and elisions do not matter, exact words come "
    'first. « "two words" » is a phrase, « coop* » a beginning.'
)
