"""Take an item out of a draft that a person edits, and out of an approved issue. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from veille.digest.draft_yaml import load
from veille.i18n import _
from veille.model.bulletin import WITHDRAWN, Issue, Piece
from veille.urls import item_id as id_of

_LINE_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")  # as YAML 1.2 counts lines


def draft_without(text: str, item_id: str) -> str:
    """Return a draft's file less an item and the remarks above it; the rest to the letter as it is.

    Raises YAMLError or ValueError for what is no draft, or names the item elsewhere too.
    """
    lines = _LINE_END.split(text)
    items = load(text).get("items")
    if isinstance(items, CommentedSeq) and items and not items.fa.flow_style():
        starts = [_above(lines, items.lc.item(number)[0]) for number in range(len(items))]
        ends = [*starts[1:], len(lines)]
        for item, start, end in reversed(list(zip(items, starts, ends, strict=True))):
            if isinstance(item, CommentedMap) and item.get("id") == item_id:
                del lines[start:end]
    left = "".join(lines)
    if item_id in left:
        raise ValueError(item_id)
    return left


def issue_without(issue: Issue, item_id: str) -> Issue:
    """Return an issue that says of an item only that it was withdrawn, by which source.

    Its ids stay, so that its story is not told again. What the team wrote elsewhere is not touched.
    """
    return replace(issue, pieces=tuple(_without(piece, item_id) for piece in issue.pieces))


def _without(piece: Piece, item_id: str) -> Piece:
    also = tuple(one for one in piece.also if id_of(one.url, "", None, "") != item_id)
    if piece.item_id != item_id:
        return replace(piece, also=also)
    return replace(
        piece,
        title=_("Withdrawn at its source’s request"),
        url="",
        language="",
        policy=WITHDRAWN,
        passage="",
        note="",
        note_en="",
        also=also,
        deadline=None,
    )


def _above(lines: Sequence[str], line: int) -> int:
    """Return the first of the remarks and blank lines right above a line (counted from 0)."""
    while line and (not lines[line - 1].strip() or lines[line - 1].startswith("#")):
        line -= 1
    return line
