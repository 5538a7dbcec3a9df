"""Decisions written as labelled JSON Lines, and taken from them to another workspace's desk."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from veille.classify.documents import truth_of
from veille.errors import ReadError
from veille.model.decisions import UNDECIDED, Decided, Facet, Value, Wish
from veille.sources.codes import Codes, unknown
from veille.store.desk import Desk


@dataclass(slots=True)
class Moved:
    """How many items were decided anew, how many were so already; lines that say nothing.

    `kept` are those that people decided otherwise since the moment of the line: that stays.
    `strange` says of lines which of their codes nobody knows here.
    """

    new: int = 0
    known: int = 0
    kept: int = 0
    bad: list[int] = field(default_factory=list)
    strange: dict[int, str] = field(default_factory=dict)


def take_in(
    desk: Desk, lines: Iterable[bytes], *, codes: Codes, author: str, now: datetime
) -> Moved:
    """Decide on the desk what lines of `decisions export` say; twice adds nothing.

    Each keeps its author and moment; a line without them gets those given. A line with a domain or
    a region that is not among `codes` is left out whole.
    """
    moved = Moved()
    held = desk.decisions.all_current()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        told = _read(line)
        if told is None:
            moved.bad.append(number)
            continue
        if wrong := "; ".join(_strange(told, codes)):
            moved.strange[number] = wrong
            continue
        item_id, values, at = told["id"], _values(told), _moment(told.get("decided_at"), now)
        before = held.get(item_id, UNDECIDED)
        other = {facet: value for facet, value in values.items() if before.value(facet) != value}
        since = _since(before, other, at)
        wishes = [Wish(item_id, facet, other[facet]) for facet in other if facet not in since]
        if wishes:
            by = str(told.get("decided_by") or author)
            desk.decisions.decide(wishes, author=by, now=at)
            held |= desk.decisions.current([item_id])
        moved.new += bool(wishes)
        moved.kept += bool(since) and not wishes
        moved.known += not other
    return moved


def _since(before: Decided, other: Collection[Facet], at: datetime) -> set[Facet]:
    """Return what people decided since a line's moment, which it tells to the second.

    Where they decided of the relevance since, the line's domains go with it.
    """
    held = {facet: before.facets[facet] for facet in other if facet in before.facets}
    since = {facet for facet, one in held.items() if one.at >= at + timedelta(seconds=1)}
    return since | {Facet.DOMAINS} if Facet.RELEVANT in since else since


def _read(line: bytes) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
        is_whole = isinstance(told, dict) and isinstance(told.get("id"), str)
        return told if is_whole and truth_of(told) else None
    except (ReadError, ValueError, RecursionError):
        return None


def _strange(told: Mapping[str, Any], codes: Codes) -> Iterator[str]:
    yield from unknown("domains", told.get("domains") or (), codes.domains)
    yield from unknown("regions", told.get("regions") or (), codes.regions)


def _values(told: Mapping[str, Any]) -> dict[Facet, Value]:
    truth = truth_of(told)
    assert truth is not None
    values: dict[Facet, Value] = {Facet.RELEVANT: truth.relevant}
    if truth.relevant and truth.domains is not None:
        values[Facet.DOMAINS] = tuple(sorted(truth.domains))
    if truth.regions is not None:
        values[Facet.REGIONS] = tuple(sorted(truth.regions))
    return values


def _moment(text: object, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return now
    return at if at.tzinfo else now
