"""What a case's origin asserts of it (a Python expression), compared without running it."""

import ast
import html
import re
from calendar import timegm
from collections.abc import Iterator
from typing import Any

from veille.model import Entry, Reading


def bare(markup: str) -> str:
    """Take markup off in the plainest way, so as not to compare our reader with itself."""
    text = html.unescape(re.sub(r"</?\w[^>]*>", "", markup))
    return " ".join(text.split())


def stated_by_origin(expression: str, reading: Reading) -> Iterator[tuple[str, object, object]]:
    """Compare what the origin's own assertion states of an entry or feed, without running it."""
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:  # a validator's message: says nothing of what a reader yields
        return
    for part in tree.values if isinstance(tree, ast.BoolOp) else [tree]:
        match part:
            case ast.Compare(
                left=left, ops=[ast.Eq()], comparators=[ast.Constant() | ast.Tuple() as right]
            ):
                path, value = _path(left), ast.literal_eval(right)
                if path and (pair := _compared(path, value, reading)):
                    yield ".".join(map(str, path)), *pair


def _path(node: ast.expr) -> tuple[object, ...]:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=attr):
            return (*_path(value), attr)
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            return (*_path(value), key)
    return ()


def _compared(
    path: tuple[object, ...], value: Any, reading: Reading
) -> tuple[object, object] | None:
    match path:
        case ("entries", int(n), *field):
            return _of_entry(reading.entries[n], tuple(field), value)
        case ("feed", "title") | ("feed", "title_detail", "value"):
            return reading.title, bare(value)
        case ("feed", "language"):
            return reading.language, value[:2]
    return None


def _of_entry(entry: Entry, field: tuple[object, ...], value: Any) -> tuple[object, object] | None:
    name, rest = field[0], field[1:]
    if name in ("updated_parsed", "published_parsed"):
        return entry.published and entry.published.at.timestamp(), timegm(value)
    if field == ("link",):
        return entry.url, value
    if rest == ("language",):
        return (entry.language, value[:2]) if name == "title_detail" else None
    if name in _TEXTS and rest in ((), ("value",), (0, "value")):
        return bare(_TEXTS[name](entry)), bare(value)
    if rest and rest[-1] in ("name", "term"):
        people = entry.author.split(", ") if rest[-1] == "name" else entry.tags
        return people[rest[0] if len(rest) > 1 else 0], value
    return None


_TEXTS = {
    "title": lambda entry: entry.title,
    "title_detail": lambda entry: entry.title,
    "description": lambda entry: entry.summary or entry.content,
    "summary": lambda entry: entry.summary or entry.content,
    "summary_detail": lambda entry: entry.summary or entry.content,
    "content": lambda entry: entry.content,
}
