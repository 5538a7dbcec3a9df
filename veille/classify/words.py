"""The words of a text, each with its place: what terms and counts are made of.

A word's key is what it is compared by: folded, ligatures undone, inclusive endings dropped
(« travailleur·euse·s » and « travailleurs » are one key). Elided articles and the parts of
hyphenated words are words of their own, so « l'économie » holds « économie », and « sous-traitance
» is the same as « sous traitance ».
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from veille.folding import fold

_LETTERS = r"(?:[^\W_]|[\u0300-\u036f])+"
_FEMININE = (
    "e|euse|eure|eresse|esse|rice|trice|ice|ère|ere|ière|iere|ve|ive|te|tte|ne|nne|enne|ale|le|lle"
    "|elle|se|sse|fe|ffe|que|ée|re|x|ux|aux"
)
_INCLUSIVE = (
    rf"(?:[·•‧∙⋅./](?:(?:{_FEMININE})s?|s)"  # élu·e·s, adhérent.es, acteur/trice
    rf"|-(?:e|es|euses?|rices?|trices?|nes?|tes?|ères?|s)"  # salarié-e-s, but not prenez-les
    rf"|\((?:{_FEMININE}|s)s?\)s?)+"  # élu(e)s
)
_WORD = re.compile(rf"({_LETTERS})({_INCLUSIVE}(?![^\W_]))?")
_PLURAL_ENDINGS = ("s", "x")


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words in order: `keys[i]` is the key of `text[starts[i]:ends[i]]`."""

    text: str
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def written(self, first: int, last: int) -> str:
        """Return the text from word `first` to word `last`, as it was written."""
        return self.text[self.starts[first] : self.ends[last]]


def words_of(text: str) -> Words:
    """Return the words of a text."""
    keys, starts, ends = [], [], []
    for found in _WORD.finditer(text):
        keys.append(_key(found[1], found[2]))
        start, end = found.span()
        starts.append(start)
        ends.append(end)
    return Words(text, tuple(keys), tuple(starts), tuple(ends))


def keys_of(term: str) -> tuple[str, ...]:
    """Return the keys of a term's words."""
    return words_of(term).keys


@lru_cache(maxsize=1 << 16)
def _key(word: str, inclusive: str | None) -> str:
    """Return a word's key; `inclusive` is what of it follows its masculine form."""
    key = fold(unicodedata.normalize("NFC", word))
    key = key.replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    if not inclusive or key.endswith(_PLURAL_ENDINGS):
        return key
    return key + "s" if inclusive.rstrip(")").endswith(_PLURAL_ENDINGS) else key
