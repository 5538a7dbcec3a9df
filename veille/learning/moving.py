"""Decisions written as labelled JSON Lines, and taken from them to another workspace's desk."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from veille.classify.documents import truth_of
from veille.decisions import Facet, Value, Wish
from veille.errors import ReadError
from veille.store.desk import Desk


@dataclass(slots=True)
class Moved:
    """How many items were decided anew, how many were so already; lines that say nothing."""

    new: int = 0
    known: int = 0
    bad: list[int] = field(default_factory=list)


def take_in(desk: Desk, lines: Iterable[bytes], *, author: str, now: datetime) -> Moved:
    """Decide on the desk what lines of `decisions export` say; twice adds nothing.

    Each keeps its author and moment; a line without them gets those given.
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
        item_id, values = told["id"], _values(told)
        before = held.get(item_id)
        wishes = [
            Wish(item_id, facet, value)
            for facet, value in values.items()
            if before is None or before.value(facet) != value
        ]
        if not wishes:
            moved.known += 1
            continue
        by = told.get("decided_by") or author
        desk.decisions.decide(wishes, author=str(by), now=_moment(told.get("decided_at"), now))
        moved.new += 1
    return moved


def _read(line: bytes) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
        is_whole = isinstance(told, dict) and isinstance(told.get("id"), str)
        return told if is_whole and truth_of(told) else None
    except (ReadError, ValueError, RecursionError):
        return None


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
