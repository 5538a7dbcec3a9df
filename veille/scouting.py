"""Try sources without keeping anything: is it there, does it read, what would a poll bring?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from veille.ask import Asker, newest
from veille.errors import FailureKind, ItemError
from veille.model import Entry, Failure, Reading, Request, Source, SourceKind
from veille.sources.registry import lacking


@dataclass(frozen=True, slots=True)
class Trial:
    """What one try of one source showed: entries, or why there were none."""

    source: Source
    entries: tuple[Entry, ...] = ()
    failure: Failure | None = None
    address: str = ""
    found: bool = False  # the address was not declared, but looked for

    @property
    def works(self) -> bool:
        """Whether a poll would bring something."""
        return self.failure is None and bool(self.entries)

    @property
    def newest_day(self) -> str:
        """The day of the newest entry, ISO 8601; empty when no entry is dated."""
        moment = newest(self.entries)
        return moment.date().isoformat() if moment else ""

    def told(self) -> dict[str, object]:
        """The trial as machines read it."""
        return {
            "source": self.source.id,
            "address": self.address,
            "works": self.works,
            "entries": len(self.entries),
            "newest": self.newest_day or None,
            "failure": str(self.failure.kind) if self.failure else None,
            "detail": self.failure.detail if self.failure else None,
        }


def try_source(source: Source, asker: Asker) -> Trial:
    """Ask a source what it announces; failures are part of the answer.

    A source that cannot be read yet is not asked. A sitemap whose address is not declared is looked
    for where sites keep theirs.
    """
    if lacking(source):
        return Trial(source, failure=Failure(FailureKind.RECIPE, source.kind))
    if source.kind is not SourceKind.SITEMAP or source.feed:
        return _try(source, asker)
    failed: list[Trial] = []
    for address in _sitemaps(source, asker):
        trial = _try(replace(source, feed=address), asker)
        if trial.works:
            return replace(trial, source=source, found=True)
        failed.append(trial)
    return replace(failed[0], source=source)


def _sitemaps(source: Source, asker: Asker) -> Iterator[str]:
    """Yield where a site's map may be: what its robots.txt says, then the usual names."""
    try:
        robots = asker.fetcher.get(Request(urljoin(source.url, "/robots.txt"))).body
    except ItemError:
        robots = b""
    yield from re.findall(r"(?im)^\s*sitemap\s*:\s*(https?://\S+)", robots.decode(errors="replace"))
    for name in ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"):
        yield urljoin(source.url, name)


def _try(source: Source, asker: Asker) -> Trial:
    try:
        answer = asker.ask(source, Request(source.address))
    except ItemError as error:
        return Trial(source, failure=Failure(error.kind, error.detail), address=source.address)
    entries = answer.reading.entries if answer.reading else ()
    address = answer.fetched.moved_to or answer.fetched.url
    return Trial(source, entries, address=address, found=address != source.address)


def discover(url: str, asker: Asker) -> Trial:
    """Return the feed at a web address, or the one that its page points to, as a source to be.

    Raises FetchError when the address gives nothing, ReadError (`NOT_A_FEED`) when neither it nor
    its page leads to a feed.
    """
    candidate = Source(id=_id_of(url), name="", url=url, kind=SourceKind.FEED)
    answer = asker.ask(candidate, Request(url))
    address = answer.fetched.moved_to or answer.fetched.url
    reading = answer.reading or Reading(())
    name = reading.title or urlsplit(url).hostname or url
    return Trial(replace(candidate, name=name, feed=address), reading.entries, address=address)


def _id_of(url: str) -> str:
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    return "-".join(part for part in host.split(".")[:-1] if part) or host
