"""A story's page: who told it and why it is one; putting stories together, taking items out."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.typography import inert
from veille.errors import Outdated
from veille.i18n import _, language
from veille.staff.accounts import Account, Role
from veille.store.catalogue import TEAM, Catalogue, kept
from veille.store.catalogue.whole import Telling, WholeStory, id_begun, tellings, whole_story
from veille.store.desk import Desk
from veille.urls import is_web
from veille.urls import item_id as id_of
from veille.web.routes import Typed, shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.library.hits import Hit, hits_of
from veille.web.staff.shell import Reader, Reviewer, see_other, staff_page

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Ruled:
    """What somebody ruled of a story's items, in one gesture that holds."""

    act: str
    author: str
    at: datetime
    together: bool
    items: tuple[Telling, ...]
    reason: str


@shown(router, "/stories/{story_id}")
def story(
    request: Request,
    site: SiteHere,
    story_id: str,
    who: Reader,
) -> Response:
    """Show a story; a former id leads to the present one."""
    if not kept(site.workspace.catalogue, TEAM):
        raise HTTPException(404)
    with site.desk() as desk, site.catalogue() as catalogue:
        found = whole_story(catalogue, story_id)
        if found is None:
            raise HTTPException(404)
        if found.story_id != story_id:
            return see_other(request, site, f"/stories/{found.story_id}")
        hits = _hits(site, catalogue, desk, who, found)
        ruled = _ruled(catalogue, desk, found)
        people = {one.handle: one.name or one.handle for one in desk.accounts.all()}
    return staff_page(
        request,
        site,
        who,
        "library/story",
        here=f"/stories/{story_id}",
        story=found,
        hits=hits,
        ruled=ruled,
        people=people,
        names=site.regions(language()),
        zone=site.workspace.settings.zone,
        reviewer=Role.REVIEWER,
    )


@taken(router, "/stories/{story_id}/merge")
def merge(
    request: Request,
    site: SiteHere,
    story_id: str,
    who: Reviewer,
    other: Typed = "",
    reason: Typed = "",
) -> Response:
    """Say that this story and another, or an item, are one."""
    with site.catalogue() as catalogue:
        found = whole_story(catalogue, story_id)
        if found is None:
            raise HTTPException(404)
        with_what = _first_of(catalogue, other)
    own = {one.item_id for one in found.told}
    return _put_together(request, site, who, f"/stories/{found.story_id}", own, with_what, reason)


@taken(router, "/items/{item_id}/merge")
def merge_item(
    request: Request,
    site: SiteHere,
    item_id: str,
    who: Reviewer,
    other: Typed = "",
    reason: Typed = "",
) -> Response:
    """Say that this item tells the same as another, or as a story."""
    with site.catalogue() as catalogue:
        if not tellings(catalogue, [item_id]):
            raise HTTPException(404)
        with_what = _first_of(catalogue, other)
    return _put_together(request, site, who, f"/items/{item_id}", {item_id}, with_what, reason)


@taken(router, "/stories/{story_id}/split")
def split(
    request: Request,
    site: SiteHere,
    story_id: str,
    who: Reviewer,
    out: Annotated[list[str], Form()] = [],  # noqa: B006 - read once a request, never changed
    reason: Typed = "",
) -> Response:
    """Take items out of a story: they tell something else."""
    with site.catalogue() as catalogue:
        found = whole_story(catalogue, story_id)
    if found is None:
        raise HTTPException(404)
    path = f"/stories/{found.story_id}"
    members = {one.item_id for one in found.told}
    chosen = members & set(out)
    if not chosen or chosen == members:
        told = _("Choose those that tell something else: some, not all.")
        return see_other(request, site, path, flash=told, kind="bad")
    with site.desk() as desk:
        act = desk.rulings.split(
            chosen,
            members - chosen,
            author=who.handle,
            now=site.clock.now(),
            reason=inert(reason[:_LONGEST]),
        )
    told = _("Taken out; the next night tells the story without it.")
    return see_other(request, site, path, flash=told, undo=f"{path}/undo/{act}")


@taken(router, "/stories/{name}/undo/{act}", "/items/{name}/unmerge/{act}")
def undo(
    request: Request,
    site: SiteHere,
    name: str,
    act: str,
    who: Reviewer,
) -> Response:
    """Take a ruling back, whole."""
    kind, back = ("stories", "undo") if "/undo/" in request.url.path else ("items", "unmerge")
    path = f"/{kind}/{name}"
    try:
        with site.desk() as desk:
            undoing = desk.rulings.undo(act, author=who.handle, now=site.clock.now())
    except Outdated as error:
        return see_other(request, site, path, flash=str(error), kind="bad")
    if undoing is None:
        raise HTTPException(404)
    return see_other(request, site, path, flash=_("Taken back."), undo=f"{path}/{back}/{undoing}")


def _put_together(
    request: Request,
    site: Site,
    who: Account,
    path: str,
    own: set[str],
    other: str | None,
    reason: str,
) -> Response:
    if other is None or other in own:
        told = (
            _("It is in there already.")
            if other
            else _("No article or story of the catalogue is meant by that.")
        )
        return see_other(request, site, path, flash=told, kind="bad")
    with site.desk() as desk:
        act = desk.rulings.merge(
            [min(own), other],
            author=who.handle,
            now=site.clock.now(),
            reason=inert(reason[:_LONGEST]),
        )
    told = _("Put together; the next night tells them as one story.")
    back = "undo" if path.startswith("/stories/") else "unmerge"
    return see_other(request, site, path, flash=told, undo=f"{path}/{back}/{act}")


def _first_of(catalogue: Catalogue, typed: str) -> str | None:
    """Return an item that is meant: by its id or page, or by a story's; None for neither.

    Addresses of our own pages are understood too: their last part is an id.
    """
    text = typed.strip()[:_LONGEST]
    candidates = [text]
    if is_web(text):
        *_others, kind, last = ["", "", *urlsplit(text).path.rstrip("/").split("/")]
        own = [last] if kind in {"items", "stories"} else []
        candidates = [*own, id_of(text, "", None, "")]
    for one in filter(None, candidates):
        if tellings(catalogue, [one]):
            return one
        if begun := id_begun(catalogue, one):
            return begun
        if found := whole_story(catalogue, one, limit=1):
            return found.told[0].item_id if found.told else None
    return None


def _hits(
    site: Site, catalogue: Catalogue, desk: Desk, who: Account, found: WholeStory
) -> list[tuple[Telling, Hit]]:
    hits = hits_of(site, catalogue, desk, who, map(asdict, found.told))
    return list(zip(found.told, hits, strict=True))


def _ruled(catalogue: Catalogue, desk: Desk, found: WholeStory) -> list[Ruled]:
    """Return what holds of what people ruled on a story's items, newest first."""
    rulings = desk.rulings.current([one.item_id for one in found.told])
    named = tellings(catalogue, {end for one in rulings for end in (one.one, one.other)})
    by_act: dict[str, list[str]] = {}
    for one in rulings:
        by_act.setdefault(one.act, []).extend((one.one, one.other))
    firsts = {one.act: one for one in rulings}
    told = [
        Ruled(
            act,
            firsts[act].author,
            firsts[act].at,
            bool(firsts[act].together),
            tuple(named[item] for item in dict.fromkeys(items) if item in named),
            firsts[act].reason,
        )
        for act, items in by_act.items()
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)
