"""Why an item is in the queue, and what a decision comes to, in the words of the team."""

from collections.abc import Iterable, Mapping

from veille.i18n import _, _n
from veille.model.decisions import Decision, Facet, State
from veille.model.reviewable import Reviewable
from veille.review.queue import Queued, Subject, Why

Names = Mapping[Subject, str]
"""What subjects are called: `("domain", id)`, `("region", code)`, `("source", id)`."""


def why_told(queued: Queued, names: Names) -> str:
    """Return in a sentence why a case is in the queue."""
    lead = queued.case.lead
    match queued.why:
        case Why.GROWN:
            return _("This story was decided on, and new articles tell it.")
        case Why.BACK:
            return _("Put off for later, and back now.")
        case Why.UNCERTAIN:
            return _doubt(lead, names)
        case Why.AUDIT:
            return _("Drawn at random, whatever the machine says: so that its errors are found.")
        case Why.DIVERSE if queued.about:
            name = names.get(queued.about, queued.about[1])
            return _("Little reviewed lately: {name}.").format(name=name)
    return _("Relevant, and not looked at yet.")


def state_told(state: State) -> str:
    """Return what became of an item."""
    return {
        State.ACCEPTED: _("Accepted"),
        State.KEPT: _("Kept for the bulletin"),
        State.ASIDE: _("Set aside"),
        State.DISCUSS: _("To discuss"),
        State.LATER: _("Put off for later"),
    }[state]


def decision_told(decisions: Iterable[Decision], names: Names) -> str:
    """Return what decisions on one item say, facet by facet: « Accepted; relevant; Governance »."""
    by_facet = {one.facet: one for one in decisions}
    order = (Facet.STATE, Facet.RELEVANT, Facet.DOMAINS, Facet.REGIONS, Facet.NOTE)
    told = [_facet_told(by_facet[facet], names) for facet in order if facet in by_facet]
    return " · ".join(dict.fromkeys(told))


def members_told(items: int, sources: int) -> str:
    """Return how many articles of how many sources tell a story."""
    articles = _n("{n} article", "{n} articles", items).format(n=items)
    if sources == 1:
        return _("{articles} of one source").format(articles=articles)
    return _("{articles} of {n} sources").format(articles=articles, n=sources)


def _doubt(lead: Reviewable, names: Names) -> str:
    doubts = [(abs(lead.relevance - 0.5), _("relevance"), lead.relevance)]
    doubts += [
        (abs(one.probability - 0.5), names.get(("domain", one.id), one.id), one.probability)
        for one in lead.domains
    ]
    distance, name, probability = min(doubts)
    if distance > 0.35:
        return _("The machine is not sure of all its tags.")
    return _("The machine hesitates: {name}, {percent} %.").format(
        name=name, percent=round(100 * probability)
    )


def _facet_told(decision: Decision, names: Names) -> str:
    value = decision.value
    match decision.facet:
        case Facet.STATE:
            return state_told(State(str(value))) if value else _("New again")
        case Facet.RELEVANT if value is not None:
            return _("relevant") if value else _("not relevant")
        case Facet.NOTE if value:
            return _("note: « {text} »").format(text=value)
        case Facet.DOMAINS if isinstance(value, tuple):
            return _listed("domain", value, names) or _("no domain")
        case Facet.REGIONS if isinstance(value, tuple):
            return _listed("region", value, names) or _("no region")
    return _("taken back")


def _listed(kind: str, ids: Iterable[str], names: Names) -> str:
    return ", ".join(names.get((kind, one), one) for one in ids)
