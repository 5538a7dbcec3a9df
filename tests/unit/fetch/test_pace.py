"""One request at a time for each host, pauses between, rest when a host asks for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import FailureKind, FetchError
from veille.fetch.pace import Pace, read_retry_after

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def visit(pace, host="a.example.org", delay=0.0):
    with pace.turn(host, delay):
        pass


def test_the_first_visit_waits_for_nothing_and_the_next_for_the_delay(clock):
    pace = Pace(clock, 1.5, 30)
    visit(pace)
    visit(pace)
    visit(pace, "b.example.org")
    assert clock.slept == [1.5]


def test_the_pause_runs_from_the_end_of_a_visit(clock):
    pace = Pace(clock, 10, 30)
    with pace.turn("a.example.org"):
        clock.advance(seconds=60)
    clock.advance(seconds=4)
    visit(pace)
    assert clock.slept == [6]


def test_a_site_may_ask_for_a_longer_pause_but_not_for_ever(clock):
    pace = Pace(clock, 1, 30)
    visit(pace)
    visit(pace, delay=12)
    visit(pace, delay=86_400)
    visit(pace, delay=0.2)
    assert clock.slept == [12, 30, 1]


def test_without_a_delay_nobody_sleeps(clock):
    pace = Pace(clock, 0, 30)
    for _ in range(3):
        visit(pace)
    assert clock.slept == []


def test_a_short_rest_is_waited_for(clock):
    pace = Pace(clock, 1, 30)
    pace.rest("a.example.org", FailureKind.RATE_LIMITED, 20)
    visit(pace)
    assert clock.slept == [20]


def test_a_long_rest_is_told_at_once_until_it_is_over(clock):
    pace = Pace(clock, 1, 30)
    pace.rest("a.example.org", FailureKind.UNAVAILABLE, 3600)
    clock.advance(seconds=600)
    with pytest.raises(FetchError) as raised:
        visit(pace)
    assert raised.value.kind is FailureKind.UNAVAILABLE
    assert raised.value.retry_after == 3000
    visit(pace, "b.example.org")
    assert clock.slept == []
    clock.advance(seconds=3000)
    visit(pace)


def test_an_absurd_rest_does_no_harm(clock):
    pace = Pace(clock, 1, 30)
    pace.rest("a.example.org", FailureKind.RATE_LIMITED, 1e12)
    with pytest.raises(FetchError):
        visit(pace)


def test_a_clock_set_back_costs_one_pause_at_most(clock):
    pace = Pace(clock, 1, 30)
    visit(pace)
    clock.advance(hours=-5)
    visit(pace)
    assert clock.slept == [30]


def test_visits_to_one_host_never_overlap(clock):
    pace = Pace(clock, 0.5, 30)
    inside, most = [0], [0]

    def go(_):
        with pace.turn("a.example.org"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(go, range(40)))
    assert most == [1]
    assert clock.slept == [0.5] * 39


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sat, 21 Nov 2026 08:02:00 GMT", 120),
        ("Sat, 21 Nov 2026 08:02:00 -0000", 120),
        ("Sat, 21 Nov 2026 03:02:00 -0500", 120),
        ("Saturday, 21-Nov-26 08:02:00 GMT", 120),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 0),
        *((value, None) for value in ("", "soon", "-5", "1.5", "9" * 5000, "1e3", "٣", None)),
        ("Sat, 21 Nov 2026 08:00:00 +99999999999999999999", None),
    ],
)
def test_both_forms_of_retry_after(value, seconds):
    assert read_retry_after(value, NOW) == seconds


@given(st.text() | st.datetimes().map(lambda when: when.strftime("%a, %d %b %Y %H:%M:%S %z")))
def test_no_retry_after_raises(value):
    seconds = read_retry_after(value, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(0, 10**6))
def test_a_date_says_the_same_as_seconds(seconds):
    when = NOW + timedelta(seconds=seconds)
    value = when.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert read_retry_after(value, NOW) == read_retry_after(str(seconds), NOW)
