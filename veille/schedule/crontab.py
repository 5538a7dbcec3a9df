"""The jobs as lines of a crontab. Pure: cron's server is described to it.

Cron knows only the hour of its server. Where that differs from the workspace's, hours are
translated if the difference is the same all year. If not, it is said plainly, and one line has
`veille schedule --once` look at the time every few minutes: it knows time zones.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from veille.i18n import _
from veille.schedule import command
from veille.settings.digest import WEEKDAYS
from veille.settings.schedule import Day
from veille.timetable import Job

WAIT = 180
"""Minutes that a job waits for the one before it: cron starts them by the clock alone."""

OFTEN = 10
"""Minutes between two looks at the time, where cron cannot keep the hours itself."""

_NAMES = {day: str((number + 1) % 7) for number, day in enumerate(WEEKDAYS)}  # 0 is Sunday
_YEAR = 366


def crontab(
    jobs: Sequence[Job],
    root: Path,
    *,
    zone: ZoneInfo,
    server: ZoneInfo,
    now: datetime,
) -> str:
    """Return the jobs as lines to put in a crontab of a server in the time zone `server`."""
    shift = _constant_difference(zone, server, now)
    moved = [_shifted(job, shift) for job in jobs] if shift is not None else []
    translated = [job for job in moved if job is not None]
    right = shift is not None and len(translated) == len(jobs)
    lines = [
        "# " + _("The jobs of « veille schedule », for cron. Do not use both."),
        *_about_zones(zone, server, shift if right else None),
        "# " + _("Where cron sends what a run says; without it, to the account's own mailbox:"),
        "#MAILTO=personne@exemple.org",
    ]
    if right:
        lines += [_line(job, root) for job in translated]
    else:
        lines.append(f"*/{OFTEN} * * * * {_words(command(root, 'schedule', '--once'))}")
    return "\n".join(lines) + "\n"


def _about_zones(zone: ZoneInfo, server: ZoneInfo, shift: timedelta | None) -> list[str]:
    names = {"zone": zone.key, "server": server.key, "n": OFTEN}
    if shift is None:
        told = _(
            "The workspace keeps the time of {zone}, this server that of {server}, and they do "
            "not differ by the same all year.\nCron keeps no zone, so no line of hours would be "
            "right. This one has veille look at the time by itself, every {n} minutes."
        )
    elif shift:
        told = _(
            "Hours of {server}, the server's time zone, which differs from the workspace's "
            "({zone}) by the same all year. Print these lines anew if either changes."
        )
    else:
        told = _("Hours of {zone}, as the server keeps them.")
    return [f"# {line}" for line in told.format(**names).splitlines()]


def _line(job: Job, root: Path) -> str:
    told = _words([*command(root, "run", job.pipeline), "--wait", str(WAIT)])
    of_month = sorted(day for day in job.days if isinstance(day, int))
    of_week = [_NAMES[day] for day in job.days if not isinstance(day, int)]
    month = ",".join(map(str, of_month)) or "*"
    week = ",".join(of_week) or "*"
    if len(of_week) == len(WEEKDAYS):
        month = week = "*"
    return f"{job.at.minute} {job.at.hour} {month} * {week} {told}"


def _words(command: Sequence[str]) -> str:
    """Return a command as cron's shell reads it; cron takes a bare % for the end of the line."""
    return shlex.join(command).replace("%", "\\%")


def _constant_difference(zone: ZoneInfo, server: ZoneInfo, now: datetime) -> timedelta | None:
    """Return what to add to the workspace's hours for the server's; None if it changes in a year.

    Looked at every hour of the year to come, since two zones may change on the same day at
    different hours.
    """
    found: set[timedelta] = set()
    hours = (now + timedelta(hours=n) for n in range(24 * _YEAR))
    for at in hours:
        here, there = at.astimezone(zone).utcoffset(), at.astimezone(server).utcoffset()
        found.add((there or timedelta()) - (here or timedelta()))
        if len(found) > 1:
            return None
    return found.pop()


def _shifted(job: Job, shift: timedelta) -> Job | None:
    """Return a job at the hour of another zone; None if a day of the month would change."""
    minutes = job.at.hour * 60 + job.at.minute + round(shift / timedelta(minutes=1))
    days_on, minutes = divmod(minutes, 24 * 60)
    if days_on and any(isinstance(day, int) for day in job.days):
        return None
    days: tuple[Day, ...] = tuple(
        day if isinstance(day, int) else WEEKDAYS[(WEEKDAYS.index(day) + days_on) % 7]
        for day in job.days
    )
    return Job(job.pipeline, days, time(*divmod(minutes, 60)))
