"""What is decided on the cards of review: one gesture, several at once, stories, and undoing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.decisions import Overtaken, Wish
from veille.digest.draft import DOMAINS
from veille.errors import Outdated
from veille.i18n import _, _n
from veille.review.cases import Case, suggested
from veille.review.gestures import Gesture, wishes
from veille.review.queue import Why, kept_reason
from veille.review.told import decision_told
from veille.reviewable import Labels, Reviewable
from veille.store.catalogue.reviewing import these
from veille.web.pages import chosen_language
from veille.web.routes import taken
from veille.web.site import SiteHere
from veille.web.staff.review.asked import (
    Asked,
    Form,
    Seen,
    asked_back,
    item_in,
    labels_in,
    seen_in,
    text_of,
    texts_of,
)
from veille.web.staff.review.cards import cards_of, labels_of, looked_at, names_of
from veille.web.staff.review.queue import Room, fragment, is_fragment, room
from veille.web.staff.shell import Reviewer, see_other, staff_page

router = APIRouter(include_in_schema=False)

_ACT = re.compile(r"[0-9a-f]{16}")
_IN_BULK = (Gesture.ACCEPT, Gesture.ASIDE, Gesture.IRRELEVANT, Gesture.LATER)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a form leads on to: the queue it was in, and the card after it."""

    back: Asked
    card: str

    def path(self, request: Request) -> str:
        """Return the address to go on at."""
        query = self.back.query()
        if chosen := chosen_language(request.query_params.get("lang")):
            query += f"&lang={chosen}"
        path = f"/review?{query.lstrip('&')}" if query else "/review"
        return path + (f"#card-{self.card}" if self.card else "")


@taken(router, "/review/decide")
def decide(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Write down what one gesture on a card decides, and lead on to the next card."""
    gesture, seen = _gesture(text_of(form, "do")), seen_in(form)
    with room(site, who) as here:
        items = _items(here, seen)
        labels, unknown = labels_in(form, here.regions)
        labels = _only(text_of(form, "only"), labels)
        if unknown:
            return _misnamed(request, here, unknown, _Way(asked_back(form), items[0].item_id))
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
                shown_for=_kept_reasons(here, items, why if why in set(Why) else ""),
            )
        except Overtaken as overtaken:
            return _overtaken(request, here, overtaken, _way(form))
        return _decided(request, here, act, items[0], _way(form))


@taken(router, "/review/bulk")
def bulk(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Decide on the stories that were ticked, or merge them; what another person decided stays."""
    ticked = texts_of(form, "story")
    way = _Way(asked_back(form), "")
    if not ticked:
        told = _("Tick the stories first.")
        return see_other(request, site, way.path(request), flash=told, kind="bad")
    seen = seen_in(form, "story")
    if text_of(form, "do") == "merge":
        return _merge(request, site, who, ticked, way)
    gesture = _gesture(text_of(form, "do"), _IN_BULK)
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
        way = _Way(asked_back(form), ids[0])
        out = [item_id for item_id in ids if item_id in parted]
        if not 0 < len(out) < len(ids):
            told = _("Tick the articles to take out, and leave at least one.")
            return see_other(request, site, way.path(request), flash=told, kind="bad")
        act = here.desk.rulings.split(out, ids, author=who.handle, now=site.clock.now())
    told = _n("{n} article taken out of the story.", "{n} articles taken out of the story.",
              len(out)).format(n=len(out))  # fmt: skip
    undo = f"/review/undo/{act}"
    return see_other(request, site, way.path(request), flash=told, undo=undo)


@taken(router, "/review/undo/{act}")
def undo(request: Request, site: SiteHere, who: Reviewer, form: Form, act: str) -> Response:
    """Take a gesture back, whoever made it: what held before holds again."""
    if not _ACT.fullmatch(act):
        raise HTTPException(404)
    now = site.clock.now()
    with room(site, who) as before:
        desk = before.desk
        done = desk.decisions.of_act(act)
        way = _Way(asked_back(form), done[0].item_id if done else "")
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


def _gesture(text: str, allowed: Collection[Gesture] = tuple(Gesture)) -> Gesture:
    if text not in allowed:
        raise HTTPException(400)
    return Gesture(text)


def _only(domain: str, labels: Labels) -> Labels:
    """Return the labels where one key said the one domain (or « none »: relevant without any)."""
    if domain == "none":
        return Labels(True, (), labels.regions)
    return Labels(True, (domain,), labels.regions) if domain in DOMAINS else labels


def _way(form: Form) -> _Way:
    return _Way(asked_back(form), item_in(form, "next"))


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


def _cases(here: Room, seen: Sequence[Seen]) -> list[Case]:
    return here.view.day.cases_with(here.catalogue, [one.item_id for one in seen])


def _kept_reasons(here: Room, items: Collection[Reviewable], why: str) -> dict[str, str]:
    audit = here.site.workspace.settings.review.audit
    return {one.item_id: kept_reason(one, why, audit) for one in items}


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
                shown_for=_kept_reasons(here, [one for case in left for one in case.items], "bulk"),
            ), passed
        except Overtaken as overtaken:
            passed.append(overtaken)
            taken_id = overtaken.decision.item_id
            left = [one for one in left if taken_id not in {i.item_id for i in one.items}]
    return "", passed


