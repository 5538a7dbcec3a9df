"""Links that people sent in, taken in as the entries of a source of theirs, and told of after.

There is one such source for each region that links come from, so that what is judged knows where
it comes from; none is ever polled. Who sent a link is kept on the desk alone.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from veille.i18n import _
from veille.model import Entry, Excerpt, Source, SourceKind
from veille.model.links import SentLink
from veille.model.polls import Announced, PollResult
from veille.pipeline import Run
from veille.store.desk import Desk

SENT_IN = "liens-envoyes"
"""Begins the ids of the sources of links."""


def senders(regions: Collection[str], names: Mapping[str, str]) -> tuple[Source, ...]:
    """Return the sources of the links sent from these regions (empty for none in particular).

    They are to be in a run's register, so that their region is known, and their name. `names` has
    those of regions by code.
    """
    return tuple(
        Source(
            id=_sender(region),
            name=_("Links sent in ({region})").format(region=names.get(region, region))
            if region
            else _("Links sent in"),
            url="",
            kind=SourceKind.API,
            active=False,
            region=region,
            excerpt=Excerpt("title"),
        )
        for region in sorted(set(regions))
    )


def announced(links: Iterable[SentLink], run_id: str, now: datetime) -> list[PollResult]:
    """Return links as the polls in which their sources announced them, one for each region."""
    by_region: dict[str, list[SentLink]] = {}
    for link in links:
        by_region.setdefault(link.region, []).append(link)
    return [
        PollResult(
            run_id=run_id,
            source_id=_sender(region),
            polled_at=now,
            declared="",
            asked="",
            announced=tuple(
                Announced(one.item_id, one.url, Entry(one.url, "")) for one in reversed(sent)
            ),
        )
        for region, sent in by_region.items()
    ]


def take_links(run: Run, desk: Desk) -> int:
    """Take in the links that wait; what was taken in before adds nothing. Return how many are new.

    Call it before `poll`, and `tell_links` once pages were read.
    """
    waiting = [link for link in desk.links.open() if link.fate is None]
    polls = announced(waiting, run.run_id, run.clock.now())
    return sum(run.store.save_polls(polls, pace=run.settings.collect).values()) if polls else 0


def tell_links(run: Run, desk: Desk) -> int:
    """Tell on the desk what became of the links that wait; return how many had news."""
    waiting = [link.item_id for link in desk.links.open()]
    told = run.store.told_of(waiting) if waiting else []
    return desk.links.tell(told, now=run.clock.now())


def _sender(region: str) -> str:
    return f"{SENT_IN}-{region.lower()}" if region else SENT_IN
