"""What people decided of the items that may go in, laid over what the catalogue says of them. Pure.

The catalogue holds what was decided before the last night; a draft is edited the morning after.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from veille.model.bulletin import Candidate
from veille.model.decisions import Decided, Facet, State, laid_over


def decided_over(
    candidates: Iterable[Candidate], decided: Mapping[str, Decided]
) -> list[Candidate]:
    """Return these candidates as they stand; those that a person set aside are `refused`."""
    return [
        _over(one, decided[one.item.item_id]) if one.item.item_id in decided else one
        for one in candidates
    ]


def kept(decided: Mapping[str, Decided]) -> dict[str, str]:
    """Return the items kept for the bulletin, the first one first, with their notes."""
    ours = [(one, held) for one, held in decided.items() if held.state is State.KEPT]
    ours.sort(key=lambda pair: pair[1].facets[Facet.STATE].number)
    return {one: str(held.value(Facet.NOTE) or "") for one, held in ours}


def _over(one: Candidate, decided: Decided) -> Candidate:
    item, standing = one.item, laid_over(one.item.relevant, one.domains, one.regions, decided)
    looked_at = bool(standing.by_hand & {Facet.RELEVANT, Facet.DOMAINS})
    refused = standing.state is State.ASIDE or decided.value(Facet.RELEVANT) is False
    return replace(
        one,
        item=replace(
            item,
            relevant=standing.relevant,
            decided_by="person" if looked_at else item.decided_by,
            doubtful=item.doubtful and not looked_at,
            note=standing.note or item.note,
        ),
        domains=standing.domains,
        regions=standing.regions,
        refused=refused and standing.state is not State.KEPT,
    )
