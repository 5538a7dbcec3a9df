"""Double reading: what a second person reads blind, how far two agree, what they settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.draft import DOMAINS
from veille.i18n import _
from veille.model.decisions import Overtaken, Wish
from veille.model.reviewable import Content, Labels, Reviewable, SecondReading
from veille.review.agreement import agreements, disagree
from veille.review.cases import Case
from veille.review.gestures import tagging
from veille.review.guide import guides
from veille.review.passages import Piece, opening
from veille.review.queue import kept_reason
from veille.review.second import first_reading, to_settle
from veille.staff.accounts import Account, Role
from veille.store.catalogue.reviewing import contents
from veille.web.routes import shown, taken
from veille.web.site import SiteHere
from veille.web.staff.review.asked import Asked, Form, item_in, labels_in, text_of
from veille.web.staff.review.cards import names_of, paragraphs, provenance, safe_url
from veille.web.staff.review.queue import Room, due, room
from veille.web.staff.shell import Reviewer, see_other, staff_page

router = APIRouter(include_in_schema=False)

_SHOWN = 30  # disagreements on a page


@dataclass(frozen=True, slots=True)
class Blind:
    """An item as the second reader sees it: neither what was decided, nor what the machine says."""

    item: Reviewable
    url: str
    provenance: str
    text: list[list[Piece]]
    whole: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two readings of an item that differ; `may` is whose somebody may take, and decide anew."""

    item: Reviewable
    url: str
    reading: SecondReading
    said: dict[str, str]
    read: dict[str, str]
    may: tuple[str, ...]


@shown(router, "/review/second")
def second(request: Request, site: SiteHere, who: Reviewer, item: str = "") -> Response:
    """Show the next item that this person is to read as the second; `item` before others."""
    with room(site, who) as here:
        waiting = sorted(due(here), key=lambda case: item not in {i.item_id for i in case.items})
        blind = _blind(here, waiting[0]) if waiting else None
        return staff_page(
            request, site, who, "review/second", here="/review/second",
            blind=blind, waiting=len(waiting), domains=DOMAINS, regions=here.regions,
            guides=guides(), asked=Asked(),
        )  # fmt: skip


