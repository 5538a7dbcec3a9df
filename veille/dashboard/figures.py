"""The figures of the dashboard, from one snapshot of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from veille.dashboard.rising import Rising, rising
from veille.store.catalogue import Catalogue
from veille.store.catalogue.figures import (
    domains_by_week,
    items_by_language,
    items_by_region,
    items_by_week,
    last_day_by_region,
    term_counts,
)

RECENT, BASELINE = 4, 26
"""Weeks of late in which a term is met, and weeks before them that it is compared with."""

BLIND = 8
"""Weeks without an item after which a region is a blind spot."""

QUEBEC: Final = tuple(f"QC-{number:02}" for number in range(1, 18))
"""Québec's administrative regions."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Items week by week: `weeks` are the Mondays, the first one first."""

    weeks: tuple[date, ...]
    items: tuple[int, ...]
    by_domain: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A region that nothing was about for long; `last` is the day of its last item, if ever."""

    region: str
    last: date | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the dashboard shows of the days from `first` to `last`."""

    first: date
    last: date
    items: int
    items_before: int
    """How many items came out in as many days before `first`."""

    trend: Trend
    regions: Mapping[str, int]
    languages: Mapping[str, int]
    blind_spots: tuple[BlindSpot, ...]
    rising: tuple[Rising, ...]


def figures(catalogue: Catalogue, today: date, weeks: int, domains: Sequence[str]) -> Figures:
    """Return the figures of the last `weeks` ISO weeks, the one of `today` among them."""
    mondays = _mondays(today, weeks)
    first = mondays[0]
    by_week = items_by_week(catalogue, first - timedelta(weeks=weeks), today)
    counted = {
        domain: _filled(counts, mondays)
        for domain, counts in domains_by_week(catalogue, first, today).items()
    }
    items = _filled(by_week, mondays)
    return Figures(
        first=first,
        last=today,
        items=sum(items),
        items_before=sum(count for monday, count in by_week.items() if monday < first),
        trend=Trend(
            mondays, items, {domain: counted.get(domain, (0,) * weeks) for domain in domains}
        ),
        regions=items_by_region(catalogue, first, today),
        languages=items_by_language(catalogue, first, today),
        blind_spots=_blind_spots(catalogue, today),
        rising=tuple(_rising(catalogue, today)),
    )


def _mondays(today: date, weeks: int) -> tuple[date, ...]:
    this = today - timedelta(days=today.weekday())
    return tuple(this - timedelta(weeks=ago) for ago in reversed(range(weeks)))


def _filled(counts: Mapping[date, int], mondays: Sequence[date]) -> tuple[int, ...]:
    return tuple(counts.get(monday, 0) for monday in mondays)


def _blind_spots(catalogue: Catalogue, today: date) -> tuple[BlindSpot, ...]:
    """Return Québec's regions that nothing was about for long, the longest first."""
    days = last_day_by_region(catalogue, today)
    since = today - timedelta(weeks=BLIND)
    spots = [BlindSpot(region, days.get(region)) for region in QUEBEC]
    blind = [spot for spot in spots if spot.last is None or spot.last < since]
    return tuple(sorted(blind, key=lambda spot: (spot.last or date.min, spot.region)))


def _rising(catalogue: Catalogue, today: date) -> list[Rising]:
    since = today - timedelta(weeks=RECENT) + timedelta(days=1)
    first = since - timedelta(weeks=BASELINE)
    days = items_by_week(catalogue, first, since - timedelta(days=1))
    lately = items_by_week(catalogue, since, today)
    counts = term_counts(catalogue, first, since, today)
    return rising(
        ((one.term, one.lately, one.before) for one in counts),
        sum(lately.values()),
        sum(days.values()),
    )
