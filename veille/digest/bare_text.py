"""Text that people type after a key without a thought for YAML, put between quotes. Pure."""

import json
import re
from collections.abc import Sequence

_BARE = re.compile(r"((?:  |- )?(?:title|note|note_en|editorial|editorial_en): +)(\S.*)")


def quoted(text: str) -> str:
    """Return the file with the texts that stand bare after their key between quotes.

    People write « note: voir le no 3 : les statuts », which YAML would refuse, and « #3 », which it
    would drop without a word. Blocks (|) and what is between quotes already stay as they are, and
    each line on its line.
    """
    lines: list[str] = []
    inside: int | None = None  # how far the key is indented that the lines at hand belong to
    bare: list[str] = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and (not line.strip() or indent > inside):
            if bare and line.strip():  # a bare text that goes on
                bare.append(line.strip())
                lines.append("")
            else:
                lines.append(line)
            continue
        _close(lines, bare)
        inside, bare = None, []
        if found := _BARE.fullmatch(line):
            inside = len(found[1]) - len(found[1].lstrip(" -"))
            bare = [] if found[2][0] in "|>'\"" else [found[1], found[2].rstrip()]
        lines.append(line)
    _close(lines, bare)
    return "\n".join(lines)


def _close(lines: list[str], bare: Sequence[str]) -> None:
    """Put quotes around the bare text that the last lines hold, on the line of its key."""
    if bare:
        key, *words = bare
        blank = next(n for n in range(len(lines) - 1, -1, -1) if lines[n].startswith(key))
        lines[blank] = key + json.dumps(" ".join(words), ensure_ascii=False)
