"""Night after night: who is asked, how often, whatever the minute at which the job starts."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from fakes.watched import DAY, NOW, PACE, failed, not_modified, poll, source

from veille.errors import FailureKind
from veille.store import open_watch

NIGHTS = 30
SOURCES = [
    source(name) for name in ("daily", "weekly", "empty", "broken", "offline", "gone", "told")
]


def answer(name, night, at):
    """What each of these sources answers at night number `night`."""
    if name == "daily" or (name == "weekly" and night % 7 == 0):
        return poll(name, f"{name} {night}", at=at)
    if name == "broken":
        return failed(name, FailureKind.NOT_A_FEED, status=200, at=at)
    if name == "offline":
        return failed(name, FailureKind.OFFLINE, at=at)
    if name == "gone":
        return failed(name, FailureKind.GONE, status=410, at=at)
    if name == "told":
        wait = failed(name, FailureKind.UNAVAILABLE, status=503, at=at)
        return replace(wait, retry_after=10 * DAY.total_seconds())
    return not_modified(name, at=at) if night else poll(name, at=at)


def test_a_month_of_nights(tmp_path):
    asked = Counter()
    with open_watch(tmp_path / "watch.duckdb", now=NOW) as watch:
        for night in range(NIGHTS):
            began = NOW + night * DAY - timedelta(minutes=2 * night)  # earlier every night
            names = [state.source_id for state in watch.due(SOURCES, began)]
            asked.update(names)
            polls = [answer(name, night, began + timedelta(minutes=50)) for name in names]
            watch.save_polls(polls, PACE)
    assert asked["daily"] == NIGHTS
    assert 5 <= asked["weekly"] <= 20  # nightly until its rhythm is known
    assert asked["empty"] == NIGHTS
    assert 6 <= asked["broken"] <= 9
    assert asked["offline"] == NIGHTS
    assert asked["gone"] == 1
    assert asked["told"] == 3
