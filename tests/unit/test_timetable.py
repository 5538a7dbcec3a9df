"""When pipelines are due: once on each of their days, whatever clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.config import Settings
from veille.settings.digest import WEEKDAYS
from veille.timetable import Job, due, jobs, last_moments, next_moments

TORONTO, PARIS = ZoneInfo("America/Toronto"), ZoneInfo("Europe/Paris")
ZONES = [TORONTO, PARIS, *map(ZoneInfo, ("UTC", "Australia/Lord_Howe", "America/Havana"))]
CHANGES = {  # zone, the local day on which clocks change
    "Toronto forward": (TORONTO, date(2026, 3, 8)),
    "Toronto back": (TORONTO, date(2026, 11, 1)),
    "Paris forward": (PARIS, date(2026, 3, 29)),
    "Paris back": (PARIS, date(2026, 10, 25)),
}


def local(zone, day, hour=0, minute=0):
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def watched(job, zone, start, end, every):
    """Return when runs began, under a clock that looks at the time every so often."""
    begun, found, now = {}, [], start
    while now < end:
        for moment in due([job], begun, now, zone, since=start):
            begun[moment.pipeline] = now
            found.append(now)
        now += every
    return found


@pytest.mark.parametrize("hour", [(1, 30), (2, 0), (2, 30), (3, 0)])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_clocks_neither_skips_nor_doubles(change, hour):
    zone, day = CHANGES[change]
    start = local(zone, day - timedelta(days=1))
    runs = watched(
        Job("nightly", WEEKDAYS, time(*hour)),
        zone,
        start,
        local(zone, day + timedelta(days=2)),
        timedelta(minutes=5),
    )
    days = [run.astimezone(zone).date() for run in runs]
    assert days == [day + timedelta(days=n) for n in (-1, 0, 1)]
    off = [abs(run.astimezone(zone).replace(tzinfo=None) - datetime.combine(on, time(*hour)))
           for run, on in zip(runs, days, strict=True)]  # fmt: skip
    assert max(off) <= timedelta(hours=1, minutes=5)


def test_an_hour_that_is_not_there_and_one_that_comes_twice():
    at_half_past_two = [Job("nightly", WEEKDAYS, time(2, 30))]
    [forward] = next_moments(at_half_past_two, local(PARIS, date(2026, 3, 29)), PARIS)
    assert forward.at.astimezone(PARIS).isoformat() == "2026-03-29T03:30:00+02:00"
    [back] = next_moments(at_half_past_two, local(PARIS, date(2026, 10, 25)), PARIS)
    assert back.at.astimezone(PARIS).isoformat() == "2026-10-25T02:30:00+02:00"
    [after] = next_moments(at_half_past_two, back.at, PARIS)
    assert after.at.astimezone(PARIS).isoformat() == "2026-10-26T02:30:00+01:00"


@given(
    st.sampled_from(ZONES),
    st.dates(date(2024, 1, 1), date(2027, 12, 1)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_one_moment_a_day_in_any_zone(zone, day, at):
    job, now, found = Job("nightly", WEEKDAYS, at), local(zone, day) - timedelta(seconds=1), []
    for _ in range(9):
        [moment] = next_moments([job], now, zone)
        assert last_moments([job], moment.at, zone) == [moment]
        found.append(moment.at)
        now = moment.at
    days = [at.astimezone(zone).date() for at in found]
    assert len(set(days)) == 9
    assert days == sorted(days)
    assert days[-1] - days[0] == timedelta(days=8)


@given(st.integers(0, 700 * 24 * 60), st.integers(1, 28))
def test_a_day_of_the_month_comes_once_a_month(minutes, day):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    job = Job("train", (day,), time(4))
    [before], [after] = last_moments([job], now, TORONTO), next_moments([job], now, TORONTO)
    assert before.at <= now < after.at
    assert timedelta(days=27) < after.at - before.at < timedelta(days=32)


def test_the_bulletin_s_days_are_those_of_the_digest():
    settings = Settings(
        timezone="Europe/Paris",
        digest={"compose_on": "tuesday", "send_on": "saturday", "send_at": "08:15"},
        schedule={"weekly": {"compose_at": "05:45"}},
    )
    zone, now, found = settings.zone, local(PARIS, date(2026, 11, 16)), []
    for _ in range(4):
        [moment] = next_moments(jobs(settings, {"weekly"}), now, zone)
        found.append(f"{moment.at.astimezone(zone):%a %d %H:%M}")
        now = moment.at
    assert found == ["Tue 17 05:45", "Sat 21 08:15", "Sun 22 08:15", "Tue 24 05:45"]


def test_only_pipelines_that_are_there_are_due_and_own_ones_may_be_added():
    settings = Settings(schedule={"others": {"archives": {"days": [1, "friday"], "at": "23:00"}}})
    assert [job.pipeline for job in jobs(settings, {"nightly"})] == ["nightly"]
    assert jobs(settings, {"archives"}) == (Job("archives", (1, "friday"), time(23)),)
    assert jobs(Settings(schedule={"nightly": {"days": []}}), {"nightly"}) == ()


def test_many_missed_moments_are_one_run_and_a_first_one_is_not_late():
    night = [Job("nightly", WEEKDAYS, time(2))]
    now = local(TORONTO, date(2026, 11, 21), 9)
    [missed] = due(night, {"nightly": now - timedelta(days=9)}, now, TORONTO, since=now)
    assert missed.at == local(TORONTO, date(2026, 11, 21), 2)
    assert due(night, {}, now, TORONTO, since=now) == []
    assert due(night, {}, now, TORONTO, since=now - timedelta(days=1)) == [missed]
    assert due(night, {"nightly": missed.at}, now, TORONTO, since=now) == []


def test_what_is_due_for_longest_comes_first():
    settings = Settings()
    monday = local(TORONTO, date(2026, 11, 23), 9)
    since = monday - timedelta(days=3)
    found = due(jobs(settings, {"weekly", "nightly"}), {}, monday, TORONTO, since=since)
    assert [one.pipeline for one in found] == ["nightly", "weekly"]


def test_a_run_that_a_wrong_clock_dated_is_not_believed():
    night = [Job("nightly", WEEKDAYS, time(2))]
    now = local(TORONTO, date(2026, 11, 21), 9)
    ahead = {"nightly": now + timedelta(days=800)}
    assert due(night, ahead, now, TORONTO, since=now - timedelta(days=2))
    little = {"nightly": now + timedelta(hours=3)}  # the clock was set back since
    assert not due(night, little, now, TORONTO, since=now - timedelta(days=2))
