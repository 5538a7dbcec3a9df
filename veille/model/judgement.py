"""What the judging of one document says: frozen values, each tag with what decided it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing speaks for or against a tag."""

    CONCEPT = "concept"  # a term of the vocabulary
    PASSAGE = "passage"  # a stretch of text whose meaning resembles that of examples
    PLACE = "place"
    CUE = "cue"  # a word by which a kind of document is known
    TAG = "tag"  # another tag


class Part(StrEnum):
    """Where in a document evidence stands."""

    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: `words`, as written at `start` to `end` (in characters) of `part`.

    `label` names the concept or place that the words stand for. `contribution` is in log-odds for
    concepts and passages, between 0 and 1 for places and cues: positive speaks for the tag,
    negative against it. `count` says how often the document names it; the place given is one of
    them. `notes` are facts on how the words were read (for a place: its kind, and why this Laval).
    """

    kind: Kind
    words: str
    label: str = ""
    contribution: float = 0.0
    part: Part | None = None
    start: int = 0
    end: int = 0
    count: int = 1
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that was given, how probable it is, and why (strongest reason first)."""

    id: str
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no to one label; `doubtful` when a person should decide before anything is done."""

    label: str
    value: bool
    probability: float
    doubtful: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that is said of one document.

    `language` is an ISO 639-1 code, or None when it is not known: then the rest rests on concepts
    and places alone. `verdicts` answer each domain, given or not; `domains` are those given.
    `model_version` names the fitted model, the vocabulary and the rules that judged.
    """

    model_version: str
    language: str | None
    language_probability: float
    relevant: Verdict
    verdicts: tuple[Verdict, ...] = ()
    regions: tuple[Tag, ...] = ()
    themes: tuple[Tag, ...] = ()
    item_type: Tag | None = None
    axis: Tag | None = None

    @property
    def domains(self) -> tuple[Verdict, ...]:
        """The domains that the document was given; none when it is not relevant."""
        return tuple(verdict for verdict in self.verdicts if verdict.value)

    @property
    def doubtful(self) -> bool:
        """Whether a person should look before the document is used."""
        return self.relevant.doubtful or any(verdict.doubtful for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class ToJudge:
    """A version of an article that lacks its judgement. `language` is what its source says."""

    article_id: str
    item_id: str
    source_id: str
    url: str | None
    title: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An article and what was said of it, when, in which run."""

    judged: ToJudge
    judgement: Judgement
    run_id: str
    judged_at: datetime
