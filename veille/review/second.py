"""Double reading: what a second person reads blind, and what the two then have to settle. Pure."""

from collections.abc import Collection, Iterable, Mapping

from veille.model.decisions import UNDECIDED, Decided, Facet
from veille.model.reviewable import Labels, SecondReading
from veille.review.agreement import disagree
from veille.review.cases import Case
from veille.review.sampling import drawn


def first_reading(decided: Decided) -> tuple[str, Labels] | None:
    """Return who tagged an item and how, when one person tagged all of it; else None."""
    relevant = decided.facets.get(Facet.RELEVANT)
    if relevant is None or not isinstance(relevant.value, bool):
        return None
    domains, regions = decided.value(Facet.DOMAINS), decided.value(Facet.REGIONS)
    return relevant.author, Labels(
        relevant.value,
        domains if relevant.value and isinstance(domains, tuple) else (),
        regions if isinstance(regions, tuple) else (),
    )


def to_read_twice(
    cases: Iterable[Case],
    decided: Mapping[str, Decided],
    read: Collection[str],
    reader: str,
    share: float,
) -> list[Case]:
    """Return the cases that this person is to read as the second, oldest decision first.

    `read` are the items that somebody read twice already. What the person decided is not theirs.
    """
    found = []
    for case in cases:
        known = decided.get(case.items[0].item_id)
        first = first_reading(known) if known else None
        if known is None or first is None or first[0] == reader or case.lead.item_id in read:
            continue
        if drawn("twice", case.key, share) and reader not in {
            decision.author for decision in known.facets.values()
        }:
            found.append(case)
    return sorted(found, key=lambda case: decided[case.lead.item_id].number)


def to_settle(
    readings: Iterable[SecondReading], decided: Mapping[str, Decided]
) -> list[SecondReading]:
    """Return the readings that disagree with the decision, and on which nobody decided since."""
    return [
        one
        for one in readings
        if disagree(one.said, one.read)
        and decided.get(one.item_id, UNDECIDED).number == one.decision
    ]
