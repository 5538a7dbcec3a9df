"""When each pipeline is due: pure decisions on moments, shared by all who ask what time it is.

A job has one moment on each of its days, so that a change of clocks neither skips nor doubles it:
an hour that does not exist that day is taken as far after midnight as it would have been, an hour
that comes twice is taken the first time.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from veille.clock import WRONG_CLOCK
from veille.config import Settings
from veille.settings.digest import WEEKDAYS, DigestSettings
from veille.settings.schedule import Day

HORIZON = 40
"""Days to look ahead and back: more than any month has, so that one day of it is among them."""


@dataclass(frozen=True, slots=True)
class Job:
    """A pipeline, the days on which it runs and the hour, in the workspace's time zone."""

    pipeline: str
    days: tuple[Day, ...]
    at: time

    def falls_on(self, day: date) -> bool:
        """Whether this is one of its days."""
        return WEEKDAYS[day.weekday()] in self.days or day.day in self.days


@dataclass(frozen=True, slots=True)
class Moment:
    """A pipeline, and when it is due (in UTC)."""

    at: datetime
    pipeline: str


def jobs(settings: Settings, present: Collection[str]) -> tuple[Job, ...]:
    """Return the jobs of those pipelines that are present, the nightly one first."""
    schedule = settings.schedule
    found = [
        Job("nightly", schedule.nightly.days, schedule.nightly.at),
        *_bulletin(settings.digest, schedule.weekly.compose_at),
        Job("train", schedule.train.days, schedule.train.at),
        Job("keep", schedule.keep.days, schedule.keep.at),
        *(Job(name, regular.days, regular.at) for name, regular in schedule.others.items()),
    ]
    return tuple(job for job in found if job.pipeline in present and job.days)


def absent_pipelines(settings: Settings, present: Collection[str]) -> list[str]:
    """Return what `schedule.others` names that is not there: a slip of the pen, most often."""
    return sorted(settings.schedule.others.keys() - set(present))


def last_moments(jobs: Iterable[Job], now: datetime, zone: ZoneInfo) -> list[Moment]:
    """Return when each pipeline was due for the last time up to now, the oldest moment first."""
    return _one_each(_moments(jobs, now, zone, range(1, -HORIZON, -1)), now, last=True)


def next_moments(jobs: Iterable[Job], now: datetime, zone: ZoneInfo) -> list[Moment]:
    """Return when each pipeline is due for the next time after now, the soonest first."""
    return _one_each(_moments(jobs, now, zone, range(-1, HORIZON)), now, last=False)


def due(
    jobs: Sequence[Job],
    begun: Mapping[str, datetime],
    now: datetime,
    zone: ZoneInfo,
    *,
    since: datetime,
) -> list[Moment]:
    """Return what should have begun and has not, the oldest first: each pipeline once at most.

    `begun` is when each pipeline last began; one that never did is due from the first of its
    moments after `since`. However many moments went by, one run makes up for them. A run dated
    more than a day ahead of now was dated by a wrong clock, and is not counted.
    """
    found = []
    for moment in last_moments(jobs, now, zone):
        began = begun.get(moment.pipeline)
        if began is None or began > now + WRONG_CLOCK:
            began = since
        if began < moment.at:
            found.append(moment)
    return found


def _bulletin(digest: DigestSettings, compose_at: time) -> Iterator[Job]:
    yield Job("weekly", (digest.compose_on,), compose_at)
    left = WEEKDAYS[WEEKDAYS.index(digest.send_on) :]
    yield Job("weekly", left, digest.send_at)


def _moments(
    jobs: Iterable[Job], now: datetime, zone: ZoneInfo, around: Iterable[int]
) -> Iterator[Moment]:
    """Yield each job's moments on so many days from today."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=offset) for offset in around]
    for job in jobs:
        for day in days:
            if job.falls_on(day):
                yield Moment(datetime.combine(day, job.at, zone).astimezone(UTC), job.pipeline)


def _one_each(moments: Iterable[Moment], now: datetime, *, last: bool) -> list[Moment]:
    chosen: dict[str, datetime] = {}
    for moment in moments:
        if (moment.at <= now) is last:
            best = chosen.get(moment.pipeline, moment.at)
            chosen[moment.pipeline] = max(best, moment.at) if last else min(best, moment.at)
    return sorted(
        (Moment(at, name) for name, at in chosen.items()),
        key=lambda moment: moment.at,
    )
