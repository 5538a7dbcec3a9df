"""What people type to search, before it is asked of a catalogue."""

import re

_LONGEST = 1_000
"""Characters of a query that count: two hundred phrases took a second and a half."""

_QUOTES = str.maketrans("«»“”„", '"' * 5)
_PIECE = re.compile(r'-?"[^"]*"|[^\s"]+')


def bounded(query: str) -> str:
    """Return a query's beginning, in whole characters: others type it, or their programs."""
    return query[:_LONGEST].encode(errors="replace").decode()


def asks_phrase(query: str) -> bool:
    """Whether words are to stand side by side."""
    return '"' in query.translate(_QUOTES)


def left_out(query: str) -> list[str]:
    """Return the words and phrases that a query leaves out, if it says nothing else; else none."""
    pieces = _PIECE.findall(query.translate(_QUOTES))
    if not all(len(one) > 1 and one.startswith("-") for one in pieces):
        return []
    return [one.removeprefix("-") for one in pieces]
