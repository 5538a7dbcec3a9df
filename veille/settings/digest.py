"""The `digest:` section of config.yaml: what goes into the bulletin, and when."""

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from veille.i18n import _
from veille.settings.section import Section

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip

_HOUR = re.compile(r"(\d{1,2})(?::(\d\d)(?::00)?|\s?h\s?(\d\d)?)")


def _hour(given: object) -> time:
    """Read an hour as people write it; bare in YAML, 10:30 came here as 630 (of base sixty)."""
    if isinstance(given, time):
        return given
    text = str(given)
    if isinstance(given, int) and 60 <= given < 24 * 60:
        text = f"{given // 60}:{given % 60:02}"
    if found := _HOUR.fullmatch(text.strip()):
        hour, minute = int(found[1]), int(found[2] or found[3] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValueError(_('« {text} » is not an hour: write it like "07:00"').format(text=given))


Hour = Annotated[time, BeforeValidator(_hour)]
"""An hour of the day, in the workspace's time zone."""


class DigestSettings(Section):
    """What goes into the weekly bulletin, who approves it and when it leaves."""

    title: str = Field(default="", max_length=80)
    """The bulletin's name; when empty, the watch's."""

    approve: Literal["person", "auto"] = "person"
    """Who approves an issue: a person, with « veille digest approve », or the weekly run by
    itself, of items it is sure of."""

    cap: int = Field(default=15, ge=1, le=100)
    """Items that a draft proposes at most; those that the team kept come before all others."""

    per_source: int = Field(default=3, ge=1)
    """Items proposed of one source at most."""

    days: int = Field(default=14, ge=7, le=92)
    """Days of news that a draft looks at, up to the end of its week; what an earlier issue told is
    never told again."""

    words: int = Field(default=45, ge=0, le=200)
    """Words quoted of an item at most, where its source lets that many be quoted."""

    languages: tuple[str, ...] = ("fr", "en")
    """Languages of the items that a draft proposes by itself; others are offered, not kept."""

    without: tuple[str, ...] = ("ty-offre-emploi",)
    """Kinds of document that are not proposed."""

    compose_on: Weekday = "monday"
    """Day from which the weekly run composes the week's draft."""

    send_on: Weekday = "wednesday"
    """Day on which an approved issue leaves."""

    send_at: Hour = time(7)
    """Hour at which it leaves, in the workspace's time zone."""
