"""Links that people send in: frozen values. What becomes of one is told back to who sent it. Pure.

A link is the address of one page; its item's id is the same as if a source had announced it, so
that what the watch knows already is known again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_NOTE = 1_000


class Fate(StrEnum):
    """What a run did with a link. Without any it waits for the next one."""

    TRIED = "tried"  # the page gave nothing this time; it is asked for again
    READ = "read"  # there is an article of it, which is judged as any other
    REFUSED = "refused"  # the page gives nothing, for good


@dataclass(frozen=True, slots=True)
class SentLink:
    """One link that somebody sent in, and the last that runs told of it.

    `region` is a code, empty where the link is about no place in particular; `author` an account's
    handle. `failure` is the kind of what went wrong, `detail` its bare fact.
    """

    number: int
    item_id: str
    url: str
    author: str
    at: datetime
    region: str = ""
    note: str = ""
    fate: Fate | None = None
    failure: str = ""
    detail: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a run has to tell of an item that somebody sent in."""

    item_id: str
    fate: Fate
    failure: str = ""
    detail: str = ""
