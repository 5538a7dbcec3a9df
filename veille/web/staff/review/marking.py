"""A text cut where words that decided stand in it, so that a page can mark them. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from veille.model.judgement import Evidence, Judgement, Kind, Part

REGION = "region"
RELEVANT = "relevant"
_SPOKEN = frozenset({Kind.CONCEPT, Kind.PLACE})


class Piece(NamedTuple):
    """A stretch of text; `tag` is a domain's id, `region` or `relevant` where it decided one."""

    text: str
    tag: str = ""
    label: str = ""


def marked(text: str, part: Part, judgement: Judgement) -> list[Piece]:
    """Return a title or text in pieces: together they are the text."""
    pieces: list[Piece] = []
    done = 0
    for start, end, tag, label in _places(text, part, judgement):
        if start < done:
            continue
        if start > done:
            pieces.append(Piece(text[done:start]))
        pieces.append(Piece(text[start:end], tag, label))
        done = end
    return [*pieces, Piece(text[done:])] if done < len(text) else pieces


def _places(text: str, part: Part, judgement: Judgement) -> list[tuple[int, int, str, str]]:
    """Return where words that spoke for a tag stand, in order; of two at one place the longer."""
    found = [
        (start, end, tag, one.label)
        for tag, one in _spoken(judgement)
        for start, end in _standing(text, part, one)
    ]
    return sorted(found, key=lambda place: (place[0], -place[1]))


def _spoken(judgement: Judgement) -> Iterator[tuple[str, Evidence]]:
    groups: list[tuple[str, Iterable[Evidence]]] = [
        *((verdict.label, verdict.evidence) for verdict in judgement.domains),
        *((REGION, tag.evidence) for tag in judgement.regions),
    ]
    if judgement.relevant.value:
        groups.append((RELEVANT, judgement.relevant.evidence))
    for tag, evidence in groups:
        for one in evidence:
            if one.kind in _SPOKEN and one.contribution > 0 and one.words.strip():
                yield tag, one


def _standing(text: str, part: Part, one: Evidence) -> list[tuple[int, int]]:
    """Return where evidence stands: all places of its words, if they are there at all."""
    if part is Part.TITLE and one.part is not Part.TITLE and one.kind is Kind.PLACE:
        return []
    words = r"\s+".join(map(re.escape, one.words.split()))
    return [found.span() for found in re.finditer(rf"(?<!\w){words}(?!\w)", text)]
