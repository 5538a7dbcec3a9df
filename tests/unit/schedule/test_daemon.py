"""The daemon's tick, under a fake clock: what it starts, when, and what it does not."""

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes.clock import FakeClock

from veille.health.report import write_status
from veille.runlock import hold
from veille.schedule.daemon import Ticker
from veille.workspace import open_workspace

TORONTO = ZoneInfo("America/Toronto")
BEGINNING = datetime(2026, 10, 20, 12, tzinfo=UTC)


class Watch:
    """A workspace whose runs are only told of, as the real ones tell: by var/status.json."""

    def __init__(self, folder):
        (folder / "pipelines").mkdir()
        (folder / "var").mkdir()
        self.config = folder / "config.yaml"
        self.config.write_text("veille: {name: essai}\n")
        for name in ("nightly", "weekly"):
            (folder / "pipelines" / f"{name}.py").write_text("def pipeline(run): ...\n")
        self.workspace = open_workspace(folder)
        self.clock = FakeClock(BEGINNING)
        self.begun, self.first = {}, None
        self.ran, self.said = [], []
        self.takes, self.code, self.begins = timedelta(minutes=10), 0, True
        self.restart()

    def restart(self):
        self.ticker = Ticker(
            self.workspace, self.clock, self.launch, self.said.append, look=lambda *_given: None
        )

    def launch(self, pipeline):
        now = self.clock.now()
        self.ran.append((pipeline, now))
        if self.begins:
            self.begun[pipeline] = now
            self.first = self.first or now
            write_status(
                self.workspace.status, now, [], [], {}, {}, first_run=self.first, begun=self.begun
            )
            self.clock.advance(seconds=self.takes.total_seconds())
        return self.code

    def until(self, end, every=timedelta(minutes=10)):
        while self.clock.now() < end:
            self.ticker.tick()
            self.clock.advance(seconds=every.total_seconds())

    def hours(self, pipeline):
        return [f"{at.astimezone(TORONTO):%a %d %H}" for name, at in self.ran if name == pipeline]


@pytest.fixture
def watch(tmp_path):
    return Watch(tmp_path)


def local(day, hour):
    return datetime.combine(day, time(hour), TORONTO)


