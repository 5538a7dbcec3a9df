"""What one gesture on a card decides: of each item, which facets and as what. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from veille.model.decisions import Facet, State, Value, Wish
from veille.model.reviewable import Labels, Reviewable


class Gesture(StrEnum):
    """What one key does."""

    ACCEPT = "accept"  # these tags are right
    KEEP = "keep"  # and it goes into the bulletin
    IRRELEVANT = "irrelevant"  # it is not about our field
    ASIDE = "aside"  # of our field or not, we leave it
    LATER = "later"
    DISCUSS = "discuss"


_STATES = {
    Gesture.ACCEPT: State.ACCEPTED,
    Gesture.KEEP: State.KEPT,
    Gesture.IRRELEVANT: State.ASIDE,
    Gesture.ASIDE: State.ASIDE,
    Gesture.LATER: State.LATER,
    Gesture.DISCUSS: State.DISCUSS,
}
_TAGGING = frozenset({Gesture.ACCEPT, Gesture.KEEP, Gesture.IRRELEVANT})


def wishes(
    items: Sequence[Reviewable], gesture: Gesture, labels: Labels, note: str = ""
) -> list[Wish]:
    """Return what a gesture on these items of one story decides; the first one leads.

    Whoever accepts has looked at the tags: they are written down whole, so that they outlive the
    model and teach the next one. Of a story kept for the bulletin its lead is; the others are
    accepted. The note is the lead's.
    """
    found: list[Wish] = []
    for item in items:
        if gesture in _TAGGING:
            found += tagging(item, _labels_of(gesture, labels))
        state = _state(gesture, labels, leads=item is items[0])
        found.append(Wish(item.item_id, Facet.STATE, state.value))
    if note.strip():
        found.append(Wish(items[0].item_id, Facet.NOTE, note.strip()))
    return found


def said(item: Reviewable) -> Mapping[Facet, Value]:
    """Return what the machine says of an item, for the facets on which it has the last word yet."""
    told: dict[Facet, Value] = {}
    if not item.by_hand:
        told[Facet.RELEVANT] = item.relevant
    for facet, guesses in ((Facet.DOMAINS, item.domains), (Facet.REGIONS, item.regions)):
        if not any(one.by_hand for one in guesses):
            told[facet] = tuple(sorted(one.id for one in guesses))
    return told


def tagging(item: Reviewable, labels: Labels) -> list[Wish]:
    """Return the wishes that an item be tagged so, whole."""
    told = said(item)
    values: list[tuple[Facet, Value]] = [(Facet.RELEVANT, labels.relevant)]
    if labels.relevant:
        values.append((Facet.DOMAINS, tuple(sorted(set(labels.domains)))))
    values.append((Facet.REGIONS, tuple(sorted(set(labels.regions)))))
    return [Wish(item.item_id, facet, value, told.get(facet)) for facet, value in values]


def _labels_of(gesture: Gesture, labels: Labels) -> Labels:
    if gesture is Gesture.IRRELEVANT:
        return Labels(False, (), labels.regions)
    return labels._replace(relevant=True) if gesture is Gesture.KEEP else labels


def _state(gesture: Gesture, labels: Labels, *, leads: bool) -> State:
    if gesture is Gesture.ACCEPT and not labels.relevant:
        return State.ASIDE
    return State.ACCEPTED if gesture is Gesture.KEEP and not leads else _STATES[gesture]
