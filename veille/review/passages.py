"""A text as a card shows it: words of evidence marked, the sentence that decided most. Pure.

Pieces are plain text; whoever shows them escapes them.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from veille.folding import fold
from veille.model.reviewable import Content, Reason

SHOWN = 2_400
"""Characters of a text on a card."""

_LONGEST = 320  # characters of a sentence
_MOST = 40  # words marked
_END = re.compile(r"(?<=[.!?…])[\s ]+(?=[«“\"(]?[^\Wa-z_])|\n+")
_WORTH = {"concept": 0, "passage": 1, "place": 2}  # a place says little of what a text is
_MARKED = frozenset({"concept", "place"})


class Piece(NamedTuple):
    """A stretch of text; with a `tag`, it speaks for that domain or region, by the name `label`."""

    text: str
    tag: str = ""
    label: str = ""


def marked(text: str, reasons: Sequence[Reason]) -> list[Piece]:
    """Cut a text where words of evidence stand; joined, the pieces are the text."""
    pieces: list[Piece] = []
    end = 0
    for start, stop, reason in _spots(text, reasons):
        if start < end:
            continue
        if start > end:
            pieces.append(Piece(text[end:start]))
        pieces.append(Piece(text[start:stop], reason.tag, reason.label))
        end = stop
    return [*pieces, Piece(text[end:])] if end < len(text) or not pieces else pieces


def opening(content: Content) -> tuple[str, bool]:
    """Return what a card shows of a text, and whether that is all of it."""
    if len(content.text) <= SHOWN:
        return content.text, content.whole
    cut = content.text.rfind(" ", SHOWN - 200, SHOWN)
    return content.text[: cut if cut > 0 else SHOWN], False


def sentence(content: Content) -> str:
    """Return the sentence that the strongest evidence stands in, else the text's first."""
    spoken = [one for one in content.reasons if one.part == "text"]
    for reason in sorted(spoken, key=lambda one: (_WORTH[one.kind], -one.contribution)):
        if found := _around(content.text, reason):
            return found
    first = content.lead or content.text
    return _short(next(iter(_sentences(first[:2_000])), ""))


def _spots(text: str, reasons: Sequence[Reason]) -> list[tuple[int, int, Reason]]:
    folded = fold(text)
    words: dict[str, Reason] = {}
    for reason in sorted(reasons, key=lambda one: -one.contribution):
        if reason.kind in _MARKED and len(reason.words) > 1:
            words.setdefault(fold(reason.words), reason)
    if not words:
        return []
    longest_first = sorted(words, key=len, reverse=True)
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", folded)
    spots = [(one.start(), one.end(), words[one[0]]) for one in found]
    return spots[:_MOST]


def _around(text: str, reason: Reason) -> str:
    """Return the sentence in which a word stands, or the middle of a passage; empty if none does.

    The words of long passages are cut: only their beginning is looked for.
    """
    begins = reason.words[:60]
    start = text.find(begins, max(0, reason.start - 5))
    if start < 0 or not begins:
        return ""
    at = start + (len(reason.words) // 2 if reason.kind == "passage" else 0)
    before = max(0, at - _LONGEST)
    stretch = text[before : at + _LONGEST]
    cuts = [0, *(one.end() for one in _END.finditer(stretch)), len(stretch)]
    for first, last in pairwise(cuts):
        if first <= at - before < last:
            return _short(stretch[first:last].strip(), at - before - first)
    return ""


def _short(text: str, around: int = 0) -> str:
    """Cut a sentence that is too long, at spaces, around what matters in it."""
    if len(text) <= _LONGEST:
        return text
    first = max(0, min(around - _LONGEST // 2, len(text) - _LONGEST))
    cut = text[first : first + _LONGEST]
    head, tail = ("… " if first else ""), (" …" if first + _LONGEST < len(text) else "")
    if first:
        cut = cut.partition(" ")[2] or cut
    if tail:
        cut = cut.rpartition(" ")[0] or cut
    return f"{head}{cut}{tail}"


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in _END.split(text) if one.strip()]
