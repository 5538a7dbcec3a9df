"""The vocabulary: frozen values that the stages hand to each other. No I/O, no clock.

All datetimes are aware and in UTC; durations are seconds unless the name says otherwise.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from veille.errors import FailureKind


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"  # RSS, RDF, Atom or JSON Feed: told apart by content
    SITEMAP = "sitemap"
    LISTING = "listing"
    OAI = "oai"
    API = "api"  # declared, not read yet


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What may be passed on of a source: `none`, `title`, `quote` (so many words), `full`."""

    policy: str = "title"
    words: int = 0


@dataclass(frozen=True, slots=True)
class ListingRecipe:
    """How to read a listing page: CSS selectors, `title`, `link`, `date` relative to an item.

    `expect` is how many items the stored example held; a page that gives none has changed.
    """

    items: str
    title: str = ""
    link: str = "a"
    date: str = ""
    summary: str = ""
    expect: int = 0


@dataclass(frozen=True, slots=True)
class OaiRecipe:
    """What to ask of an OAI-PMH repository: a set, or all of it."""

    set: str = ""
    prefix: str = "oai_dc"


@dataclass(frozen=True, slots=True)
class Verification:
    """How a source was found to exist, and by what evidence, its feed apart."""

    method: str = ""
    evidence: str = ""
    feed_evidence: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One declared source and the organisation that publishes it (see docs/sources.md)."""

    id: str
    name: str
    url: str
    kind: SourceKind
    feed: str | None = None
    active: bool = False
    languages: tuple[str, ...] = ()
    country: str = ""
    region: str = ""
    category: str = ""
    domains: tuple[str, ...] = ()
    cadence: str = ""
    excerpt: Excerpt = Excerpt()
    listing: ListingRecipe | None = None
    oai: OaiRecipe | None = None
    note: str = ""
    feed_status: str = ""  # documented, likely or none: what is known of `feed` without asking it
    verified: bool = False
    verification: Verification = Verification()

    @property
    def address(self) -> str:
        """The URL that polling asks for."""
        return self.feed or self.url


@dataclass(frozen=True, slots=True)
class Request:
    """One polite GET. With validators it is conditional, and the answer may be a 304."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    accept: str = "*/*"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A usable answer: 200 with its (decompressed) body, or 304 without.

    `url` is where the body came from in the end; `moved_to` is set when each redirect on the way
    there was permanent (301, 308), and is to be asked for next time. Header names are lower-case.
    """

    asked: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    moved_to: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing changed since the validators sent."""
        return self.status == 304

    @property
    def content_type(self) -> str:
        """The media type, lower-case, without parameters; empty when not given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset of the Content-Type header, if it gives one."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower() or None
        return None


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """What one origin's robots.txt said and when: its text, empty when it has none (4xx)."""

    text: str
    at: datetime


class DateOrigin(StrEnum):
    """Where a date was found, from the most to the least to be trusted."""

    FEED = "feed"
    PAGE = "page"  # said by the page: meta, JSON-LD, <time>
    URL = "url"
    GUESS = "guess"  # read from the page's visible text


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment and where it was found. `precise` is False when only the day was given."""

    at: datetime
    origin: DateOrigin
    precise: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source announces of one item, as plain text but for `content`.

    `content` is the HTML (or text) body when the feed carries it, else empty. `language` only when
    the source says so. Nothing here holds an e-mail address.
    """

    url: str | None
    title: str
    guid: str | None = None
    summary: str = ""
    content: str = ""
    author: str = ""
    published: Dated | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document of a source says: its entries, newest first as given, and what to ask next.

    `follow` are further documents of the same poll (a resumption, a sitemap's children), in order.
    `flaw` is set when the document was malformed and only its complete entries are here.
    """

    entries: tuple[Entry, ...]
    follow: tuple[str, ...] = ()
    title: str = ""
    language: str | None = None
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page says, read as an article: plain text with paragraphs apart by blank lines.

    `canonical` is the address that the page gives itself, if it is on the same site.
    """

    title: str
    text: str
    published: Dated | None = None
    language: str | None = None
    author: str = ""
    site: str = ""
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one subject gave nothing: a fact, without prose."""

    kind: FailureKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepReport:
    """The account of one step of a run: `seconds` is how long it took, whatever the run's clock."""

    name: str
    done: int = 0
    new: int = 0
    failed: int = 0
    skipped: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class FailureReport:
    """One failure as the run's report tells it; `message` is a sentence for people."""

    step: str
    kind: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """The account of one run, whole or of the one step that it was asked for alone (`only`).

    `status`: running, ok, partial, out_of_time, interrupted, failed, impossible, died.
    `memory_mb` is the peak of resident memory, workers included; 0 where it was not measured.
    `stores` are the bytes that each part of `var/` took at its end.
    """

    run_id: str
    pipeline: str
    status: str
    started_at: datetime
    finished_at: datetime | None = None
    steps: tuple[StepReport, ...] = ()
    failures: tuple[FailureReport, ...] = field(default=())
    only: str | None = None
    memory_mb: float = 0.0
    stores: Mapping[str, int] = field(default_factory=dict)


def digest(*parts: str) -> str:
    """Return a deterministic id of 128 bits (32 hexadecimal digits) for these parts."""
    told = "\x1f".join(parts).encode(errors="surrogatepass")  # JSON may bring half a pair
    return hashlib.blake2b(told, digest_size=16).hexdigest()


def digest_bytes(content: bytes) -> str:
    """Return the hash by which an answer's bytes are known again (32 hexadecimal digits)."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