@taken(router, "/review/second")
def read_again(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Write down how a second person reads an item."""
    item_id = item_in(form, "item")
    with room(site, who) as here:
        labels, unknown = labels_in(form, here.regions)
        if unknown or text_of(form, "relevant") not in {"yes", "no"}:
            told = _("Say whether it is relevant, and choose regions of the list.")
            return see_other(request, site, "/review/second", flash=told, kind="bad")
        if item_id not in {case.lead.item_id for case in due(here)}:
            told = _("Somebody read it meanwhile.")
            return see_other(request, site, "/review/second", flash=told, kind="bad")
        known = here.view.decided[item_id]
        first = first_reading(known)
        assert first is not None  # what is due was decided on
        written = here.desk.readings.add(
            item_id, first=first[0], said=first[1], second=who.handle, read=labels,
            decision=known.number, now=site.clock.now(),
        )  # fmt: skip
    told = _("Read. Thank you.") if written else _("Somebody read it meanwhile.")
    return see_other(request, site, "/review/second", flash=told)


@shown(router, "/review/disagreements")
def disagreements(request: Request, site: SiteHere, who: Reviewer) -> Response:
    """Show how far two readers agree, and what they read differently."""
    with room(site, who) as here:
        readings = here.desk.readings.all()
        open_ones = to_settle(readings, here.view.decided)
        found = agreements(readings, DOMAINS)
        return staff_page(
            request, site, who, "review/disagreements", here="/review/disagreements",
            agreements=[(_question(one.question, here), one) for one in found],
            disputes=_disputes(here, open_ones[:_SHOWN]), left=len(open_ones),
            differ=sum(disagree(one.said, one.read) for one in readings), pairs=len(readings),
            to_read=len(due(here)), share=site.workspace.settings.review.read_twice,
            people=here.desk.accounts, regions=here.regions, asked=Asked(), domains=DOMAINS,
        )  # fmt: skip


@taken(router, "/review/disagreements")
def settle(request: Request, site: SiteHere, who: Reviewer, form: Form) -> Response:
    """Decide on what two read differently: as one of them read it, or in a third way."""
    item_id, take = item_in(form, "item"), text_of(form, "take")
    with room(site, who) as here:
        reading = here.desk.readings.of(item_id) if item_id else None
        if reading is None:
            raise HTTPException(404)
        if take not in may_take(who, reading):
            raise HTTPException(403)
        labels, unknown = _labels(take, reading, form, here)
        if unknown:
            told = _("« {name} » is not a region that is known here: choose one of the list.")
            told = told.format(name=unknown[:80])
            return see_other(request, site, "/review/disagreements", flash=told, kind="bad")
        cases = here.view.day.cases_with(here.catalogue, [item_id])
        item = next((one for case in cases for one in case.items if one.item_id == item_id), None)
        if item is None:
            raise HTTPException(404)
        wishes: list[Wish] = tagging(item, labels)
        audit = site.workspace.settings.review.audit
        try:
            act = here.desk.decisions.decide(
                wishes, author=who.handle, now=site.clock.now(),
                seen={item_id: reading.decision}, reason=text_of(form, "reason"),
                versions={item_id: item.version}, model_version=here.view.day.model_version,
                shown_for=kept_reason(item, "adjudication", audit),
            )  # fmt: skip
        except Overtaken as overtaken:
            told = overtaken.message
            return see_other(request, site, "/review/disagreements", flash=told, kind="bad")
    undo = f"/review/undo/{act}"
    return see_other(request, site, "/review/disagreements", flash=_("Settled."), undo=undo)


def may_take(who: Account, reading: SecondReading) -> tuple[str, ...]:
    """Return as whose reading somebody may settle it: `said`, `read`, or `other`, their own way.

    An editor may all. Either reader may come round to the other's: then both are of one mind.
    """
    if who.may(Role.EDITOR):
        return ("said", "read", "other")
    if who.handle == reading.first:
        return ("read",)
    return ("said",) if who.handle == reading.second else ()


def _labels(take: str, reading: SecondReading, form: Form, here: Room) -> tuple[Labels, str]:
    if take == "other":
        return labels_in(form, here.regions)
    return (reading.said if take == "said" else reading.read), ""


def _blind(here: Room, case: Case) -> Blind:
    lead = case.lead
    content = contents(here.catalogue, [lead.item_id]).get(lead.item_id, Content())
    return Blind(
        lead,
        safe_url(lead.url),
        provenance(lead),
        paragraphs(content, reasons=False),
        opening(content)[1],
    )


def _disputes(here: Room, readings: Sequence[SecondReading]) -> list[Dispute]:
    cases = here.view.day.cases_with(here.catalogue, [one.item_id for one in readings])
    items = {item.item_id: item for case in cases for item in case.items}
    return [
        Dispute(
            items[one.item_id],
            safe_url(items[one.item_id].url),
            one,
            _told(one.said, here),
            _told(one.read, here),
            may_take(here.who, one),
        )
        for one in readings
        if one.item_id in items
    ]


def _told(labels: Labels, here: Room) -> dict[str, str]:
    names = names_of(here.regions, [])
    given = labels.domains if labels.relevant else ()
    domains = ", ".join(names.get(("domain", one), one) for one in given)
    regions = ", ".join(names.get(("region", one), one) for one in labels.regions)
    return {
        "relevant": _("relevant") if labels.relevant else _("not relevant"),
        "domains": domains or _("no domain"),
        "regions": regions or _("no region"),
    }


def _question(question: str, here: Room) -> str:
    asked: dict[str, Any] = {"relevant": _("Relevance"), "regions": _("Regions")}
    return str(asked.get(question) or names_of(here.regions, []).get(("domain", question)))
