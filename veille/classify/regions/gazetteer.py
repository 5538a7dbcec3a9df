"""The gazetteer in memory: every name in one automaton over folded text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import ahocorasick

from veille.classify.regions.tables import Place, Rules, read_names, read_rules
from veille.folding import fold

TOWNS: Final = frozenset({"city", "commune", "municipality", "prefecture", "capital"})

_FILTERED: Final = TOWNS | {"country"}
_WORD_TABLE: Final = "".join(
    folded if (folded := fold(chr(code))).isalnum() else " " for code in range(0x3100)
)
_PICTURES: Final = re.compile("[\U0001f000-\U0001fbff]")
_INNER_CAPITAL: Final = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")
_GAP: Final = re.compile(r"[\W_]{2,}")
_HANGUL: Final = re.compile("[가-힣]")
_ARTICLE: Final = re.compile(r"(?:L'|La |Le |Les )(?=.{4})")
_CONTRACTED: Final = {"Le ": ("au ", "du "), "Les ": ("aux ", "des ")}


class Sense(NamedTuple):
    """One way to read a name: how it is written, and the place it then is."""

    written: str
    place: Place

    def fits(self, text: str, start: int) -> bool:
        """Whether the text from an offset on is written as this sense asks.

        A capital of the name must not be in lower case, and no capital may stand inside a word
        unless all is in capitals; an exact sign allows no change at all.
        """
        found = text[start : start + len(self.written)]
        if self.place.exact:
            return found == self.written
        if any(map(_lowered, self.written, found)):
            return False
        return found.isupper() or not _INNER_CAPITAL.search(found)


def _lowered(ours: str, theirs: str) -> bool:
    return ours.isupper() and theirs.islower()


class Hit(NamedTuple):
    """A name found between two offsets of a text, and the places it may be."""

    start: int
    end: int
    places: tuple[Place, ...]


def worded(text: str) -> str:
    """Return `text` folded, with a space for all that is no letter or digit; same length."""
    return _PICTURES.sub(" ", text).translate(_WORD_TABLE)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names, and the rules that go with them; made once, then only read."""

    automaton: Any  # ahocorasick publishes no types
    rules: Rules

    @classmethod
    def read(cls, folder: Path) -> "Gazetteer":
        """Read the tables of `models/regions`. Raises ConfigError naming the file at fault."""
        rules = read_rules(folder)
        readings: dict[str, dict[Sense, None]] = {}
        for name, place in read_names(folder):
            if place.kind in _FILTERED and not name.isupper() and _is_word(name, rules):
                continue
            for form, sense in _forms(name, place, rules):
                readings.setdefault(form, {})[sense] = None
        automaton = ahocorasick.Automaton()
        for form, senses in readings.items():
            automaton.add_word(form, (len(form.strip()), form.endswith(" "), tuple(senses)))
        automaton.make_automaton()
        return cls(automaton, rules)

    def find(self, text: str, words: str) -> list[Hit]:
        """Return the names in `text`, in order, the longest where they overlap.

        `words` is `worded(text)`.
        """
        found: list[tuple[int, int, tuple[Sense, ...]]] = []
        for last, (length, spaced, senses) in self.automaton.iter(f" {words} "):
            end = last - 1 if spaced else last
            found.append((end - length, -length, senses))
        found.sort(key=_place_in_text)
        hits: list[Hit] = []
        free = 0
        for start, minus_length, senses in found:
            end = start - minus_length
            if start < free:
                continue
            places = tuple(sense.place for sense in senses if sense.fits(text, start))
            if places:
                hits.append(Hit(start, end, places))
                free = end
        return hits


def _is_word(name: str, rules: Rules) -> bool:
    return len(name) < 3 or fold(name) in rules.never


def _place_in_text(found: tuple[int, int, tuple[Sense, ...]]) -> tuple[int, int]:
    return found[:2]


def _forms(name: str, place: Place, rules: Rules) -> Iterator[tuple[str, Sense]]:
    """Yield the automaton's keys for one name, each with its sense."""
    for variant in _variants(name, place.kind):
        form = worded(variant).rstrip()
        if place.kind == "demonym" and form in rules.capital_only:
            variant = variant.capitalize()
        yield (f" {form}" if _HANGUL.match(form) else f" {form} "), Sense(variant, place)


def _variants(name: str, kind: str) -> Iterator[str]:
    """Yield the spellings of a name: as written, without œ, with St for Saint, contracted."""
    name = unicodedata.normalize("NFC", name)
    spelt = [name]
    if "œ" in name or "Œ" in name:
        spelt.append(name.replace("œ", "oe").replace("Œ", "Oe"))
    if "Saint" in name:
        spelt += [form.replace("Sainte-", "Ste-").replace("Saint-", "St-") for form in spelt]
    if article := _ARTICLE.match(name):
        rest = name[article.end() :]
        spelt += [contraction + rest for contraction in _CONTRACTED.get(article[0], ())]
        spelt += [] if kind in TOWNS else [article[0].lower() + rest]
    for form in spelt:
        yield form
        if _GAP.search(form):
            yield _GAP.sub(" ", form)
