"""Which member of a story is the original, where texts and dates tell."""

import re
from collections.abc import Iterable, Sequence

from veille.folding import fold
from veille.model.story import Kind, Link
from veille.stories.items import Item

_WORD = re.compile(r"[^\W_]+")
_EMPTY = frozenset(
    ("a", "and", "d", "de", "des", "du", "el", "et", "l", "la", "le", "les", "los", "of", "the")
)


def original(members: Sequence[Item], ties: Iterable[Link]) -> str | None:
    """Return the id of the item that the others reprint or report, or None when nothing tells.

    The one whose publisher a member credits (« Source : Fonds Relais Boréal », « selon la
    Gazette »); else, of texts copied, the one that was surely published first, unless it says that
    it comes from elsewhere.
    """
    credits = {credit for item in members for credit in item.signature.facts.credits}
    said = [_words(credit.replace("presse canadienne", "")) for credit in sorted(credits)]
    credited = {
        item.source_id for item in members if any(_names(words, item.publisher) for words in said)
    }
    if len(credited) == 1:
        theirs = [item for item in members if item.source_id in credited]
        return theirs[0].item_id if len(theirs) == 1 else _first(theirs)
    copied = {end for tie in ties if tie.kind is Kind.COPY for end in (tie.one, tie.other)}
    first = _first(members)
    if credited or first not in copied:
        return None
    [item] = [item for item in members if item.item_id == first]
    borrowed = any(credit.startswith("=") for credit in item.signature.facts.credits)
    return None if borrowed else first


def _first(items: Sequence[Item]) -> str | None:
    """Return the id of the item that was surely published before all others, if one was.

    A day without an hour is before the next day only.
    """
    dated = sorted((item.told_at, item.item_id) for item in items if item.told_at)
    if len(dated) < len(items) or not dated:
        return None
    if len(items) > 1:
        hours = all(item.published and item.published.precise for item in items)
        (first, _), (second, _) = dated[:2]
        if not (first < second if hours else first.date() < second.date()):
            return None
    return dated[0][1]


def _names(said: str, publisher: str) -> bool:
    """Tell whether a credit names a publisher: all the words of its name, one after the other."""
    name = _words(fold(publisher))
    return bool(name.strip()) and name in said


def _words(folded: str) -> str:
    """Return the words of a text that mean something, each between spaces."""
    return f" {' '.join(word for word in _WORD.findall(folded) if word not in _EMPTY)} "
