"""Folded text: what names and terms are matched on, letter for letter beside the original."""

import sys
import unicodedata
from typing import Final

_END: Final = 0x2200  # past Latin Extended Additional and General Punctuation
_UNDECOMPOSED: Final = str.maketrans("øłđħŧı", "oldhti")
_APOSTROPHES: Final = "’‘ʼʹ´`′"
_DASHES: Final = "‐‑‒–—―−"
_LIGATURES: Final = (("œ", "oe"), ("æ", "ae"), ("ß", "ss"))


def _folded(char: str) -> str:
    """Return the one character that stands for `char` in folded text."""
    if char in _APOSTROPHES:
        return "'"
    if char in _DASHES:
        return "-"
    if char.isspace():
        return char if char in "\n\r\t" else " "
    base = unicodedata.normalize("NFD", char)[0].lower().translate(_UNDECOMPOSED)
    return base if len(base) == 1 else char


_TABLE: Final = "".join(_folded(chr(code)) for code in range(_END))


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with plain apostrophes, hyphens and spaces.

    The result has exactly the length of `text`, so an offset found in one holds in the other.
    Hence œ, æ and ß stay single letters (index a term under all its `spellings`), and text is
    expected in NFC: a combining accent that stands alone stays where it is.
    """
    return text.translate(_TABLE)


def spellings(term: str) -> tuple[str, ...]:
    """Return the folded forms under which to index `term`: as written, then ligatures undone."""
    folded = fold(unicodedata.normalize("NFC", term))
    apart = folded
    for ligature, letters in _LIGATURES:
        apart = apart.replace(ligature, letters)
    return tuple(sys.intern(form) for form in dict.fromkeys((folded, apart)))
