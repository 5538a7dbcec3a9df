"""Text that people type after a key without a thought for YAML, put between quotes. Pure."""

import json
import re
from collections.abc import Sequence

_SPACES = " \t\u00a0\u202f"  # tabs, and the spaces that French typing puts before a colon
_SPACE = f"[{_SPACES}]"
_KEY = re.compile(
    rf"^( *(?:- )?(?:id|keep|section|title|note|note_en|deadline)){_SPACE}*:(?:{_SPACE}+|(?=\S)|$)"
)
_TEXT = re.compile(
    rf"( *(?:- )?(?:title|(?:note|editorial|subject)(?:_en)?)){_SPACE}*:{_SPACE}*(\S.*)"
)
_BLOCK = re.compile(r"[|>][-+1-9]{0,2}(\s+#.*)?\s*")
_QUOTED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(\s+#.*)?\s*""")
_BEGUN = re.compile(r"""(?:"(?:[^"\\]|\\.)*|'(?:[^']|'')*)""")


def quoted(text: str) -> str:
    """Return the file with the texts that stand bare after their key between quotes.

    People write « note: voir le no 3 : les statuts », which YAML would refuse, and « #3 », which it
    would drop without a word; « note : » as French wants it; a tab where two spaces stood. Blocks
    (|) and what is between quotes already stay as they are, and each line on its line.
    """
    lines: list[str] = []
    inside: int | None = None  # how far the key is indented that the lines at hand belong to
    bare: list[str] = []
    typed = [_indented(line) for line in text.replace("\r\n", "\n").split("\n")]
    for line, following in zip(typed, [*typed[1:], ""], strict=True):
        indent = _indent(line)
        if inside is not None and (not line.strip() or indent > inside):
            if bare and line.strip():  # a bare text that goes on
                bare.append(line.strip())
                lines.append("")
            else:
                lines.append(line)
            continue
        _close(lines, bare)
        inside, bare = None, []
        line = _KEY.sub(r"\1: ", line).rstrip()
        if found := _TEXT.fullmatch(line):
            key, words = found[1], found[2].rstrip()
            inside = len(key) - len(key.lstrip(" -"))
            goes_on = not following.strip() or _indent(following) > inside
            if not _is_yaml(words, goes_on=goes_on):
                bare = [f"{key}: ", words.removeprefix("| ")]
            line = f"{key}: {words}"
        lines.append(line)
    _close(lines, bare)
    return "\n".join(lines)


def _indented(line: str) -> str:
    """Return a line indented with spaces: a tab is as far as its neighbours are."""
    rest = line.lstrip(_SPACES)
    head = line[: len(line) - len(rest)]
    if head[:1] in {"", " "} and "\t" not in head:
        return line
    return ("  " if _KEY.match(rest) else "    ") + rest if "\t" in head else " " * len(head) + rest


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_yaml(words: str, *, goes_on: bool) -> bool:
    """Return whether words are a block or quoted as YAML wants it, maybe on the lines after too."""
    if _BLOCK.fullmatch(words) or _QUOTED.fullmatch(words):
        return True
    return goes_on and bool(_BEGUN.fullmatch(words))


def _close(lines: list[str], bare: Sequence[str]) -> None:
    """Put quotes around the bare text that the last lines hold, on the line of its key."""
    if bare:
        key, *words = bare
        blank = next(n for n in range(len(lines) - 1, -1, -1) if lines[n].startswith(key))
        lines[blank] = key + json.dumps(" ".join(words), ensure_ascii=False)
