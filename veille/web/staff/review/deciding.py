"""What is decided on the cards of review: one gesture on a story, and undoing."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.draft import DOMAINS
from veille.errors import Outdated
from veille.i18n import _
from veille.model.decisions import Overtaken
from veille.model.reviewable import Labels, Reviewable
from veille.review.gestures import wishes
from veille.review.queue import Why
from veille.review.told import decision_told
from veille.store.catalogue.reviewing import these
from veille.web.routes import taken
from veille.web.site import SiteHere
from veille.web.staff.review.asked import (
    Form,
    Seen,
    Way,
    asked_back,
    gesture_in,
    labels_in,
    seen_in,
    text_of,
    way_of,
)
from veille.web.staff.review.cards import cards_of, looked_at, names_of
from veille.web.staff.review.queue import Room, fragment, is_fragment, room
from veille.web.staff.shell import Reviewer, see_other, staff_page

router = APIRouter(include_in_schema=False)

_ACT = re.compile(r"[0-9a-f]{16}")


@taken(router, "/review/decide")
def decide(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Write down what one gesture on a card decides, and lead on to the next card."""
    gesture, seen = gesture_in(form), seen_in(form)
    with room(site, who) as here:
        items = _items(here, seen)
        labels, unknown = labels_in(form, here.regions)
        labels = _only(text_of(form, "only"), labels)
        if unknown:
            return _misnamed(request, here, unknown, Way(asked_back(form), items[0].item_id))
        why = text_of(form, "shown_for")
        try:
            act = here.desk.decisions.decide(
                wishes(items, gesture, labels, text_of(form, "note")),
                author=who.handle,
                now=site.clock.now(),
                seen={one.item_id: one.decision for one in seen},
                reason=text_of(form, "reason"),
                versions={one.item_id: one.version for one in seen},
                model_version=here.view.day.model_version,
                shown_for=here.kept_reasons(items, why if why in set(Why) else ""),
            )
        except Overtaken as overtaken:
            return _overtaken(request, here, overtaken, way_of(form))
        return _decided(request, here, act, items[0], way_of(form))


@taken(router, "/review/undo/{act}")
def undo(request: Request, site: SiteHere, who: Reviewer, form: Form, act: str) -> Response:
    """Take a gesture back, whoever made it: what held before holds again."""
    if not _ACT.fullmatch(act):
        raise HTTPException(404)
    now = site.clock.now()
    with room(site, who) as before:
        desk = before.desk
        done = desk.decisions.of_act(act)
        way = Way(asked_back(form), done[0].item_id if done else "")
        try:
            again = desk.decisions.undo(act, author=who.handle, now=now) or desk.rulings.undo(
                act, author=who.handle, now=now
            )
        except Overtaken as overtaken:
            return _overtaken(request, before, overtaken, way)
        except Outdated as error:  # of a story
            return see_other(request, site, way.path(request), flash=error.message, kind="bad")
    if again is None:
        raise HTTPException(404)
    if is_fragment(request) and done:
        with room(site, who) as here:
            return _card_again(request, here, done[0].item_id, way)
    path = "/review/done" if text_of(form, "to") == "done" else way.path(request)
    return see_other(request, site, path, flash=_("Undone."), undo=f"/review/undo/{again}")


def _only(domain: str, labels: Labels) -> Labels:
    """Return the labels where one key said the one domain (or « none »: relevant without any)."""
    if domain == "none":
        return Labels(True, (), labels.regions)
    return Labels(True, (domain,), labels.regions) if domain in DOMAINS else labels


def _items(here: Room, seen: Sequence[Seen]) -> list[Reviewable]:
    """Return the items that a form names, in its order; 404 once they are withdrawn."""
    known = {
        one.item_id: item
        for one in seen
        if (case := here.view.day.by_item.get(one.item_id))
        for item in case.items
        if item.item_id == one.item_id
    }
    missing = [one.item_id for one in seen if one.item_id not in known]
    known |= {item.item_id: item for item in these(here.catalogue, missing)}
    items = [known[one.item_id] for one in seen if one.item_id in known]
    if not items:
        raise HTTPException(404)
    return items


def _decided(request: Request, here: Room, act: str, lead: Reviewable, way: Way) -> Response:
    names = names_of(here.regions, [])
    made = [one for one in here.desk.decisions.of_act(act) if one.item_id == lead.item_id]
    told = decision_told(made, names)
    if is_fragment(request):
        return fragment(
            request, here.site, here.who, "review/strip",
            act=act, lead=lead, told=told, asked=way.back, overtaken="",
        )  # fmt: skip
    flash, undo = f"{told} – {_short(lead.title)}", f"/review/undo/{act}"
    return see_other(request, here.site, way.path(request), flash=flash, undo=undo)


def _overtaken(request: Request, here: Room, overtaken: Overtaken, way: Way) -> Response:
    """Say what the other decided, and show ways to go on; nothing was written."""
    theirs = overtaken.decision
    [item] = _items(here, [Seen(theirs.item_id, 0, 1)])
    names = names_of(here.regions, [])
    made = [one for one in here.desk.decisions.of_act(theirs.act) if one.item_id == item.item_id]
    values: dict[str, Any] = {
        "lead": item,
        "decision": theirs,
        "told": decision_told(made, names),
        "author": here.desk.accounts.find(theirs.author),
        "onward": way.path(request),
        "overtaken": overtaken.message,
        "asked": way.back,
        "act": "",
    }
    if is_fragment(request):
        return fragment(request, here.site, here.who, "review/strip", status=409, **values)
    return staff_page(
        request, here.site, here.who, "review/overtaken", here="/review", status=409, **values
    )


def _misnamed(request: Request, here: Room, name: str, way: Way) -> Response:
    told = _("« {name} » is not a region that is known here: choose one of the list.").format(
        name=_short(name)
    )
    if is_fragment(request):
        return fragment(request, here.site, here.who, "review/told", status=422, told=told)
    return see_other(request, here.site, way.path(request), flash=told, kind="bad")


def _card_again(request: Request, here: Room, item_id: str, way: Way) -> Response:
    cases = here.view.day.cases_with(here.catalogue, [item_id])
    queued = [looked_at(case, here.view, here.later) for case in cases]
    cards = cards_of(queued, here.view, here.catalogue, here.regions, here.later)
    return fragment(
        request,
        here.site,
        here.who,
        "review/cards",
        cards=cards,
        asked=way.back,
        start=0,
        more=False,
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
