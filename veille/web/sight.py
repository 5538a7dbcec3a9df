"""What the pages of review see: the newest snapshot's recent items with the desk laid over.

Items are read once for each snapshot, decisions as they come, and the order of the queue is made
once a day: a request then costs a walk through what waits.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from veille.model.decisions import Decided, StoryRuling
from veille.model.reviewable import Reviewable
from veille.review.cases import Case, cases_of
from veille.review.queue import Queued, queue
from veille.settings.review import ReviewSettings
from veille.store.catalogue import Catalogue
from veille.store.catalogue.reviewing import model_version, recent, these
from veille.store.desk import Desk


@dataclass(frozen=True)
class Day:
    """What is the same for all requests of a day, as long as there is no newer snapshot.

    `since` and `until` are its bounds: what comes back on that day is back.
    """

    model_version: str
    cases: list[Case]
    order: list[Queued]
    since: datetime
    until: datetime
    _older: dict[str, Case] = field(default_factory=dict)

    @cached_property
    def by_item(self) -> dict[str, Case]:
        """The case that each item is in."""
        return {item.item_id: case for case in self.cases for item in case.items}

    @cached_property
    def queued(self) -> frozenset[str]:
        """The items that have a place in the day's order."""
        return frozenset(item.item_id for one in self.order for item in one.case.items)

    @cached_property
    def by_lead(self) -> dict[str, Queued]:
        """The place in the day's order of each case in it, by its lead."""
        return {one.case.lead.item_id: one for one in self.order}

    @cached_property
    def regions(self) -> Counter[str]:
        """How many cases of the day's order are about each region."""
        return Counter(tag.id for one in self.order for tag in one.case.lead.regions)

    @cached_property
    def sources(self) -> Counter[tuple[str, str]]:
        """How many cases of the day's order each source has, by its id and name."""
        leads = (one.case.lead for one in self.order)
        return Counter((lead.source_id, lead.source) for lead in leads)

    def cases_with(self, catalogue: Catalogue, item_ids: Iterable[str]) -> list[Case]:
        """Return the cases of these items, each once, older ones too; those withdrawn are not.

        What is older than the queue is read of the snapshot once.
        """
        wanted = list(item_ids)
        missing = [one for one in wanted if one not in self.by_item and one not in self._older]
        if missing:  # kept once read: another thread must not take it for withdrawn meanwhile
            read = these(catalogue, missing)
            self._older.update((one.item_id, Case((one,))) for one in read)
        found = (self.by_item.get(item_id) or self._older.get(item_id) for item_id in wanted)
        return list({case.lead.item_id: case for case in found if case}.values())


@dataclass(frozen=True, slots=True)
class View:
    """What one request sees: the day's cases, and what was decided when it looked.

    `decided` never changes under it: what a form says that its reader had seen must be what the
    page showed, or who comes second would not be told.
    """

    day: Day
    decided: Mapping[str, Decided]


@dataclass
class _Seen:
    """What was read of one snapshot."""

    path: Path
    since: datetime
    model_version: str
    items: list[Reviewable]
    ruled: int = -1
    day: Day | None = None


@dataclass
class Sight:
    """Remembers between requests. Threads share it."""

    _turn: threading.Lock = field(default_factory=threading.Lock)
    _seen: _Seen | None = None
    _decided: dict[str, Decided] = field(default_factory=dict)
    _last: int = 0
    _act: str = ""

    def look(
        self,
        desk: Desk,
        catalogue: Catalogue,
        now: datetime,
        zone: ZoneInfo,
        settings: ReviewSettings,
    ) -> View:
        """Return what there is to see at this moment."""
        since = _day_of(now, zone)
        with self._turn:
            undone = self._take_in(desk)
            seen = self._seen
            if seen and seen.day and not undone <= seen.day.queued:
                seen.day = None  # something came back that had no place in the day's order
            if seen is None or seen.path != catalogue.path or seen.since != since:
                first = (since - timedelta(weeks=settings.weeks)).astimezone(zone).date()
                items = recent(catalogue, first)
                seen = _Seen(catalogue.path, since, model_version(catalogue), items)
                self._seen = seen
            last = desk.rulings.last
            if seen.day is None or seen.ruled != last:
                rulings = _in_force(desk.rulings.since()) if last else []
                seen.day = self._day(seen, rulings, zone, settings)
                seen.ruled = last
            return View(seen.day, self._decided)

    def _take_in(self, desk: Desk) -> set[str]:
        """Take in what was decided since; return the items of which something was undone.

        Where the desk is not the one known, put back from a backup perhaps, all is read anew.
        """
        new = desk.decisions.since(max(self._last - 1, 0))
        if self._last:
            if not new or (new[0].number, new[0].act) != (self._last, self._act):
                self._decided = {}
                self._last, self._seen = 0, None
                new = desk.decisions.since()
            else:
                del new[0]
        if new:
            self._decided = dict(self._decided)  # views keep the one they have
        for one in new:
            held = self._decided.get(one.item_id, Decided())
            facets = {facet: kept for facet, kept in held.facets.items() if facet != one.facet}
            if one.value is not None:
                facets[one.facet] = one
            self._decided[one.item_id] = Decided(one.number, facets)
            self._last, self._act = one.number, one.act
        return {one.item_id for one in new if one.undoes}

    def _day(
        self,
        seen: _Seen,
        rulings: Collection[StoryRuling],
        zone: ZoneInfo,
        settings: ReviewSettings,
    ) -> Day:
        """Order what waited when the day began: so today's decisions do not shuffle it."""
        until = _day_of(seen.since + timedelta(hours=30), zone)
        cases = cases_of(seen.items, rulings)
        before = {item_id: _before(one, seen.since) for item_id, one in self._decided.items()}
        order = queue(cases, before, until, settings)
        queued = {one.case.lead.item_id for one in order}
        now_open = queue(cases, self._decided, until, settings)
        order += [one for one in now_open if one.case.lead.item_id not in queued]
        return Day(seen.model_version, cases, order, seen.since, until)


def _before(decided: Decided, moment: datetime) -> Decided:
    """Return what held of an item, of what still holds, before a moment."""
    if all(one.at < moment for one in decided.facets.values()):
        return decided
    kept = {facet: one for facet, one in decided.facets.items() if one.at < moment}
    return replace(decided, facets=kept)


def _in_force(rulings: Iterable[StoryRuling]) -> list[StoryRuling]:
    newest = {(one.one, one.other): one for one in rulings}
    return [one for one in newest.values() if one.together is not None]


def _day_of(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the day began where the watch is."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone)
