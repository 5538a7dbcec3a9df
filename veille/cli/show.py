"""`veille show ITEM`: one item, its versions, its tags and why."""

from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def show(
    item: Annotated[
        str, typer.Argument(help=_("The start of its id, or its address."), show_default=False)
    ],
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.items import item_screen
    from veille.cli.speech import out, print_json
    from veille.errors import UsageError
    from veille.sources.registry import load_sources
    from veille.store import read_item
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    found = read_item(opened.watch, item) if opened.watch.is_file() else None
    if found is None:
        raise UsageError(
            _("No item « {item} » in {root}.").format(item=item, root=opened.root),
            _("Give the start of its id, or its address as the watch keeps it."),
        )
    if json:
        print_json(found)
    else:
        names = {source.id: source.name for source in load_sources(opened.sources)}
        out.print(item_screen(found, names, opened.settings.zone))


show.__doc__ = _("Show one item: where it comes from, its versions, its tags and why.")
