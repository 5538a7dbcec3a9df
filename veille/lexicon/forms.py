"""The forms under which one token of a text is found.

A token is what stands between spaces, in lower case: it may hold an elision (« l’économie »),
hyphens (« Saint-Jean »), inclusive endings (« travailleur·euse·s »), the dots of an acronym
(« S.C.O.P. ») or a number with its separators. The macros of `store/catalogue/search.sql` take
queries apart by the same rules; a test holds the two together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

LONGEST = 64
"""Characters of a form beyond which it is no word (an address, encoded data) and is not indexed."""

_UNDECOMPOSED = str.maketrans("øłđ", "old")
_SPELT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "’": "'", "‘": "'", "ʼ": "'",
     "‐": "-", "‑": "-", "•": "·", "‧": "·", "⋅": "·", "\x1f": " "}
)  # fmt: skip
_LIGATURE = re.compile("[œæßﬁﬂﬀ]")
_MOST_PARTS = 6
_ABBREVIATED = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}

_ACRONYM = re.compile(r"\W*((?:[^\W\d_]\.){2,}[^\W\d_]?)\W*")
_NUMBER = re.compile(r"\W*(\d{1,3}(?:[ ,]\d{3})+|\d+[.,]\d+)\W*")
_EDGES = "'-·.,&"
_ELISION = re.compile(r"^(?:(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)')+")
_REPLACED = {
    "euse": ("eur", "eux"), "trice": ("teur",), "rice": ("eur",), "eresse": ("eur",),
    "ère": ("er",), "ive": ("if",), "ale": ("al",), "elle": ("el",),
    "ienne": ("ien",), "onne": ("on",),
}  # fmt: skip
_ENDING = "(?:" + "|".join((*_REPLACED, "esse", "e", "le", "ne", "te", "se", "ve")) + ")"
_INCLUSIVE = re.compile(
    rf"(?P<base>[^\W\d_]{{2,}})(?:[·.](?P<dotted>{_ENDING}|s|x)(?:[·.]?(?P<dots>s))?"
    rf"|\((?P<bracketed>{_ENDING})\)(?P<brackets>s)?"
    rf"|-(?P<hyphened>{_ENDING})-(?P<hyphens>s))"
)
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:[-&][^\W_]+)+")


def folded(forms: Sequence[str]) -> list[str]:
    """Return forms without their accents; all as one text, a tenth of the time it takes each.

    >>> folded(["élève", "coop", "łódź"])
    ['eleve', 'coop', 'lodz']
    """
    accented = [form for form in forms if not form.isascii()]
    if not accented:
        return list(forms)
    letters = unicodedata.normalize("NFD", "\n".join(accented).translate(_UNDECOMPOSED))
    for mark in filter(unicodedata.combining, set(letters)):
        letters = letters.replace(mark, "")
    plain = unicodedata.normalize("NFC", letters).split("\n")
    folded_of = dict(zip(accented, plain, strict=True))
    return [folded_of.get(form, form) for form in forms]


def forms_of(token: str) -> tuple[str, ...]:
    """Return the forms under which a token in lower case is found, none if it holds no word.

    >>> forms_of("l’économie"), forms_of("st-jean-sur-richelieu")[:3]
    (('économie',), ('saint', 'jean', 'sur'))
    >>> forms_of("travailleur·euse·s"), forms_of("s.c.o.p.")
    (('travailleurs', 'travailleuses'), ('scop',))
    """
    if token.isalpha() and (token.isascii() or not _LIGATURE.search(token)):
        return (_ABBREVIATED.get(token, token),) if len(token) <= LONGEST else ()
    token = unicodedata.normalize("NFC", token).translate(_SPELT)
    token = _ELISION.sub("", token.lstrip(_EDGES))
    if acronym := _ACRONYM.fullmatch(token):
        return _short((acronym[1].replace(".", ""),))
    if number := _NUMBER.fullmatch(token):
        return (_plain_number(number[1]),)
    return _short(dict.fromkeys(_forms(token)))


def parts_of(compound: str) -> tuple[str, ...]:
    """Return the words that a hyphenated word is made of, abbreviations written out."""
    return tuple(_ABBREVIATED.get(part, part) for part in _WORD.findall(compound))


def _forms(token: str) -> Iterator[str]:
    token = token.strip(_EDGES).removesuffix("'s")
    if inclusive := _INCLUSIVE.search(token):
        yield from _both_genders(inclusive)
        token = token[: inclusive.start()] + " " + token[inclusive.end() :]
    for compound in _JOINED.findall(token):
        yield from _joined(parts_of(compound))
    yield from parts_of(token)


def _joined(parts: tuple[str, ...]) -> Iterator[str]:
    """Yield a hyphenated word in one piece, and those it begins with (« saintjean »)."""
    for end in range(2, min(len(parts), _MOST_PARTS) + 1):
        yield "".join(parts[:end])


def _both_genders(found: re.Match[str]) -> Iterator[str]:
    base = found["base"]
    ending = found["dotted"] or found["bracketed"] or found["hyphened"]
    if ending in ("s", "x"):  # « membre·s »
        yield from (base, base + ending)
        return
    plural = "s" if found["dots"] or found["brackets"] or found["hyphens"] else ""
    yield base if base.endswith(("s", "x")) else base + plural
    yield _feminine(base, ending) + plural


def _feminine(base: str, ending: str) -> str:
    """Return the feminine that an ending announces, in place of the masculine one or after it.

    « travailleur·euse » is travailleuse, « direct·rice » directrice, « citoyen·ne » citoyenne.
    """
    for masculine in _REPLACED.get(ending, ()):
        base = base.removesuffix("s")  # « directeurs·trices »
        if base.endswith(masculine):
            return base.removesuffix(masculine) + ending
    return base + ending


def _plain_number(text: str) -> str:
    """Return « 10 000 » and « 10,000 » as 10000, « 1,5 » as 1.5."""
    if re.fullmatch(r"\d{1,3}(?:[ ,]\d{3})+", text):
        return re.sub(r"\D", "", text)
    return text.replace(",", ".")


def _short(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(form for form in forms if len(form) <= LONGEST)