def _merge(
    request: Request, site: SiteHere, who: Reviewer, ticked: Sequence[str], way: _Way
) -> Response:
    leads = list(dict.fromkeys(story.split(" ", 1)[0] for story in ticked))
    if len(leads) < 2:
        told = _("Tick at least two stories to merge.")
        return see_other(request, site, way.path(request), flash=told, kind="bad")
    with room(site, who) as here:
        if len(here.view.day.cases_with(here.catalogue, leads)) < 2:
            raise HTTPException(404)  # withdrawn meanwhile, or merged already
        act = here.desk.rulings.merge(leads, author=who.handle, now=site.clock.now())
    path = _Way(way.back, leads[0]).path(request)
    told, undo = _("Merged into one story."), f"/review/undo/{act}"
    return see_other(request, site, path, flash=told, undo=undo)


def _decided(request: Request, here: Room, act: str, lead: Reviewable, way: _Way) -> Response:
    names = names_of(here.regions, [])
    made = [one for one in here.desk.decisions.of_act(act) if one.item_id == lead.item_id]
    told = decision_told(made, names)
    if is_fragment(request):
        return fragment(
            request, here.site, here.who, "review_strip",
            act=act, lead=lead, told=told, asked=way.back, overtaken="",
        )  # fmt: skip
    flash, undo = f"{told} – {_short(lead.title)}", f"/review/undo/{act}"
    return see_other(request, here.site, way.path(request), flash=flash, undo=undo)


def _overtaken(request: Request, here: Room, overtaken: Overtaken, way: _Way) -> Response:
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
        return fragment(request, here.site, here.who, "review_strip", status=409, **values)
    return staff_page(
        request, here.site, here.who, "review_overtaken", here="/review", status=409, **values
    )


def _misnamed(request: Request, here: Room, name: str, way: _Way) -> Response:
    told = _("« {name} » is not a region that is known here: choose one of the list.").format(
        name=_short(name)
    )
    if is_fragment(request):
        return fragment(request, here.site, here.who, "review_told", status=422, told=told)
    return see_other(request, here.site, way.path(request), flash=told, kind="bad")


def _card_again(request: Request, here: Room, item_id: str, way: _Way) -> Response:
    cases = here.view.day.cases_with(here.catalogue, [item_id])
    queued = [looked_at(case, here.view, here.later) for case in cases]
    cards = cards_of(queued, here.view, here.catalogue, here.regions, here.later)
    return fragment(
        request,
        here.site,
        here.who,
        "review_cards",
        cards=cards,
        asked=way.back,
        start=0,
        more=False,
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
