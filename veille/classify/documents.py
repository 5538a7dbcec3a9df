"""What is judged: a document, and the JSON Lines in which documents come and go."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from veille.classify.words import Words, words_of
from veille.errors import FailureKind, ReadError
from veille.model.judgement import Part

MAX_CHARS = 200_000  # some 30,000 words: what is beyond says nothing new of a document's subject


@dataclass(frozen=True, slots=True)
class Document:
    """One text to judge. `source_region` is the region code of who published it, if known."""

    id: str
    title: str
    text: str
    url: str = ""
    lang: str = ""
    source_region: str = ""

    def __post_init__(self) -> None:
        if len(self.text) > MAX_CHARS:
            object.__setattr__(self, "text", self.text[:MAX_CHARS])
        if len(self.title) > MAX_CHARS:
            object.__setattr__(self, "title", self.title[:MAX_CHARS])


@dataclass(frozen=True, slots=True)
class Whole:
    """A document's title and text as one run of words; the text begins at character `text_at`."""

    words: Words
    text_at: int

    def place(self, start: int, end: int) -> tuple[Part, int, int]:
        """Return in which part a stretch of the whole stands, and its offsets there."""
        if start < self.text_at:
            return Part.TITLE, start, end
        return Part.TEXT, start - self.text_at, end - self.text_at

    def written(self, start: int, end: int) -> str:
        """Return a stretch of the whole, as it was written."""
        return self.words.text[start:end]


def whole_of(document: Document) -> Whole:
    """Return a document's words, the title's first."""
    return Whole(words_of(f"{document.title}\n\n{document.text}"), len(document.title) + 2)


@dataclass(frozen=True, slots=True)
class Truth:
    """How a person tagged a document; `domains` or `regions` None when that was not asked."""

    relevant: bool
    domains: frozenset[str] | None
    regions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no document: its number, from 1, and what is wrong with it."""

    number: int
    problem: str


def read_documents(
    lines: Iterable[bytes | str],
) -> Iterator[tuple[Document, Truth | None] | BadLine]:
    """Yield what each line holds, one at a time; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            yield document_of(data, default_id=f"line-{number}"), truth_of(data)
        except ReadError as error:
            yield BadLine(number, error.detail)
        except (ValueError, RecursionError) as error:
            yield BadLine(number, f"JSON: {error}")


def document_of(data: object, default_id: str = "") -> Document:
    """Make a document of a decoded JSON object; raise ReadError saying what is wrong."""
    if not isinstance(data, Mapping):
        raise ReadError(FailureKind.MALFORMED, default_id, "not an object")
    fields = {name: data.get(name) for name in ("title", "text", "url", "lang", "source_region")}
    wrong = [name for name, value in fields.items() if value is not None and type(value) is not str]
    if wrong:
        raise ReadError(FailureKind.MALFORMED, default_id, f"{wrong[0]} is not text")
    if fields["title"] is None and fields["text"] is None:
        raise ReadError(FailureKind.MALFORMED, default_id, "neither title nor text")
    given = data.get("id")
    if isinstance(given, bool | list | dict):
        raise ReadError(FailureKind.MALFORMED, default_id, "id is not text")
    return Document(
        id=default_id if given is None else str(given),
        **{name: value or "" for name, value in fields.items()},
    )


def truth_of(data: Mapping[str, Any]) -> Truth | None:
    """Return how a line is tagged, None when it is not; raise ReadError where that is unusable.

    Without « domains » it has none; where it says that they are null, nobody was asked.
    """
    relevant = data.get("relevant")
    if relevant is None:
        return None
    domains, regions = data.get("domains") or [], data.get("regions")
    if type(relevant) is not bool or not _texts(domains) or not _texts(regions or []):
        raise ReadError(FailureKind.MALFORMED, str(data.get("id")), "relevant, domains or regions")
    unasked = relevant and data.get("domains", domains) is None
    given = None if unasked else frozenset(domains)
    if regions is None or "region implicit" in str(data.get("note") or ""):
        return Truth(relevant, given)
    return Truth(relevant, given, frozenset(regions))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
