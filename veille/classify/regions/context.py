"""What stands around a name in a text: does it mean the place, and how surely?"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from veille.classify.regions.gazetteer import Hit
from veille.classify.regions.tables import Rules

_REACH: Final = 40  # characters before a name in which its context is looked for
_CONTRACTIONS: Final = ("au ", "aux ", "du ", "des ")  # of a name with an article: au Havre
_BARE_LANGUAGE: Final = frozenset({"le", "l", "du", "au", "en"})
_DATELINE: Final = re.compile(r"\s*(?:\([^)\n]{2,40}\)|,[^.—–\n]{2,40})?\s*(?:—|–|--|\s-\s|\. )")
_HEADING: Final = re.compile(r"\s?[:—–] ")  # « Alma : la coop ouvre… »
_POSTCODE: Final = re.compile(r"(?<!\w)(?:[A-Z]{1,2}-?)?(?!(?:19|20)\d\d\s)\d{4,5}\s+$")
_CANADIAN_POSTCODE: Final = re.compile(
    r"[\s,]*\(?(?:Qu[ée]bec|QC|Ontario|ON)?\)?[\s,]*[A-Z]\d[A-Z]\s?\d[A-Z]\d"
)
_JOINTS: Final = " \u00a0\u202f'’\"«“(*_["  # between a word and the name that it announces
_ENDS: Final = frozenset(".,;:)!?\n") | {""}
_HYPHENS: Final = frozenset("-‑")
_OPENERS: Final = frozenset(".!?:•–—…\n*#|>")
_IMPRINT: Final = re.compile(r"©|copyright|tous droits|all rights|mentions légales", re.IGNORECASE)


class Locative(StrEnum):
    """How plainly the words before a name announce a place."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


class Standing(StrEnum):
    """What a name is in its sentence; the value is the reason code stored with evidence."""

    PLACE = "place"
    STREET = "street"  # rue de Bretagne
    PERSON = "person"  # Mme Laval
    ORGANISATION = "organisation"  # Université Laval, Fondation Saint-Denis
    PART = "part"  # the first half of a longer name
    LANGUAGE = "language"  # en français
    SCHOOL = "school"  # University of Leicester: where an author works
    DATELINE = "dateline"  # MONTRÉAL —
    ADDRESS = "address"  # 75011 Paris
    IMPRINT = "imprint"  # © 2024 … Paris
    NAME = "name"  # inside a longer proper name: Vélo Québec, Air Canada


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds one name; words are folded, and none when punctuation parts them from it.

    `opens` says that the name opens a line or a sentence, so that its capital says nothing.
    """

    standing: Standing
    locative: Locative
    before: tuple[str, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class _Around:
    """The words on both sides of a name, as they are joined to it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    gap: str
    last_at: int  # where the last word before begins, in the text

    @property
    def last(self) -> str:
        return self.before[-1] if self.before else ""


def context(text: str, words: str, hit: Hit, rules: Rules) -> Context:
    """Return what the words around a name say of it."""
    around = _around(text, words, hit)
    gap = around.gap.strip()
    opens = not around.gap or "\n" in around.gap or gap[:1] in _OPENERS
    announced = _announced(text, words, hit, gap)
    locative = Locative.STRONG if announced else _locative(around.before, rules)
    return Context(_standing(text, words, hit, around, rules), locative, around.before, opens)


def _announced(text: str, words: str, hit: Hit, gap: str) -> bool:
    """Whether form alone says that a place is named: au Havre, « Alma : … », (Mayenne)."""
    heads = not hit.start and _HEADING.match(text, hit.end)
    bracketed = gap.endswith("(") and text[hit.end : hit.end + 1] in {")", ","}
    return bool(words.startswith(_CONTRACTIONS, hit.start) or heads or bracketed)


def _around(text: str, words: str, hit: Hit) -> _Around:
    start = max(0, hit.start - _REACH)
    behind = words[start : hit.start].rstrip()
    gap = text[start + len(behind) : hit.start]
    before = tuple(behind.split()[-4:]) if gap and not gap.strip(_JOINTS) else ()
    after = words[hit.end : hit.end + 24].split(maxsplit=2)[:2]
    last_at = start + len(behind) - len(before[-1]) if before else hit.start
    return _Around(before, tuple(after), gap, last_at)


def _locative(before: tuple[str, ...], rules: Rules) -> Locative:
    for count in (3, 2, 1):
        if " ".join(before[-count:]) in rules.strong:
            return Locative.STRONG
    return Locative.WEAK if before and before[-1] in rules.weak else Locative.NONE


def _standing(text: str, words: str, hit: Hit, around: _Around, rules: Rules) -> Standing:
    """Return the first of these that holds; the order matters."""
    if _is_street(around, rules):
        return Standing.STREET
    if around.last in rules.titles:
        return Standing.PERSON
    if _is_language(text, words, hit, around, rules):
        return Standing.LANGUAGE
    if _is_part(text, hit):
        return Standing.PART
    if around.last in rules.organisations:
        return Standing.ORGANISATION
    if not rules.schools.isdisjoint(around.before):
        return Standing.SCHOOL
    return _layout(text, hit, around, rules)


def _is_street(around: _Around, rules: Rules) -> bool:
    """Whether a street's word stands before the name, small words aside, or right after it."""
    head = next((word for word in reversed(around.before) if word not in rules.links), "")
    return head in rules.streets or (bool(around.after) and around.after[0] in rules.after_street)


def _is_language(text: str, words: str, hit: Hit, around: _Around, rules: Rules) -> bool:
    if words[hit.start : hit.end] not in rules.language_names:
        return False
    if around.last in _BARE_LANGUAGE and text[hit.end : hit.end + 1] in _ENDS:
        return True
    follows = {" ".join(around.after[:count]) for count in (1, 2)}
    return around.last in rules.before_language or not follows.isdisjoint(rules.after_language)


def _is_part(text: str, hit: Hit) -> bool:
    """Whether a hyphen or an ampersand joins the name to another word."""
    front, behind = text[max(0, hit.start - 2) : hit.start], text[hit.end : hit.end + 2]
    after = (behind[:1] in _HYPHENS and behind[1:].isalnum()) or behind == " &"
    before = front[1:] in _HYPHENS and front[:1].isalnum() and text[hit.start].isupper()
    return after or before


def _layout(text: str, hit: Hit, around: _Around, rules: Rules) -> Standing:
    if hit.start <= 3 and _DATELINE.match(text, hit.end):
        return Standing.DATELINE
    if _POSTCODE.search(text, max(0, hit.start - 10), hit.start):
        return Standing.ADDRESS
    if _CANADIAN_POSTCODE.match(text, hit.end):
        return Standing.ADDRESS
    line = text.rfind("\n", max(0, hit.start - 200), hit.start) + 1
    if _IMPRINT.search(text, max(line, hit.start - 200), hit.start):
        return Standing.IMPRINT
    return Standing.NAME if _follows_capital(text, around, rules) else Standing.PLACE


def _follows_capital(text: str, around: _Around, rules: Rules) -> bool:
    """Whether the word right before has a capital that no sentence's start explains."""
    if not around.before or around.last in rules.weak | rules.strong | rules.areas:
        return False
    lead = text[max(0, around.last_at - 3) : around.last_at].rstrip(" ")
    return text[around.last_at].isupper() and bool(lead) and lead[-1] not in _OPENERS
