"""Hours and days as people write them in YAML, and as YAML hands them over."""

from datetime import time

import pytest
import yaml

from veille.config import load_settings
from veille.errors import ConfigError


@pytest.fixture
def settings(tmp_path):
    def load(schedule, **digest):
        path = tmp_path / "config.yaml"
        path.write_text(f"veille: {{name: essai}}\nschedule: {{nightly: {{{schedule}}}}}\n")
        with path.open("a") as config:
            yaml.safe_dump({"digest": digest}, config)
        return load_settings(path)

    return load


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ('"07:00"', time(7)),
        ("07:05", time(7, 5)),
        ("10:30", time(10, 30)),  # 630 to YAML 1.1, which reads base sixty
        ("2:00", time(2)),
        ("23:59", time(23, 59)),
        ("7h", time(7)),
        ("7 h 30", time(7, 30)),
        ('"07:00:00"', time(7)),
    ],
)
def test_an_hour_is_what_it_says(settings, written, hour):
    assert settings(f"at: {written}").schedule.nightly.at == hour


@pytest.mark.parametrize("written", ["2", "24:00", "7:00:30", "2.5", "null", "midi", "7:60", "[7]"])
def test_what_is_no_hour_is_refused_with_its_key(settings, written):
    with pytest.raises(ConfigError, match=r"schedule\.nightly\.at: .* n’est pas une heure"):
        settings(f"at: {written}")


def test_the_bulletin_s_hour_is_read_the_same_way(settings):
    assert settings("", send_at=630).digest.send_at == time(10, 30)


@pytest.mark.parametrize("day", ["lundi", "0", "29", "true", "'1'", "1.5", "[1]"])
def test_what_is_no_day_is_refused_with_its_place(settings, day):
    with pytest.raises(ConfigError, match=r"schedule\.nightly\.days\.1: .* n’est pas un jour"):
        settings(f"days: [monday, {day}]")


def test_days_of_the_week_and_of_the_month_go_together(settings):
    assert settings("days: [1, friday]").schedule.nightly.days == (1, "friday")
