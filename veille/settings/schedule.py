"""The `schedule:` and `run:` sections of config.yaml: when pipelines run, and for how long."""

from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, Field

from veille.i18n import _
from veille.settings.digest import WEEKDAYS, Hour, Weekday
from veille.settings.section import Section


def _day(given: object) -> object:
    if given in WEEKDAYS or (type(given) is int and 1 <= given <= 28):
        return given
    told = _("« {text} » is not a day: monday to sunday, or 1 to 28 for a day of the month")
    raise ValueError(told.format(text=given))


Day = Annotated[Weekday | int, BeforeValidator(_day)]
"""A day of the week, or one that every month has."""


class Regular(Section):
    """The days and the hour at which a pipeline runs."""

    days: tuple[Day, ...] = WEEKDAYS
    """Days of the week (monday…) or of the month (1 to 28); an empty list stops it."""

    at: Hour = time(2)
    """Hour, in the workspace's time zone."""


class Nightly(Regular):
    """When the night's collecting begins."""


class Weekly(Section):
    """When the bulletin is seen to. The days are those of `digest:`: the draft is composed on
    `digest.compose_on`; what is approved leaves from `digest.send_on` at `digest.send_at`, and each
    day of the week that is left what was approved late or put off by the mail server."""

    compose_at: Hour = time(6)
    """Hour at which the draft is composed, after the night's run."""


class Train(Regular):
    """When the model learns from what people decided, where there is a pipeline for it."""

    days: tuple[Day, ...] = ("sunday",)
    """Days of the week (monday…) or of the month (1 to 28); an empty list stops it."""

    at: Hour = time(4)
    """Hour, in the workspace's time zone."""


class Keep(Regular):
    """When what is too old goes and a backup is made; without `backup.folder` none is."""

    at: Hour = time(5)
    """Hour, in the workspace's time zone."""


class ScheduleSettings(Section):
    """When pipelines run by themselves, under `veille schedule` or the lines of its
    `--print-cron`; hours are those of the workspace's time zone. A pipeline that is not in the
    folder is left out."""

    nightly: Nightly = Field(default_factory=Nightly)
    weekly: Weekly = Field(default_factory=Weekly)
    train: Train = Field(default_factory=Train)
    keep: Keep = Field(default_factory=Keep)

    others: dict[str, Regular] = Field(default_factory=dict)
    """Your own pipelines, by their names, each with its `days` and `at`."""


class RunSettings(Section):
    """How long a run may take."""

    budget_minutes: float = Field(default=0, ge=0, le=7 * 24 * 60)
    """Minutes after which a run ends in order, the rest being left to the next one; 0 sets no
    limit."""
