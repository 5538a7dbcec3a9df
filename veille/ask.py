"""Ask one source what it announces: its first document, then those that lead on from it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from veille.config import Settings
from veille.errors import FailureKind, ItemError, ReadError
from veille.model import Entry, Fetched, Reading, Request, Source, SourceKind, digest_bytes
from veille.ports import Fetcher, Workers

ACCEPT = {
    SourceKind.FEED: "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    SourceKind.LISTING: "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered; `reading` is None when nothing changed since the last good answer.

    `whole` is False when documents that the first one leads to were left out: the next poll must
    then read again even what looks unchanged.
    """

    fetched: Fetched
    body_hash: str
    reading: Reading | None
    documents: int = 1
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Asker:
    """What asking needs, the same for all sources of a run."""

    fetcher: Fetcher
    workers: Workers
    settings: Settings

    def ask(
        self,
        source: Source,
        request: Request,
        *,
        known_body: str | None = None,
        since: datetime | None = None,
    ) -> Answer:
        """Return what the source announces.

        `known_body` is the hash of the last good answer: the same bytes are not read again.
        `since` narrows an OAI-PMH harvest. Raises FetchError or ReadError when the first document
        gives nothing; a later one that fails is told in the reading's `flaw`, and what came before
        it is kept.
        """
        if source.kind is SourceKind.OAI:
            from veille.sources.oai import first_request

            request = replace(request, url=first_request(source, since))
        fetched = self.fetcher.get(
            replace(request, accept=ACCEPT.get(source.kind, "application/xml, */*;q=0.5"))
        )
        body_hash = digest_bytes(fetched.body)
        if fetched.not_modified or body_hash == known_body:
            return Answer(fetched, known_body or body_hash, None)
        try:
            reading = self._read(source, fetched)
        except ReadError as error:
            if error.kind is not FailureKind.NOT_A_FEED or source.kind is not SourceKind.FEED:
                raise
            fetched = self._discovered(fetched, error)
            body_hash, reading = digest_bytes(fetched.body), self._read(source, fetched)
        if not reading.follow:
            return Answer(fetched, body_hash, reading)
        return self._follow(source, fetched, reading)

    def _discovered(self, page: Fetched, error: ReadError) -> Fetched:
        """Return the feed that a page points to, marked as the address to ask from now on."""
        from veille.sources.discovery import find_feeds

        for feed in self.workers.call(find_feeds, page.body, page.url)[:1]:
            fetched = self.fetcher.get(Request(feed.url, accept=ACCEPT[SourceKind.FEED]))
            return replace(fetched, asked=page.asked, moved_to=fetched.moved_to or feed.url)
        raise error

    def _read(self, source: Source, fetched: Fetched) -> Reading:
        from veille.sources.reading import read_source  # most nights most sources say nothing new

        return self.workers.call(
            read_source,
            source,
            fetched,
            limit=self.settings.collect.max_entries,
            zone=self.settings.zone,
            max_bytes=self.settings.fetch.max_bytes,
        )

    def _follow(self, source: Source, fetched: Fetched, first: Reading) -> Answer:
        collect, entries = self.settings.collect, list(first.entries)
        waiting, known, documents, flaw = deque(first.follow), {fetched.url}, 1, first.flaw
        while waiting:
            url = waiting.popleft()
            if url in known:
                continue
            if documents >= collect.max_documents or len(entries) >= collect.max_entries:
                flaw = FailureKind.TOO_DEEP
                break
            known.add(url)
            documents += 1
            try:
                more = self._read(source, self.fetcher.get(Request(url)))
            except ItemError as error:
                flaw = str(error.kind)
                continue
            entries += more.entries
            waiting.extend(more.follow)
        reading = replace(first, entries=tuple(entries), follow=(), flaw=flaw)
        return Answer(fetched, "", reading, documents, whole=False)


def newest(entries: Sequence[Entry]) -> datetime | None:
    """Return the date of the newest entry, if any has one."""
    return max((entry.published.at for entry in entries if entry.published), default=None)
