"""`veille show [ITEM]`: the last items, or one: its versions, its tags and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

if TYPE_CHECKING:
    from veille.workspace import Workspace

_LAST = 20
_CANDIDATES = 10


def show(
    item: Annotated[
        str | None,
        typer.Argument(
            help=_("The start of its id, or its address; without it, the last items kept."),
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from dataclasses import replace

    from veille.bulletins import Bulletins, appeared
    from veille.classify.regions.names import region_names
    from veille.cli.items import item_screen, item_table
    from veille.cli.speech import out, print_json
    from veille.runner import desk_of
    from veille.sources.registry import load_sources
    from veille.store import is_there, last_items, read_item
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    zone = opened.settings.zone
    if item is None:
        last = last_items(opened.watch, limit=_LAST) if is_there(opened.watch) else []
        if json:
            print_json(last)
        else:
            out.print(item_table(last, zone))
        return
    found = read_item(opened.watch, _only(opened, item))
    if found and (desk := desk_of(opened)):
        with desk:  # what was decided since the last run, too
            found = replace(found, decisions=tuple(desk.decisions.of(found.item_id)))
    if json:
        print_json(found)
    elif found:
        sources = load_sources(opened.sources)
        names = {source.id: source.name for source in sources}
        bulletins = Bulletins.of(opened.root, opened.settings, sources)
        regions = region_names(opened.root / "models" / "regions")
        issue = appeared(bulletins).get(found.item_id)
        out.print(item_screen(found, names, regions, zone, issue))


def _only(opened: "Workspace", asked: str) -> str:
    """Return the id of the one item that is asked for.

    Raises UsageError when there is none, or several, told by their ids and titles.
    """
    from veille.errors import UsageError
    from veille.store import is_there, items_like

    found = []
    if asked and is_there(opened.watch):
        found = items_like(opened.watch, asked, limit=_CANDIDATES + 1)
    if not found:
        raise UsageError(
            _("No item « {item} » in {root}.").format(item=asked, root=opened.root),
            _(
                "Give the start of its id, or its address as the watch keeps it; "
                "« veille show » lists the last ones."
            ),
        )
    if len(found) > 1:
        told = [f"  {one.item_id[:12]}  {one.title}" for one in found[:_CANDIDATES]]
        told += ["  …"] * (len(found) > _CANDIDATES)
        raise UsageError(
            "\n".join((_("Several items begin with « {item} »:").format(item=asked), *told)),
            _("Give more of the id."),
        )
    return found[0].item_id


show.__doc__ = _(
    "Show one item: where it comes from, its versions, its tags and why. Without an item, list the "
    "last ones kept."
)
