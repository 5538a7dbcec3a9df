from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from fakes.watched import PACE
from hypothesis import given
from hypothesis import strategies as st

from veille.config import CollectSettings
from veille.errors import FailureKind
from veille.model import cadence

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
jitters = st.floats(0, 1, exclude_max=True)


def every(days: int, count: int = 13) -> list[date]:
    return [NOW.date() - timedelta(days=days * n) for n in range(count)]


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        pytest.param(every(1), 12, id="daily: the shortest"),
        pytest.param(every(7), 84, id="weekly: half a week"),
        pytest.param(every(30), 168, id="monthly: the longest"),
        pytest.param([], 12, id="never anything: as if daily"),
        pytest.param([NOW.date() - timedelta(days=16)], 48, id="one item, sixteen days ago"),
        pytest.param([date(2019, 5, day) for day in range(1, 14)], 168, id="daily until 2019"),
    ],
)
def test_a_source_is_polled_at_half_its_gap_early_never_late(days, hours):
    wait = cadence.next_poll(NOW, PACE, days=days) - NOW
    assert wait == timedelta(hours=hours * 0.9)
    spread = cadence.next_poll(NOW, PACE, days=days, jitter=0.999) - NOW
    assert timedelta(hours=hours * 0.8) <= spread < wait


def test_a_nightly_job_that_starts_earlier_still_finds_yesterday_due():
    daily = CollectSettings(min_interval=24)
    polled = NOW + 1.5 * HOUR  # an hour and a half into the run
    assert cadence.next_poll(polled, daily, days=every(1)) < NOW + timedelta(days=1, minutes=-10)


def test_failures_are_asked_for_less_and_less_up_to_the_longest():
    waits = [
        cadence.next_poll(NOW, PACE, failure=FailureKind.TIMEOUT, failures=n) - NOW
        for n in range(1, 40)
    ]
    assert waits[:5] == [timedelta(hours=h * 0.9) for h in (12, 24, 48, 96, 168)]
    assert waits[-1] == waits[4]


def test_a_night_without_network_sets_nobody_back():
    wait = cadence.next_poll(NOW, PACE, failure=FailureKind.OFFLINE, failures=30) - NOW
    assert wait <= timedelta()


def test_a_workspace_that_never_waits_still_backs_off():
    impatient = CollectSettings(min_interval=0)
    assert cadence.next_poll(NOW, impatient, days=every(1)) == NOW
    assert cadence.next_poll(NOW, impatient, failure=FailureKind.BROKEN, failures=1) > NOW


@pytest.mark.parametrize(
    ("asked", "hours"), [(0, 10.8), (60, 10.8), (86_400, 24), (1e12, 720), (float("inf"), 720)]
)
def test_what_the_server_asks_for_is_a_floor(asked, hours):
    due = cadence.next_poll(
        NOW, PACE, failure=FailureKind.RATE_LIMITED, failures=1, retry_after=asked
    )
    assert due == NOW + timedelta(hours=hours)


@given(
    st.lists(st.dates(date(1970, 1, 1), NOW.date())),
    st.sampled_from([None, *(set(FailureKind) - {FailureKind.OFFLINE})]),
    st.integers(0, 10_000),
    jitters,
)
def test_waits_stay_within_the_pace(days, failure, failures, jitter):
    due = cadence.next_poll(NOW, PACE, days=days, failure=failure, failures=failures, jitter=jitter)
    assert 0.8 * 12 * HOUR <= due - NOW <= 168 * HOUR


def test_the_usual_gap_is_the_median_and_wants_three_days():
    assert cadence.usual_gap(every(7, 2)) is None
    assert cadence.usual_gap(every(7, 3)) == timedelta(days=7)
    assert cadence.usual_gap([*every(1, 9), date(2020, 1, 1)]) == timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "allowed"), [(every(1), 10), (every(7), 28), (every(1, 2), 90), (every(1, 1), 90)]
)
def test_silence_is_told_by_the_source_s_own_rhythm(days, allowed):
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    assert cadence.silent_after(days) == midnight + timedelta(days=allowed)


def test_a_source_that_never_gave_anything_cannot_fall_silent():
    assert cadence.silent_after([]) is None


def test_a_page_is_tried_less_and_less_then_given_up():
    due = [cadence.next_try(NOW, FailureKind.TIMEOUT, n, 6) for n in range(1, 8)]
    assert due[5:] == [None, None]
    waits = [at - NOW for at in due[:5]]
    assert waits == [timedelta(hours=h * 0.9) for h in (12, 24, 48, 96, 192)]
    assert cadence.next_try(NOW, FailureKind.GONE, 1, 6) is None
    assert cadence.next_try(NOW, FailureKind.UNAVAILABLE, 1, 6, retry_after=1e6) == NOW + timedelta(
        seconds=1e6
    )


def test_a_page_announced_anew_every_night_is_read_less_and_less():
    waits = [cadence.next_reading(NOW, n) - NOW for n in range(1, 12)]
    assert waits[0] < timedelta(hours=12)
    assert all(first <= then for first, then in pairwise(waits))
    assert waits[-1] == cadence.LONGEST_RETRY * 0.9


def test_jitter_spreads_and_is_the_same_for_the_same_parts():
    drawn = [cadence.jitter("source", str(n)) for n in range(1_000)]
    assert drawn == [cadence.jitter("source", str(n)) for n in range(1_000)]
    assert min(drawn) >= 0
    assert max(drawn) < 1
    assert 0.45 < sum(drawn) / 1_000 < 0.55
