"""A case as a card shows it: values for templates, all of it plain text that they escape."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from veille.digest.draft import DOMAINS
from veille.digest.view import section_name
from veille.i18n import _
from veille.model.decisions import UNDECIDED, Decision, Facet, Standing, State
from veille.model.reviewable import Content, Guess, Labels, Reviewable
from veille.review.cases import (
    Case,
    Place,
    changed_since,
    place_of,
    standing_of,
    suggested,
    to_decide,
)
from veille.review.guide import Guide, guides
from veille.review.passages import Piece, marked, opening, sentence
from veille.review.queue import Queued, Subject, Why
from veille.review.told import members_told, state_told, why_told
from veille.store.catalogue import Catalogue
from veille.store.catalogue.reviewing import contents
from veille.web.sight import View

Names = Mapping[Subject, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A domain or region on a card: whether it is proposed, and how sure the machine is of it."""

    id: str
    name: str
    chosen: bool
    probability: float | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a story; `state` is what became of it."""

    item: Reviewable
    url: str
    kind: str
    state: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows. `seen` is what the form sends back: items, decisions seen, versions."""

    case: Case
    url: str
    provenance: str
    why: str
    shown_for: str
    standing: Standing
    domains: list[Choice]
    regions: list[Choice]
    evidence: list[Piece]
    text: list[list[Piece]]
    whole: bool
    members: list[Member]
    told_by: str
    seen: list[str]
    decision: Decision | None
    state: str
    changed: bool
    guides: list[Guide]

    @property
    def lead(self) -> Reviewable:
        """The item that it tells of."""
        return self.case.lead


def names_of(regions: Mapping[str, str], cases: Collection[Case]) -> dict[Subject, str]:
    """Return what the subjects of these cases are called, in the language in force."""
    named = {("region", code): name for code, name in regions.items()}
    named |= {("domain", domain): section_name(domain) for domain in DOMAINS}
    return named | {("source", case.lead.source_id): case.lead.source for case in cases}


def cards_of(
    queued: Sequence[Queued],
    view: View,
    catalogue: Catalogue,
    regions: Mapping[str, str],
    later: timedelta,
) -> list[Card]:
    """Return the cards of these cases, their texts read from the snapshot."""
    texts = contents(catalogue, [one.case.lead.item_id for one in queued])
    names = names_of(regions, [one.case for one in queued])
    return [
        _card(one, view, texts.get(one.case.lead.item_id, Content()), names, later)
        for one in queued
    ]


def looked_at(case: Case, view: View, later: timedelta) -> Queued:
    """Return a case that was asked for, with why it would be in the queue."""
    place = place_of(case, view.decided, view.day.until, later)
    why = {Place.GROWN: Why.GROWN, Place.BACK: Why.BACK}.get(place, Why.NEW)
    queued = view.day.by_lead.get(case.lead.item_id)
    return queued if queued and place is Place.NEW else Queued(case, why)


def seen_of(items: Collection[Reviewable], view: View) -> list[str]:
    """Return for each item what is seen of it: « id decision version »."""
    return [
        f"{item.item_id} {view.decided.get(item.item_id, UNDECIDED).number} {item.version}"
        for item in items
    ]


def paragraphs(content: Content, reasons: bool = True) -> list[list[Piece]]:
    """Return the paragraphs of what a card shows of a text, words of evidence marked."""
    text, _whole = opening(content)
    spoken = content.reasons if reasons else ()
    return [marked(one, spoken) for one in text.split("\n") if one.strip()]


def safe_url(url: str) -> str:
    """Return an address that a link may lead to; nothing for what runs in the page or is odd."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def labels_of(standing: Standing) -> Labels:
    """Return how an item is tagged as it stands."""
    return Labels(standing.relevant, standing.domains, standing.regions)


def provenance(item: Reviewable) -> str:
    """Return where an item's date comes from."""
    return {
        "feed": _("date given by the source"),
        "page": _("date found in the page"),
        "url": _("date found in its address"),
        "guess": _("date guessed"),
    }.get(item.date_origin or "", _("day it was first seen"))


def _card(queued: Queued, view: View, content: Content, names: Names, later: timedelta) -> Card:
    case, lead = queued.case, queued.case.lead
    place = place_of(case, view.decided, view.day.until, later)
    standing = suggested(case, view.decided)
    known = view.decided.get(lead.item_id, UNDECIDED)
    return Card(
        case=case,
        url=safe_url(lead.url),
        provenance=provenance(lead),
        why=why_told(queued, names),
        shown_for=queued.why,
        standing=standing,
        domains=_domains(lead, standing),
        regions=_regions(lead, standing, names),
        evidence=marked(sentence(content), content.reasons),
        text=paragraphs(content),
        whole=opening(content)[1],
        members=[_member(item, view) for item in case.items] if len(case.items) > 1 else [],
        told_by=members_told(len(case.items), len({item.source_id for item in case.items})),
        seen=seen_of(to_decide(case, view.decided, place), view),
        decision=known.facets.get(Facet.STATE),
        state=state_told(known.state) if known.state else "",
        changed=any(changed_since(item, view.decided) for item in case.items),
        guides=_guides_for(standing),
    )


def _domains(lead: Reviewable, standing: Standing) -> list[Choice]:
    guessed = {one.id: one for one in lead.domains}
    return [
        _choice(domain, section_name(domain), guessed.get(domain), domain in standing.domains,
                Facet.DOMAINS in standing.by_hand)
        for domain in DOMAINS
    ]  # fmt: skip


def _regions(lead: Reviewable, standing: Standing, names: Names) -> list[Choice]:
    guessed = {one.id: one for one in lead.regions}
    return [
        _choice(code, names.get(("region", code), code), guessed.get(code),
                code in standing.regions, Facet.REGIONS in standing.by_hand)
        for code in dict.fromkeys((*standing.regions, *guessed))
    ]  # fmt: skip


def _choice(id_: str, name: str, guess: Guess | None, chosen: bool, by_hand: bool) -> Choice:
    if guess is None:
        return Choice(id_, name, chosen, by_hand=by_hand and chosen)
    return Choice(id_, name, chosen, guess.probability, by_hand or guess.by_hand)


def _member(item: Reviewable, view: View) -> Member:
    kinds = {"original": _("original"), "copy": _("same text")}
    state = standing_of(item, view.decided).state
    return Member(
        item,
        safe_url(item.url),
        kinds.get(item.kind, _("same event")),
        state_told(State(state)) if state else "",
        changed_since(item, view.decided),
    )


def _guides_for(standing: Standing) -> list[Guide]:
    """Return the guide for what is in question: relevance, the domains proposed, or all of them."""
    wanted = {"relevant", "regions", *(standing.domains or DOMAINS)}
    return [guide for guide in guides() if guide.question in wanted]
