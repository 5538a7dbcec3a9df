"""The forms of a week's draft: what is told of an item, and the words around them all."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.draft import SECTIONS, Draft, Line
from veille.digest.gestures import (
    Words,
    line_of,
    retold,
    stamp_of_line,
    stamp_of_words,
    worded,
)
from veille.digest.typography import inert
from veille.errors import Outdated, UsageError, VeilleError
from veille.i18n import _, language
from veille.staff.accounts import Account
from veille.web.routes import Typed, shown, taken
from veille.web.site import SiteHere
from veille.web.staff.bulletins.issues import (
    Here,
    WeekHere,
    back_to,
    bulletins_here,
    edited,
    refusal,
)
from veille.web.staff.bulletins.weeks import STATES, standing
from veille.web.staff.shell import Editor, staff_page

if TYPE_CHECKING:
    from veille.bulletins.editing import Sheet

router = APIRouter(include_in_schema=False)

EDITORIAL, NOTE, TITLE = 5_000, 2_000, 300
"""Signs that each may have: more is no bulletin any more, and would not fit in a request."""


@shown(router, "/bulletins/{week}/items/{item_id}")
def item(request: Request, site: SiteHere, who: Editor, week: WeekHere, item_id: str) -> Response:
    """Show the form of one item."""
    here = Here(request, site, week)
    found = _sheet(here)
    if isinstance(found, Response):
        return found
    try:
        line = line_of(found.draft, item_id)
    except UsageError:
        raise HTTPException(404) from None
    return _item_page(here, who, found, line, line)


@taken(router, "/bulletins/{week}/items/{item_id}")
def tell(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
    item_id: str,
    seen: Typed = "",
    title: Typed = "",
    note: Typed = "",
    note_en: Typed = "",
    section: Typed = "",
    deadline: Typed = "",
) -> Response:
    """Tell an item anew; what somebody else wrote meanwhile is shown first."""
    if section not in SECTIONS:
        raise HTTPException(400)
    here = Here(request, site, week)
    typed = Line(item_id, True, section, title, inert(note), inert(note_en), _day(deadline))
    wrong = _too_long((title, TITLE), (note, NOTE), (note_en, NOTE))
    if deadline.strip() and typed.deadline is None:
        wrong = _("The day should be written like 2026-12-04.")
    left = _saved(
        here,
        lambda draft: retold(draft, typed),
        f"item-{item_id}",
        stamp=lambda draft: stamp_of_line(line_of(draft, item_id)),
        seen=seen,
        wrong=wrong,
    )
    if isinstance(left, Response):
        return left
    found, wrong = left
    now = line_of(found.draft, item_id)
    return _item_page(here, who, found, now, typed, wrong=wrong, day=deadline)


@shown(router, "/bulletins/{week}/words")
def words(request: Request, site: SiteHere, who: Editor, week: WeekHere) -> Response:
    """Show the form of the word from the team, and of the subject."""
    here = Here(request, site, week)
    found = _sheet(here)
    if isinstance(found, Response):
        return found
    return _words_page(here, who, found, _words_of(found.draft))


@taken(router, "/bulletins/{week}/words")
def say(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
    seen: Typed = "",
    editorial: Typed = "",
    editorial_en: Typed = "",
    subject: Typed = "",
    subject_en: Typed = "",
) -> Response:
    """Write the word from the team, and the subject."""
    here = Here(request, site, week)
    typed = Words(inert(editorial), inert(editorial_en), subject, subject_en)
    wrong = _too_long(
        (editorial, EDITORIAL), (editorial_en, EDITORIAL), (subject, TITLE), (subject_en, TITLE)
    )
    left = _saved(
        here,
        lambda draft: worded(draft, typed),
        "words",
        stamp=stamp_of_words,
        seen=seen,
        wrong=wrong,
    )
    if isinstance(left, Response):
        return left
    found, wrong = left
    return _words_page(here, who, found, typed, wrong=wrong)


def _saved(
    here: Here,
    gesture: Callable[[Draft], Draft],
    at: str,
    *,
    stamp: Callable[[Draft], str],
    seen: str,
    wrong: str,
) -> "Response | tuple[Sheet, str]":
    """Write what was typed and lead back, unless it is `wrong`; else return the draft as it is now
    and why nothing was written."""
    try:
        if not wrong:
            return edited(here, gesture, at, _("Saved."), stamp=stamp, seen=seen)
    except Outdated as error:
        wrong = refusal(error)
    except VeilleError as error:
        return back_to(here.request, here.site, here.path, said=refusal(error), kind="bad")
    found = _sheet(here)
    return found if isinstance(found, Response) else (found, wrong)


def _sheet(here: Here) -> "Sheet | Response":
    """Return a week's draft; lead to its page when it has none, or none that can be read."""
    from veille.bulletins import approved_issue
    from veille.bulletins.editing import sheet

    bulletins = bulletins_here(here.site)
    try:
        if not approved_issue(bulletins, here.week):
            return sheet(bulletins, here.week)
        told = _("This issue is approved: it does not change any more.")
    except VeilleError as error:
        told = refusal(error)
    return back_to(here.request, here.site, here.path, said=told, kind="bad")


def _item_page(
    here: Here,
    who: Account,
    found: "Sheet",
    now: Line,
    typed: Line,
    *,
    wrong: str = "",
    day: str = "",
) -> Response:
    """Return the form of an item with what was typed, and what it says now if that differs."""
    return staff_page(
        here.request,
        here.site,
        who,
        "bulletins/item",
        here=f"{here.path}/items/{now.item_id}",
        status=409 if wrong else 200,
        week=standing(here.site, bulletins_here(here.site), here.week, here.site.clock.now()),
        states=STATES,
        line=typed,
        now=now if wrong else None,
        day=day or (typed.deadline.isoformat() if typed.deadline else ""),
        item=found.found.get(now.item_id),
        sections=found.draft.sections,
        names=here.site.regions(language()),
        seen=stamp_of_line(now),
        wrong=wrong,
        most={"title": TITLE, "note": NOTE},
    )


def _words_page(
    here: Here, who: Account, found: "Sheet", typed: Words, *, wrong: str = ""
) -> Response:
    return staff_page(
        here.request,
        here.site,
        who,
        "bulletins/words",
        here=f"{here.path}/words",
        status=409 if wrong else 200,
        week=standing(here.site, bulletins_here(here.site), here.week, here.site.clock.now()),
        states=STATES,
        words=typed,
        now=_words_of(found.draft) if wrong else None,
        seen=stamp_of_words(found.draft),
        wrong=wrong,
        most={"editorial": EDITORIAL, "subject": TITLE},
    )


def _words_of(draft: Draft) -> Words:
    return Words(draft.editorial, draft.editorial_en, draft.subject, draft.subject_en)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _too_long(*texts: tuple[str, int]) -> str:
    """Say that a text is too long, if one is."""
    over = [most for text, most in texts if len(text) > most]
    return _("That is too long: {most} signs at most.").format(most=over[0]) if over else ""
