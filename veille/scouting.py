"""Try sources without keeping anything: is it there, does it read, what would a poll bring?"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from veille.ask import Asker, newest
from veille.errors import FailureKind, ItemError, ReadError
from veille.model import Entry, Failure, Request, Source, SourceKind
from veille.sources.discovery import find_feeds


@dataclass(frozen=True, slots=True)
class Trial:
    """What one try of one source showed: entries, or why there were none."""

    source: Source
    entries: tuple[Entry, ...] = ()
    failure: Failure | None = None
    address: str = ""

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
    """Ask a source once; failures are part of the answer."""
    try:
        answer = asker.ask(source, Request(source.address))
    except ItemError as error:
        return Trial(source, failure=Failure(error.kind, error.detail), address=source.address)
    entries = answer.reading.entries if answer.reading else ()
    return Trial(source, entries, address=answer.fetched.url)


def discover_feeds(url: str, asker: Asker) -> tuple[Trial, ...]:
    """Return what works at a bare address: the feed it is, or the feeds its page points to.

    The first is the best guess. Raises FetchError when the address itself gives nothing, ReadError
    (`NOT_A_FEED`) when neither it nor its page leads to a feed.
    """
    candidate = Source(id=_id_of(url), name=urlsplit(url).hostname or url, url=url, feed=url,
                       kind=SourceKind.FEED)  # fmt: skip
    first = try_source(candidate, asker)
    if first.failure is None:
        return (first,)
    if first.failure.kind is not FailureKind.NOT_A_FEED:
        raise ItemError(first.failure.kind, url, first.failure.detail)
    page = asker.fetcher.get(Request(url, accept="text/html, */*;q=0.5"))
    found = [
        try_source(
            Source(id=candidate.id, name=feed.title or candidate.name, url=url, feed=feed.url,
                   kind=SourceKind.FEED),
            asker,
        )
        for feed in find_feeds(page.body, page.url)[:5]
    ]  # fmt: skip
    working = tuple(trial for trial in found if trial.works)
    if not working:
        raise ReadError(FailureKind.NOT_A_FEED, url)
    return working


def _id_of(url: str) -> str:
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    return "-".join(part for part in host.split(".")[:-1] if part) or host
