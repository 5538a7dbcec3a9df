"""A document cut into windows, for a reader that takes in a hundred words at a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from veille.classify.documents import Document
from veille.model.judgement import Part

SIZE = 110  # words: sentence vectors of shorter windows rank real documents no better
_SMALLEST = 30  # words; a shorter rest joins the window before
_MOST = 9  # windows read of a text, so that the longest costs no more than 60 ms
_OPENING = 5  # of these, taken in order; the others evenly from the rest
_LONGEST = 1_200  # characters, for scripts that put no spaces between words
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a document: its words, and where they stand in the title or the text."""

    part: Part
    start: int
    end: int
    words: str


def windows_of(document: Document) -> tuple[Window, ...]:
    """Return the title (the opening, when there is none) and up to nine windows of the text."""
    spans = _chosen(_spans(document.text))
    texts = [_window(Part.TEXT, document.text, start, end) for start, end in spans]
    title = _window(Part.TITLE, document.title, 0, len(document.title))
    if not title.words.strip():
        title = texts[0] if texts else title
    return (title, *(texts or [title]))


def _window(part: Part, text: str, start: int, end: int) -> Window:
    words = " ".join(text[start:end][:_LONGEST].replace("\0", " ").split())
    return Window(part, start, end, words.encode("utf-8", "replace").decode())


def _spans(text: str) -> list[tuple[int, int]]:
    words = [found.span() for found in _WORD.finditer(text)]
    spans: list[tuple[int, int]] = []
    for first in range(0, len(words), SIZE):
        chunk = words[first : first + SIZE]
        if first and len(chunk) < _SMALLEST:
            spans[-1] = spans[-1][0], chunk[-1][1]
        else:
            spans.append((chunk[0][0], chunk[-1][1]))
    return spans


def _chosen(spans: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    if len(spans) <= _MOST:
        return spans
    rest, places = spans[_OPENING:], _MOST - _OPENING
    return (
        *spans[:_OPENING],
        *(rest[(2 * i + 1) * len(rest) // (2 * places)] for i in range(places)),
    )
