"""Which pairs of items to compare, and the links that tonight's items have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from veille.model.story import Kind, Link
from veille.stories.items import Item
from veille.stories.likeness import EVENT_DAYS, EVENT_FACTS, HELD, link, may_be_copies
from veille.stories.signature import Signature

T = TypeVar("T")
_Holders = defaultdict[T, list[str]]


def find_links(
    tonight: Sequence[Item], candidates: Iterable[Item], held: Iterable[Link] = ()
) -> list[Link]:
    """Return all the links of tonight's items, among themselves and with the candidates.

    Tonight's are those that are new or have a new version. Candidates are, of the items stored,
    those that are `worth_comparing` or were told within `EVENT_DAYS` of one of tonight's, and the
    other ends of `held`: the links of tonight's that stand, which are kept on laxer terms. One that
    is not returned no longer stands. In order of strength; the same whatever the order of what is
    given.
    """
    known = {item.item_id: item for item in (*candidates, *tonight)}
    ours = {item.item_id for item in tonight}
    standing = {(one.one, one.other): one for one in held if {one.one, one.other} <= known.keys()}
    pairs = {*_by_bands(ours, known), *_by_facts(ours, known)} - standing.keys()
    links = [link(known[one], known[other]) for one, other in pairs]
    links += [_kept(one, known[one.one], known[one.other]) for one in standing.values()]
    return sorted((found for found in links if found), key=lambda found: found.strength)


def worth_comparing(
    tonight: Iterable[Item], sharing: Iterable[tuple[str, Sequence[int]]]
) -> set[str]:
    """Return, of items that share a band with one of tonight's, those that may be its copies.

    Each is told by its id and its bands. Most share a band by chance: with 42 bands of 24 bits one
    in 400,000 texts does, so that of a store of half a million each of tonight's meets one.
    """
    holders: defaultdict[int, list[Signature]] = defaultdict(list)
    for item in tonight:
        for band in item.signature.bands():
            holders[band].append(item.signature)
    return {
        item_id
        for item_id, bands in sharing
        if any(may_be_copies(one, bands) for band in bands for one in holders.get(band, ()))
    }


def _kept(held: Link, one: Item, other: Item) -> Link | None:
    """Return a link that stands as it is now; a copy that became too short to tell stays one."""
    unreadable = not (one.signature.sketch and other.signature.sketch)
    return link(one, other, HELD) or (held if held.kind is Kind.COPY and unreadable else None)


def _by_bands(ours: set[str], known: dict[str, Item]) -> Iterator[tuple[str, str]]:
    """Yield the pairs that share a band, once for each that they share."""
    holders: _Holders[int] = defaultdict(list)
    for item_id in ours:
        for band in known[item_id].signature.bands():
            holders[band].append(item_id)
    for item_id, item in known.items():
        for other in _holding(holders, item.signature.bands()):
            if other != item_id:
                yield _pair(item_id, other)


def _by_facts(ours: set[str], known: dict[str, Item]) -> Iterator[tuple[str, str]]:
    """Yield the pairs told about when, that share a name, a figure, and `EVENT_FACTS` of both."""
    named: _Holders[str] = defaultdict(list)
    said: _Holders[str] = defaultdict(list)
    counted: _Holders[str] = defaultdict(list)
    for item_id in ours:
        for holders, facts in zip((named, said, counted), _facts(known[item_id]), strict=True):
            for fact in facts:
                holders[fact].append(item_id)
    for item_id, item in known.items():
        names, words, numbers = _facts(item)
        figures = Counter(_holding(counted, numbers))
        if not figures:
            continue
        shared = Counter(
            chain(_holding(named, names), _holding(named, words), _holding(said, names))
        )
        for other in figures.keys() & shared.keys():
            days = abs((item.told_on - known[other].told_on).days)
            enough = shared[other] + figures[other] >= EVENT_FACTS
            if enough and days <= EVENT_DAYS and other != item_id:
                yield _pair(item_id, other)


def _holding(holders: _Holders[T], facts: Iterable[T]) -> Iterator[str]:
    """Return who of tonight's has one of these facts, once for each; of most facts nobody does."""
    return chain.from_iterable([holders[fact] for fact in holders.keys() & facts])


def _facts(item: Item) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    return item.names, item.words, item.numbers


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
