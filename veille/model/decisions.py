"""What people decide on items: frozen values, and how they are laid over what a model said. Pure.

A decision is about one facet of one item, and outranks rules and models for ever, through new
versions of the text and new models. Decisions are added, never changed: the newest of a facet
holds, and one whose value is None takes the earlier ones back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from veille.errors import Outdated


class Facet(StrEnum):
    """What of an item is decided, and as what."""

    RELEVANT = "relevant"  # bool
    DOMAINS = "domains"  # ids of all the domains it has, sorted; often none
    REGIONS = "regions"  # codes of all the places it is about, sorted
    STATE = "state"  # one of State
    NOTE = "note"  # text, for the readers of the bulletin


class State(StrEnum):
    """What becomes of an item. Without any it is new; published ones are known by the bulletins."""

    ACCEPTED = "accepted"  # its tags are right: in the catalogue
    KEPT = "kept"  # for the bulletin too
    ASIDE = "aside"  # not for us
    DISCUSS = "discuss"  # the team is to talk of it
    LATER = "later"  # comes back to the queue another day


Value = bool | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Wish:
    """One facet of one item, and what somebody wants of it; `said` is what the model had said."""

    item_id: str
    facet: Facet
    value: Value
    said: Value = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the desk's ledger. `author` is an account's handle.

    `number` counts up over the whole ledger. Decisions taken by one gesture share their `act`, and
    `undoes` names the act that this one takes back. `version` of the text and `model_version` are
    those that were looked at, or the model is that which `said`; `shown_for` is why the queue
    showed the item (uncertain, audit…).
    """

    number: int
    act: str
    item_id: str
    facet: Facet
    value: Value
    author: str
    at: datetime
    reason: str = ""
    undoes: str | None = None
    said: Value = None
    version: int = 1
    model_version: str = ""
    shown_for: str = ""


@dataclass(frozen=True, slots=True)
class StoryRuling:
    """Two items belong to one story, or do not; `together` None takes an earlier ruling back."""

    number: int
    act: str
    one: str
    other: str
    together: bool | None
    author: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided of an item now: the decision in force of each facet that has one.

    `number` is that of the last decision on the item, whatever became of it: whoever decides on
    the item next says which one they had seen (0 for none).
    """

    number: int = 0
    facets: Mapping[Facet, Decision] = field(default_factory=dict)

    def value(self, facet: Facet) -> Value:
        """Return what was decided of a facet, or None."""
        decision = self.facets.get(facet)
        return decision.value if decision else None

    @property
    def state(self) -> State | None:
        """What becomes of the item; None while it is new."""
        value = self.value(Facet.STATE)
        return State(value) if isinstance(value, str) else None


UNDECIDED = Decided()


@dataclass(frozen=True, slots=True)
class Standing:
    """An item's tags as they stand, and which of them a person decided."""

    relevant: bool
    domains: tuple[str, ...]
    regions: tuple[str, ...]
    state: State | None = None
    note: str = ""
    by_hand: frozenset[Facet] = frozenset()


class Overtaken(Outdated):
    """Somebody, perhaps the same person elsewhere, decided on the item meanwhile: `decision`."""

    def __init__(self, message: str, action: str, decision: Decision) -> None:
        super().__init__(message, action)
        self.decision = decision


def in_force(decisions: Iterable[Decision]) -> dict[str, Decided]:
    """Return what these decisions, in the order of their numbers, come to for each item."""
    numbers: dict[str, int] = {}
    facets: dict[str, dict[Facet, Decision]] = {}
    for decision in decisions:
        numbers[decision.item_id] = decision.number
        held = facets.setdefault(decision.item_id, {})
        if decision.value is None:
            held.pop(decision.facet, None)
        else:
            held[decision.facet] = decision
    return {item_id: Decided(number, facets[item_id]) for item_id, number in numbers.items()}


def laid_over(
    relevant: bool, domains: Sequence[str], regions: Sequence[str], decided: Decided = UNDECIDED
) -> Standing:
    """Lay what people decided over what a model said of an item.

    Whoever gives an item a domain says that it is relevant; what is not relevant has no domain.
    """
    chosen = decided.value(Facet.DOMAINS)
    said = decided.value(Facet.RELEVANT)
    counts = said if isinstance(said, bool) else relevant or bool(chosen)
    given = chosen if isinstance(chosen, tuple) else tuple(domains)
    places = decided.value(Facet.REGIONS)
    note = decided.value(Facet.NOTE)
    return Standing(
        relevant=counts,
        domains=given if counts else (),
        regions=places if isinstance(places, tuple) else tuple(regions),
        state=decided.state,
        note=note if isinstance(note, str) else "",
        by_hand=frozenset(decided.facets),
    )


def in_json(value: Value) -> str | None:
    """Return a value as the stores keep it."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def from_json(text: str | None) -> Value:
    """Return the value that a store kept."""
    if text is None:
        return None
    value: bool | str | list[str] = json.loads(text)
    return tuple(value) if isinstance(value, list) else value
