"""The morning queue: stories that wait for a decision, in cards; and those in another state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from veille.digest.draft import DOMAINS
from veille.folding import fold
from veille.i18n import N_, _, language
from veille.model.decisions import Facet, State
from veille.model.reviewable import Reviewable
from veille.review.cases import OPEN, Case, changed_since, place_of
from veille.review.guide import guides
from veille.review.queue import Queued, kept_reason
from veille.review.second import to_read_twice
from veille.staff.accounts import Account, Role
from veille.store.catalogue import Catalogue
from veille.store.desk import Desk
from veille.web.routes import shown
from veille.web.sight import View
from veille.web.site import Site, SiteHere
from veille.web.staff.review.asked import Asked, asked
from veille.web.staff.review.cards import cards_of, looked_at
from veille.web.staff.shell import Reviewer, see_other, staff_page

router = APIRouter(include_in_schema=False)


TABS: Final = {
    "new": N_("To decide"),
    "later": N_("Later"),
    "discuss": N_("To discuss"),
    "kept": N_("Kept"),
    "accepted": N_("Accepted stories"),
    "aside": N_("Stories set aside"),
    "changed": N_("Changed since"),
}

_MOST_OFFERED = 60  # regions and sources that a filter lists


@dataclass(frozen=True, slots=True)
class Room:
    """What a handler of review works with."""

    site: Site
    desk: Desk
    catalogue: Catalogue
    view: View
    who: Account

    @property
    def later(self) -> timedelta:
        """How long what is put off stays away."""
        return timedelta(days=self.site.workspace.settings.review.later_days)

    def kept_reasons(self, items: Iterable[Reviewable], why: str) -> dict[str, str]:
        """Return why each of these was shown, as its decision keeps it."""
        audit = self.site.workspace.settings.review.audit
        return {one.item_id: kept_reason(one, why, audit) for one in items}

    @property
    def regions(self) -> Mapping[str, str]:
        """The names of regions, in the language in force."""
        return self.site.regions(language())


@contextmanager
def room(site: Site, who: Account) -> Iterator[Room]:
    """Open what review works with, as it stands now.

    Raises StoreError when there is no catalogue yet.
    """
    with site.desk() as desk, site.catalogue() as catalogue:
        yield Room(site, desk, catalogue, _look(site, catalogue, desk), who)


@shown(router, "/review")
def queue(request: Request, site: SiteHere, who: Reviewer) -> Response:
    """Show the cards of the queue, or of those in another state; to a script, the cards alone."""
    wanted = asked(request.query_params)
    most = site.workspace.settings.review.cards
    with room(site, who) as here:
        waiting = [one for one in here.view.day.order if _waits(one.case, here)]
        found = chosen(here, wanted, waiting)
        shown_now = found[wanted.start : wanted.start + most]
        cards = cards_of(shown_now, here.view, here.catalogue, here.regions, here.later)
        values: dict[str, Any] = {
            "cards": cards,
            "asked": wanted,
            "total": len(found),
            "more": len(found) > wanted.start + most,
            "start": wanted.start,
        }
        if is_fragment(request):
            return fragment(request, site, who, "review/cards", **values)
        return staff_page(
            request, site, who, "review/queue", here=wanted.path,
            tabs=TABS, waiting=len(waiting), to_read=len(due(here)), guides=guides(),
            offered=_offered(here), domains=DOMAINS, regions=here.regions, most=most,
            **values,
        )  # fmt: skip


@shown(router, "/review/cards/{item_id}")
def one(request: Request, site: SiteHere, who: Reviewer, item_id: str) -> Response:
    """Show the card of one item's story, whatever became of it."""
    with room(site, who) as here:
        cases = here.view.day.cases_with(here.catalogue, [item_id])
        if not cases:
            raise HTTPException(404)
        if blind_to(site, here.catalogue, here.desk, who, [item_id]):
            told = _("First read it as the second; then you see what was decided.")
            return see_other(request, site, f"/review/second?item={item_id}", flash=told, kind="")
        queued = [looked_at(case, here.view, here.later) for case in cases]
        cards = cards_of(queued, here.view, here.catalogue, here.regions, here.later)
        return staff_page(
            request, site, who, "review/one", here=f"/review/cards/{item_id}",
            cards=cards, asked=Asked(), guides=guides(), regions=here.regions, start=0,
        )  # fmt: skip


