"""What a catalogue is made from, and what of a text may be passed on. Frozen values; pure.

Moments are aware. Whoever publishes hands these over in an `Edition`; how judgements and stories
are stored is not known here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from veille.model import Excerpt, Source

_TITLE_ONLY = Excerpt("title")

EVERYTHING = 1_000_000_000
"""The leeway of a text that may be passed on whole."""


@dataclass(frozen=True, slots=True)
class PastVersion:
    """One version of an item's article; `changed` says what was new in it: title, date, text."""

    number: int
    read_at: datetime
    title: str
    text_from: str = "page"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastJudgement:
    """What a model once said of an item; `evidence`, as JSON, only of the last that was said."""

    judged_at: datetime
    version: int
    model_version: str
    relevant: bool
    probability: float
    doubtful: bool = False
    domains: tuple[str, ...] = ()
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One item as it stands: its last version, its judgement with people's decisions laid over it.

    `decided_by` says who has the last word on relevance: `person`, `rule` or `model`. `excerpt` is
    its source's policy, `note` what the watch team wrote of it, for all to read. `state` is what
    the team makes of it, and `changed` whether its text did since they last looked: the team's own.
    """

    item_id: str
    url: str
    title: str
    source_id: str
    first_seen_at: datetime
    text: str = ""
    lead: str = ""
    author: str = ""
    language: str | None = None
    published_at: datetime | None = None
    date_origin: str | None = None
    version: int = 1
    words: int = 0
    relevant: bool = True
    relevance: float = 1.0
    decided_by: str = "model"
    doubtful: bool = False
    item_type: str | None = None
    axis: str | None = None
    note: str = ""
    state: str | None = None
    changed: bool = False
    excerpt: Excerpt = _TITLE_ONLY
    versions: tuple[PastVersion, ...] = ()
    judgements: tuple[PastJudgement, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedTag:
    """A domain, region, theme or concept that an item was given; `kind` is one of these words.

    `because` are the labels of the concepts and places that decided, `evidence` all of it as JSON,
    words of the text included: that stays in the team edition.
    """

    item_id: str
    kind: str
    id: str
    probability: float = 1.0
    decided_by: str = "model"
    because: tuple[str, ...] = ()
    evidence: str = "[]"


@dataclass(frozen=True, slots=True)
class PublishedMember:
    """One item of a story: `kind` is `original`, `copy` or `event`, `share` of the text common."""

    item_id: str
    kind: str = "event"
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class PublishedStory:
    """One story, its members in order, and in a sentence why they are one."""

    story_id: str
    members: tuple[PublishedMember, ...]
    reason: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedSource:
    """A declared source and its health: `state` as `veille status` tells it."""

    source: Source
    state: str = ""
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """What an identifier is called by people: `kind` is domain, region, theme, type, axis…"""

    kind: str
    id: str
    label: str
    parent: str | None = None


class Stamp(NamedTuple):
    """What an item and its tags are made from, as a short text; how much may be passed on."""

    made_from: str
    leeway: int


Some = Callable[[Sequence[str]], tuple[Iterable[PublishedItem], Iterable[PublishedTag]]]


@dataclass(frozen=True, slots=True)
class Edition:
    """All that one publication is made from; iterables are gone through once, in order.

    Two editions of one `digest` hold the same, whenever they are published. `stamps` says of
    each item what it is made from; `some` gives the items of these ids and their tags. With both, a
    publication writes only what changed since the last one.
    """

    items: Iterable[PublishedItem]
    tags: Iterable[PublishedTag] = ()
    stories: Iterable[PublishedStory] = ()
    sources: Iterable[PublishedSource] = ()
    labels: Iterable[Label] = ()
    model_version: str = ""
    digest: str = ""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    some: Some | None = None
    published_at: datetime = field(kw_only=True)


def leeway(excerpt: Excerpt) -> int:
    """Return a number that tells which of two policies passes on more."""
    fixed = {"none": -2, "title": -1, "full": EVERYTHING}
    return fixed.get(excerpt.policy, excerpt.words)


def passed_on(item: PublishedItem) -> str | None:
    """Return what of an item's text its source lets pass, or None when nothing may, not the title.

    `quote` passes that many words from the beginning, followed by « … » where more follows.
    """
    text = "\n\n".join(part for part in (item.lead, item.text) if part)
    match item.excerpt.policy:
        case "full":
            return text
        case "quote":
            return _beginning(item.lead or item.text, item.excerpt.words)
        case "title":
            return ""
    return None


def _beginning(text: str, count: int) -> str:
    words = text.split(maxsplit=count)
    return " ".join(words[:count]) + (" …" if count and len(words) > count else "")