@pytest.mark.parametrize("seed", [None, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_a_month_is_kept_whatever_restarts(watch, seed):
    """Across the change of clocks of 1 November; with a seed, the daemon restarts at random."""
    chance, end = random.Random(seed), BEGINNING + timedelta(days=30)
    while watch.clock.now() < end:
        watch.ticker.tick()
        watch.clock.advance(minutes=12)
        if seed and chance.random() < 0.2:
            watch.restart()
    days = Counter(at.astimezone(TORONTO).date() for name, at in watch.ran if name == "nightly")
    assert len(days) == 30
    assert set(days.values()) == {1}
    hours = Counter(hour[:3] + hour[6:] for hour in watch.hours("weekly"))
    assert hours == {"Mon 06": 4, "Wed 07": 5, "Thu 07": 4, "Fri 07": 4, "Sat 07": 4, "Sun 07": 4}


def test_what_was_missed_while_off_runs_once_at_the_start_the_oldest_first(watch):
    watch.until(BEGINNING + timedelta(days=2))
    watch.clock.advance(days=6)
    watch.ran.clear()
    watch.restart()
    watch.until(watch.clock.now() + timedelta(hours=1))
    assert [name for name, _at in watch.ran] == ["nightly", "weekly"]


def test_a_first_start_waits_for_the_hour(watch):
    watch.until(BEGINNING + timedelta(hours=3))
    assert watch.ran == []
    watch.until(BEGINNING + timedelta(hours=19))
    assert watch.hours("nightly") == ["Wed 21 02"]


def test_a_restart_before_the_first_run_of_all_skips_nothing(watch):
    watch.clock.advance(days=1)
    watch.restart()
    watch.until(watch.clock.now() + timedelta(hours=1))
    assert [name for name, _at in watch.ran] == ["nightly", "weekly"]


def test_a_run_by_hand_in_the_night_counts(watch):
    watch.until(local(date(2026, 10, 21), 1))
    watch.clock.advance(hours=1, minutes=5)  # past two o'clock
    watch.launch("nightly")
    watch.until(local(date(2026, 10, 21), 5))
    assert len(watch.hours("nightly")) == 1


def test_one_that_cannot_begin_is_tried_every_quarter_of_an_hour(watch):
    watch.begins, watch.code = False, 2
    watch.until(local(date(2026, 10, 21), 3), every=timedelta(seconds=20))
    assert len(watch.ran) == 4
    watch.begins, watch.code = True, 0
    watch.until(local(date(2026, 10, 21), 5), every=timedelta(seconds=20))
    assert len(watch.ran) == 5


def test_it_waits_while_another_run_is_at_work(watch):
    with hold(watch.workspace.lock, "publish", watch.clock.now):
        watch.until(local(date(2026, 10, 21), 4))
    assert watch.ran == []
    watch.until(local(date(2026, 10, 21), 6))
    assert watch.hours("nightly") == ["Wed 21 04"]


def test_a_clock_set_back_doubles_nothing_and_forward_skips_nothing(watch):
    watch.until(local(date(2026, 10, 22), 3))
    assert len(watch.hours("nightly")) == 2
    watch.clock.advance(hours=-2)
    watch.until(local(date(2026, 10, 22), 23))
    assert len(watch.hours("nightly")) == 2
    watch.clock.advance(hours=9)  # a machine that slept
    watch.until(watch.clock.now() + timedelta(hours=1))
    assert len(watch.hours("nightly")) == 3


def test_a_run_of_the_year_2030_does_not_stop_the_clock(watch):
    watch.until(local(date(2026, 10, 22), 3))
    now = watch.clock.now()
    wrong = {"nightly": datetime(2030, 1, 1, tzinfo=UTC)}
    write_status(watch.workspace.status, now, [], [], {}, {}, first_run=watch.first, begun=wrong)
    watch.ran.clear()
    watch.until(local(date(2026, 10, 24), 3))
    assert watch.hours("nightly")[-2:] == ["Fri 23 02", "Sat 24 02"]


def test_settings_are_read_at_each_tick_and_faults_told_once(watch):
    watch.config.write_text("veille: {name: essai}\nschedule: {nightly: {at: 25h}}\n")
    watch.until(local(date(2026, 10, 21), 3))
    assert watch.ran == []
    assert len(watch.said) == 1
    assert "schedule.nightly.at" in watch.said[0]
    watch.config.write_text("veille: {name: essai}\nschedule: {nightly: {at: '05:00'}}\n")
    watch.until(local(date(2026, 10, 21), 7))
    assert watch.hours("nightly") == ["Wed 21 05"]


@pytest.mark.parametrize("text", ["{", "[]", '{"begun": 7}', '{"begun": {"nightly": "hier"}}'])
def test_a_damaged_status_file_is_told_and_mended_by_one_run(watch, text):
    watch.until(local(date(2026, 10, 21), 9))
    watch.said.clear()
    watch.workspace.status.write_text(text)
    watch.until(local(date(2026, 10, 22), 1))
    assert "abîmé" in watch.said[0]
    assert watch.hours("nightly") == ["Wed 21 02", "Wed 21 09"]
    assert watch.hours("weekly") == ["Wed 21 07"]


def test_a_run_that_cannot_be_started_does_not_stop_the_clock(watch):
    def fail(pipeline):
        raise OSError(12, "Cannot allocate memory", "veille")

    watch.ticker = Ticker(watch.workspace, watch.clock, fail, watch.said.append)
    watch.until(local(date(2026, 10, 21), 3))
    assert sum("Cannot allocate" in said for said in watch.said) == 1
    watch.restart()
    watch.until(local(date(2026, 10, 21), 4))
    assert len(watch.ran) == 1


def test_moments_are_told_in_the_workspace_s_zone(watch):
    watch.until(local(date(2026, 10, 21), 3))
    assert "2026-10-21" in watch.said[0]
    assert "02:00" in watch.said[0]
