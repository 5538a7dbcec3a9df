"""Several stories at once: decided on alike, or merged into one; and one story taken apart."""

from collections.abc import Collection, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.i18n import _, _n
from veille.model.decisions import Overtaken, Wish
from veille.review.cases import Case, suggested
from veille.review.gestures import Gesture, wishes
from veille.web.routes import taken
from veille.web.site import SiteHere
from veille.web.staff.review.asked import (
    Form,
    Seen,
    Way,
    asked_back,
    gesture_in,
    item_in,
    seen_in,
    text_of,
    texts_of,
)
from veille.web.staff.review.cards import labels_of
from veille.web.staff.review.queue import Room, room
from veille.web.staff.shell import Reviewer, see_other

router = APIRouter(include_in_schema=False)

_IN_BULK = (Gesture.ACCEPT, Gesture.ASIDE, Gesture.IRRELEVANT, Gesture.LATER)


@taken(router, "/review/bulk")
def bulk(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Decide on the stories that were ticked, or merge them; what another person decided stays."""
    ticked = texts_of(form, "story")
    way = Way(asked_back(form), "")
    if not ticked:
        told = _("Tick the stories first.")
        return see_other(request, site, way.path(request), flash=told, kind="bad")
    seen = seen_in(form, "story")
    if text_of(form, "do") == "merge":
        return _merge(request, site, who, ticked, way)
    gesture = gesture_in(form, _IN_BULK)
    with room(site, who) as here:
        cases = _cases(here, seen)
        act, passed = _decide_all(here, cases, gesture, seen)
    n = len(cases) - len(passed)
    told = _n("{n} story decided on.", "{n} stories decided on.", n).format(n=n)
    told = " ".join([told, *dict.fromkeys(one.message for one in passed)])
    return see_other(
        request, site, way.path(request), flash=told, kind="bad" if passed else "good",
        undo=f"/review/undo/{act}" if act else "",
    )  # fmt: skip


@taken(router, "/review/split")
def split(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Take the members that were ticked out of their story."""
    parted = set(texts_of(form, "part"))
    with room(site, who) as here:
        cases = here.view.day.cases_with(here.catalogue, filter(None, [item_in(form, "lead")]))
        if not cases:
            raise HTTPException(404)
        ids = [item.item_id for item in cases[0].items]
        way = Way(asked_back(form), ids[0])
        out = [item_id for item_id in ids if item_id in parted]
        if not 0 < len(out) < len(ids):
            told = _("Tick the articles to take out, and leave at least one.")
            return see_other(request, site, way.path(request), flash=told, kind="bad")
        act = here.desk.rulings.split(out, ids, author=who.handle, now=site.clock.now())
    told = _n("{n} article taken out of the story.", "{n} articles taken out of the story.",
              len(out)).format(n=len(out))  # fmt: skip
    undo = f"/review/undo/{act}"
    return see_other(request, site, way.path(request), flash=told, undo=undo)


def _cases(here: Room, seen: Sequence[Seen]) -> list[Case]:
    return here.view.day.cases_with(here.catalogue, [one.item_id for one in seen])


def _decide_all(
    here: Room, cases: Collection[Case], gesture: Gesture, seen: Sequence[Seen]
) -> tuple[str, list[Overtaken]]:
    """Decide on all these cases by one act, but for those that another decided on meanwhile."""
    decisions = {one.item_id: one.decision for one in seen}
    passed: list[Overtaken] = []
    left = list(cases)
    while left:
        wanted: list[Wish] = []
        for case in left:
            items = [item for item in case.items if item.item_id in decisions]
            wanted += wishes(items, gesture, labels_of(suggested(case, here.view.decided)))
        try:
            return here.desk.decisions.decide(
                wanted,
                author=here.who.handle,
                now=here.site.clock.now(),
                seen={one.item_id: decisions[one.item_id] for one in wanted},
                versions={one.item_id: one.version for one in seen},
                model_version=here.view.day.model_version,
                shown_for=here.kept_reasons([one for case in left for one in case.items], "bulk"),
            ), passed
        except Overtaken as overtaken:
            passed.append(overtaken)
            taken_id = overtaken.decision.item_id
            left = [one for one in left if taken_id not in {i.item_id for i in one.items}]
    return "", passed


def _merge(
    request: Request, site: SiteHere, who: Reviewer, ticked: Sequence[str], way: Way
) -> Response:
    leads = list(dict.fromkeys(story.split(" ", 1)[0] for story in ticked))
    if len(leads) < 2:
        told = _("Tick at least two stories to merge.")
        return see_other(request, site, way.path(request), flash=told, kind="bad")
    with room(site, who) as here:
        if len(here.view.day.cases_with(here.catalogue, leads)) < 2:
            raise HTTPException(404)  # withdrawn meanwhile, or merged already
        act = here.desk.rulings.merge(leads, author=who.handle, now=site.clock.now())
    path = Way(way.back, leads[0]).path(request)
    told, undo = _("Merged into one story."), f"/review/undo/{act}"
    return see_other(request, site, path, flash=told, undo=undo)
