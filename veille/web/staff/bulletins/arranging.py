"""Arranging a week's draft: each button is one gesture on its file."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.draft import SECTIONS, Draft, Line
from veille.digest.gestures import (
    beside,
    kept,
    line_of,
    moved,
    retold,
    section_moved,
    stamp_of_order,
)
from veille.errors import Outdated, VeilleError
from veille.i18n import _
from veille.web.routes import Typed, taken
from veille.web.site import SiteHere
from veille.web.staff.bulletins.issues import (
    Here,
    WeekHere,
    back_to,
    bulletins_here,
    edited,
    refusal,
    region_of,
    shown_ids,
)
from veille.web.staff.shell import Editor

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Form()]
Maybe = Annotated[int | None, Form()]


@taken(router, "/bulletins/{week}/items/{item_id}/keep")
def keep(
    request: Request, site: SiteHere, who: Editor, week: WeekHere, item_id: str, keep: Typed = "no"
) -> Response:
    """Keep an item for the issue, or set it aside."""
    here, wanted = Here(request, site, week), keep == "yes"
    said = _("Kept.") if wanted else _("Left out, in reserve.")
    return _done(here, lambda draft: kept(draft, item_id, wanted), f"item-{item_id}", said)


@taken(router, "/bulletins/{week}/items/{item_id}/move")
def move(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
    item_id: str,
    seen: Typed = "",
    by: Maybe = None,
    to: Typed = "",
    section: Typed = "",
) -> Response:
    """Move an item one step up or down, or to a place (from 1) in its section or another one."""
    from veille.bulletins.editing import sheet

    if section and section not in SECTIONS:
        raise HTTPException(400)
    here = Here(request, site, week)
    try:
        found = sheet(bulletins_here(site), week).found
    except VeilleError as error:
        return back_to(request, site, here.path, said=refusal(error), kind="bad")

    def gesture(draft: Draft) -> Draft:
        line = line_of(draft, item_id)
        name = section or line.section
        others = shown_ids(draft, name, found)
        if by is not None:
            places = {one: region_of(found.get(one)) for one in others}
            return moved(draft, others, item_id, beside(others, places, item_id, by))
        place = int(to) - 1 if to.isascii() and to.isdecimal() else len(others)
        if name != line.section:
            draft = retold(draft, Line(item_id, line.keep, name, line.title, line.note,
                                       line.note_en, line.deadline))  # fmt: skip
        return moved(draft, [*others, item_id], item_id, place)

    return _done(here, gesture, f"item-{item_id}", "", stamp=stamp_of_order, seen=seen)


@taken(router, "/bulletins/{week}/sections")
def sections(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
    section: Typed = "",
    by: Number = 0,
    seen: Typed = "",
) -> Response:
    """Move a section up or down."""
    if section not in SECTIONS:
        raise HTTPException(400)
    here = Here(request, site, week)
    step = max(-1, min(by, 1))
    return _done(
        here,
        lambda draft: section_moved(draft, section, step),
        f"section-{section}",
        "",
        stamp=stamp_of_order,
        seen=seen,
    )


def _done(
    here: Here,
    gesture: Callable[[Draft], Draft],
    at: str,
    said: str,
    *,
    stamp: Callable[[Draft], str] | None = None,
    seen: str = "",
) -> Response:
    """Do a gesture and lead back to where it shows; say there why it was not done."""
    try:
        return edited(here, gesture, at, said, stamp=stamp, seen=seen)
    except VeilleError as error:
        told = refusal(error) if not isinstance(error, Outdated) else error.message
        return back_to(here.request, here.site, here.path, at=at, said=told, kind="bad")
