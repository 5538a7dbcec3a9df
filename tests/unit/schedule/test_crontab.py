"""Crontab lines: right all year, or plainly said not to be."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from veille.config import Settings
from veille.schedule.crontab import crontab
from veille.settings.digest import WEEKDAYS
from veille.timetable import Job, jobs

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TORONTO = ZoneInfo("America/Toronto")


def lines(given, zone, server, root="/srv/veille"):
    text = crontab(given, Path(root), zone=ZoneInfo(zone), server=ZoneInfo(server), now=NOW)
    hours = [line.split(" /")[0] for line in text.splitlines() if line[0].isdigit()]
    return text, hours


@pytest.mark.parametrize(
    ("zone", "server", "hours", "warned"),
    [
        ("America/Toronto", "America/Toronto", ["0 2 * * *", "0 6 * * 1", "0 7 * * 3,4,5,6,0"], 0),
        ("America/Toronto", "America/New_York", ["0 2 * * *", "0 6 * * 1", "0 7 * * 3,4,5,6,0"], 0),
        ("America/Lima", "Asia/Tokyo", ["0 16 * * *", "0 20 * * 1", "0 21 * * 3,4,5,6,0"], 0),
        ("Asia/Tokyo", "UTC", ["0 17 * * *", "0 21 * * 0", "0 22 * * 2,3,4,5,6"], 0),
        ("Asia/Kolkata", "UTC", ["30 20 * * *", "30 0 * * 1", "30 1 * * 3,4,5,6,0"], 0),
        ("America/Toronto", "UTC", [], 1),
        ("America/Toronto", "Europe/Paris", [], 1),
        ("America/Toronto", "America/Havana", [], 1),
    ],
)
def test_hours_are_translated_where_that_holds_all_year(zone, server, hours, warned):
    text, found = lines(jobs(Settings(), {"nightly", "weekly"}), zone, server)
    assert found == hours
    assert ("Cron n’a pas de fuseau" in text) == bool(warned)
    assert text.count("schedule --once --workspace /srv/veille\n") == warned


def test_days_of_the_month_are_not_moved_to_another_day():
    job = Job("train", (1, 15), time(23))
    _text, found = lines([job], "America/Lima", "America/Lima")
    assert found == ["0 23 1,15 * *"]
    text, found = lines([job], "America/Lima", "UTC")
    assert found == []
    assert "*/10 * * * * /" in text


def test_a_line_holds_whatever_its_folder_is_named():
    text, _found = lines([Job("nightly", WEEKDAYS, time(2))], "UTC", "UTC", "/srv/à 100 % d'ici")
    [line] = [line for line in text.splitlines() if line[0].isdigit()]
    assert line.count("%") == line.count("\\%") == 1
    assert "'/srv/à 100 \\% d'\"'\"'ici'" in line
    assert line.split()[5].startswith("/")
    assert "--wait" in line