def chosen(here: Room, wanted: Asked, waiting: Sequence[Queued]) -> list[Queued]:
    """Return the cases asked for: of what waits, in the day's order; else the last decided first.

    What somebody is to read as the second is not shown to them with its decision.
    """
    if wanted.state == "new":
        if wanted.domain or wanted.region or wanted.source:
            return [one for one in waiting if _answers(one.case, wanted)]
        return list(waiting)
    blind = {case.lead.item_id for case in due(here)}
    cases = here.view.day.cases_with(here.catalogue, _in_state(here, wanted))
    return [
        looked_at(case, here.view, here.later)
        for case in cases
        if _answers(case, wanted) and case.lead.item_id not in blind
    ]


def due(here: Room) -> list[Case]:
    """Return what this person is to read as the second."""
    share = here.site.workspace.settings.review.read_twice
    read = {one.item_id for one in here.desk.readings.all()}
    return to_read_twice(here.view.day.cases, here.view.decided, read, here.who.handle, share)


def blind_to(
    site: Site, catalogue: Catalogue, desk: Desk, who: Account, item_ids: Iterable[str]
) -> frozenset[str]:
    """Return the items, among these, of which no page tells somebody what was decided, nor what
    the machine says: they are to read them as the second, or another of the same story."""
    share = site.workspace.settings.review.read_twice
    if not (share and who.may(Role.REVIEWER)):
        return frozenset()
    view = _look(site, catalogue, desk)
    found = (view.day.by_item.get(one) for one in item_ids)
    cases = {case.lead.item_id: case for case in found if case}
    read = {one.item_id for one in desk.readings.all()} if cases else set()
    due_now = to_read_twice(cases.values(), view.decided, read, who.handle, share)
    return frozenset(item.item_id for case in due_now for item in case.items)


def is_fragment(request: Request) -> bool:
    """Whether our script asks, which wants a part of a page."""
    return request.headers.get("x-fragment") == "1"


def fragment(
    request: Request,
    site: Site,
    who: Account,
    template: str,
    *,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - whatever the template shows
) -> HTMLResponse:
    """Return a part of a page."""
    return staff_page(request, site, who, template, here="/review", status=status, **values)


def _look(site: Site, catalogue: Catalogue, desk: Desk) -> View:
    settings = site.workspace.settings
    return site.sight.look(desk, catalogue, site.clock.now(), settings.zone, settings.review)


def _in_state(here: Room, wanted: Asked) -> list[str]:
    """Return the items in a state, last decided first; the changed ones, of recent weeks."""
    view = here.view
    if wanted.state == "changed":
        return [item.item_id for case in view.day.cases for item in case.items
                if changed_since(item, view.decided)]  # fmt: skip
    state = State({"later": State.LATER, "discuss": State.DISCUSS, "kept": State.KEPT,
                   "accepted": State.ACCEPTED, "aside": State.ASIDE}[wanted.state])  # fmt: skip
    found = []
    for item_id, known in list(view.decided.items()):
        decision = known.facets.get(Facet.STATE)
        if decision is None or decision.value != state:
            continue
        if not wanted.mine or decision.author == here.who.handle:
            found.append((-decision.number, item_id))
    return [item_id for _number, item_id in sorted(found)[: _most(wanted)]]


def _most(wanted: Asked) -> int:
    """Return how many items of a state are gone through: for this page, those about it, a next."""
    narrow = wanted.domain or wanted.region or wanted.source
    return wanted.start + (500 if narrow else 60)


def _waits(case: Case, here: Room) -> bool:
    """Whether a case is still to be decided on; most were never touched."""
    decided = here.view.decided
    if len(case.items) == 1 and case.items[0].item_id not in decided:
        return True
    return place_of(case, decided, here.view.day.until, here.later) in OPEN


def _answers(case: Case, wanted: Asked) -> bool:
    lead = case.lead
    domains = {one.id for one in lead.domains}
    return (
        (not wanted.domain or wanted.domain in domains or (wanted.domain == "none" and not domains))
        and (not wanted.region or any(one.id == wanted.region for one in lead.regions))
        and (not wanted.source or any(item.source_id == wanted.source for item in case.items))
    )


def _offered(here: Room) -> dict[str, list[tuple[str, str]]]:
    """Return what the filters list, by name: the regions and sources of most of today's queue."""
    names = here.regions
    regions = [(code, names.get(code, code)) for code, _n in
               here.view.day.regions.most_common(_MOST_OFFERED)]  # fmt: skip
    sources = [one for one, _n in here.view.day.sources.most_common(_MOST_OFFERED)]
    return {"region": sorted(regions, key=_by_name), "source": sorted(sources, key=_by_name)}


def _by_name(one: tuple[str, str]) -> str:
    return fold(one[1])
