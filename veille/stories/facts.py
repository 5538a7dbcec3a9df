"""What tells a text apart from others: its names, its numbers, its rare words, whom it credits.

Two reporters of one event share few sentences but the same people, places and figures; two texts
made from one template share all their sentences but those. Rarity is measured against a fixed list
of common words, never against what a store holds.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from veille.folding import fold

READ_LIMIT = 6_000
"""Characters of a text that its facts are taken from: news tells what matters first."""

TITLE_LIMIT = 500

NAMES, NUMBERS, WORDS, CREDITS = 24, 32, 24, 4
"""How many of each are kept: the most frequent, a title counting double, then the first read."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What tells a text apart. `names` are as they were written; all else is folded.

    `numbers` are written plainly: « 3,1 M$ » is 3100000, « 93 pour cent » is 93%, « le 9 mars » is
    3/9. `credits` are the words by which a text says whose it is (after `=`) or whom it reports
    (after `~`).
    """

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


def facts_of(title: str, text: str, language: str | None = None) -> Facts:
    """Return what tells an article apart, from its title and the beginning of its text.

    Expects tidied plain text. Linear in what it reads, and the same for the same input always.
    """
    title, body = title[:TITLE_LIMIT], fold(text[:READ_LIMIT])
    end = _end_of_news(body)
    folded = f"{fold(title)}\n{body[:end]}"
    names, said = _names(title, text[:end], language)
    words = _words(folded.replace("œ", "oe").replace("æ", "ae"))
    return Facts(
        names=tuple(name for name, _ in names.most_common(NAMES)),
        numbers=_first(_numbers(folded), NUMBERS),
        words=tuple([word for word, _ in words.most_common() if word not in said][:WORDS]),
        credits=_credits(text),
    )


def stem(word: str) -> str:
    """Return what a name or word is compared by: folded, ligatures undone, without its plural."""
    return _singular(fold(word).replace("œ", "oe").replace("æ", "ae"))


def _singular(folded: str) -> str:
    return folded.rstrip("sx") if len(folded) > 3 else folded


_ABOUT = re.compile(
    r"\n\W{0,3}(?:a propos d|about (?!\d)|sobre |renseignements|information|(?:media )?contact"
    r"|source ?:|pour (?:plus d'|tout )?(?:information|rense)|- ?30 ?-)"
)


def _end_of_news(folded: str) -> int:
    """Return where what closes a press release begins, the same on all those of one house."""
    end = _ABOUT.search(folded, len(folded) // 3)
    return end.start() if end else len(folded)


# --- Names ---------------------------------------------------------------------------------------

_LONGEST = 60
_UPPER = "A-ZÀ-ÖØ-ÞŒŠŽŸ"
_NAME = rf"[{_UPPER}][^\W\d_]*(?:-[^\W\d_]+)*(?:-?\d{{1,4}}\b)?"  # C-74 and G7 are names too
_RUN = re.compile(rf"(?<![\w-]){_NAME}(?: {_NAME})*")
_DOUBLE = re.compile(rf"-[{_UPPER}]|\d")
_OPENING = " «»\"“”„('’"
_ENDING = ".!?…:;\n–—•*-|/"
_AGENCIES = {  # they sign what is told; they are not in it
    *("afp", "associated", "belga", "canadienne", "cision", "cnw", "efe", "france-presse"),
    *("globenewswire", "lusa", "newswire", "press", "presse", "reuters", "telbec"),
}
_ABBREVIATION = re.compile(r"(?<!\w)(?:M|MM|Mr|Mrs|Ms|Dr|Me|Sr|Sra)\.\Z")


def _names(title: str, text: str, language: str | None) -> tuple[Counter[str], set[str]]:
    """Return the names, and the keys of all that they are made of.

    « Karima Benslimane » is one name, her last. Where capitals prove nothing (German, a Title In
    Capitals, the start of a sentence), a word is a name only if it is one elsewhere.
    """
    sure: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    written: dict[str, str] = {}
    said: set[str] = set()
    for part, weight, proof in ((title, 2, not _titled(title)), (text, 1, True)):
        for run in _RUN.finditer(part):
            parts = run[0].split(" ")
            name = next((one for one in reversed(parts) if _is_name(one)), None)
            if name is None:
                continue
            key = stem(name)
            written.setdefault(key, name)
            if proof and language != "de" and not _opens(part, run, parts):
                sure[key] += weight
                said.update(map(stem, parts))
            else:
                doubtful[key] += weight
    names = Counter({written[key]: count + doubtful[key] for key, count in sure.items()})
    return names, said


def _is_name(word: str) -> bool:
    key = fold(word)
    if not 3 <= len(key) <= _LONGEST or key in _AGENCIES:
        return False
    return bool(_DOUBLE.search(word)) or key not in _common()


def _opens(text: str, run: re.Match[str], parts: list[str]) -> bool:
    """Tell whether a capital may be there only because a sentence begins."""
    if len(parts) > 1 or _DOUBLE.search(run[0]):
        return False
    before = text[max(0, run.start() - 6) : run.start()].rstrip(_OPENING)
    if _ABBREVIATION.search(before):
        return False
    return not before or before[-1] in _ENDING


def _titled(title: str) -> bool:
    words = [word for word in title.split() if len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


# --- Words and numbers ---------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "janvier|january|enero|janeiro|janv|jan",
            "fevrier|february|febrero|fevereiro|fevr|feb",
            "mars|march|marzo|marco",
            "avril|april|abril|avr|apr",
            "mai|may|mayo|maio",
            "juin|june|junio|junho",
            "juillet|july|julio|julho|juil",
            "aout|august|agosto|aug",
            "septembre|september|septiembre|setembro|sept|sep",
            "octobre|october|octubre|outubro|oct",
            "novembre|november|noviembre|novembro|nov",
            "decembre|december|diciembre|dezembro|dec",
        ),
        start=1,
    )
    for name in names.split("|")
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH_AFTER = re.compile(rf"(?:er|st|nd|rd|th)? (?:de |of )?({_MONTH})\b")
_MONTH_BEFORE = re.compile(rf"\b({_MONTH}) \Z")
_DIGITS = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)(?:,\d+)?|\d[\d.,]*")
_PLAIN = re.compile(r"\d{1,12}(?:\.\d+)?")
_INSIDE = re.compile(r"(?:[\w.,]|[a-z]-)\Z")  # the digits of a code or of an address
_UNIT = re.compile(
    r" ?(%|(?:per|pour|por) ?(?:cent|ciento|cento)\b|[mg][$€£]|m[dg][$€]|mil\b|mrds?\b"
    r"|mil(?:lion|li?on|h[oa]|liard)\w*|billions?\b)"
)
_THOUSANDS = re.compile(r"[ .,](?=\d{3}(?!\d))")
_COVERED = 0.4  # French, English and most Spanish texts are above; Dutch has 0.16, Korean 0
_SMALL = 13
_YEARS = range(2000, 2050)


def _words(folded: str) -> Counter[str]:
    """Return the rare words, each with its count; none in a language whose common ones we lack."""
    said = Counter(_WORD.findall(folded))
    unknown = said.keys() - _common()
    if said.total() - sum(said[word] for word in unknown) < _COVERED * said.total():
        return Counter()
    words: Counter[str] = Counter()
    for word, count in said.items():
        told = (word in unknown or "-" in word) and len(word) <= _LONGEST
        if told and any(map(_is_rare, word.split("-"))):
            words[_singular(word)] += count
    return words


def _is_rare(word: str) -> bool:
    return len(word) > 3 and word not in _common() and _singular(word) not in _common()


def _numbers(folded: str) -> Iterator[str]:
    """Yield the dates, and the numbers that mean something: no years of now, no small counts."""
    for found in _DIGITS.finditer(folded):
        digits, start = found[0].rstrip(".,"), found.start()
        plain = _THOUSANDS.sub("", digits).replace(",", ".")
        before = folded[max(0, start - 12) : start]
        if _PLAIN.fullmatch(plain) and not _INSIDE.search(before):
            number = _number(plain, before, folded, start + len(digits))
            if number:
                yield number


def _number(plain: str, before: str, text: str, end: int) -> str | None:
    """Return a number as it is compared, given what stands before it and after its end."""
    value = float(plain)
    month = _MONTH_AFTER.match(text, end) or _MONTH_BEFORE.search(before)
    if month and plain.isdecimal() and value <= 31:
        return f"{_MONTHS[month[1]]}/{plain.lstrip('0')}"
    unit = _UNIT.match(text, end)
    if unit and unit[1].endswith(("%", "cent", "ento")):
        return f"{value:.12g}%"
    if unit:
        return f"{value * _scale(unit[1]):.12g}"
    return f"{value:.12g}" if value >= _SMALL and value not in _YEARS else None


def _scale(unit: str) -> float:
    if unit == "mil":
        return 1e3
    return 1e9 if unit.startswith(("g", "mrd", "md", "mg", "milliard", "billion")) else 1e6


@cache
def _common() -> frozenset[str]:
    text = files("veille.stories").joinpath("common.txt").read_text("utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )


# --- Credits -------------------------------------------------------------------------------------

_REPRINTED = re.compile(
    r"\b(?:(?:source|fuente|fonte) ?: ?|afp\b|agence france-presse|(?:la )?presse canadienne"
    r"|the canadian press|reuters|associated press|europa press|lusa\b|belga\b|cnw\b|newswire"
    r"|cision|(?:par|un|le|du|ce|son|leur|en) communiques?\b|communiques? de presse|comunicado"
    r"|(?:press|news|media) release|article original|(?:originally|first) (?:published|appeared)"
    r"|(?:d'abord|initialement) (?:ete )?(?:publie|paru)|republi\w+|reproduit\w* avec)"
)
_REPORTED = re.compile(
    r"\b(?:selon|d'apres|rapport(?:e|ait|ent)|revel(?:e|ait|ent)|according to|reported by|segun"
    r"|segundo) (?=\w)"
)
_EDGE = 800
_WINDOW = 80


def _credits(text: str) -> tuple[str, ...]:
    """Return the words after each mention of a source, from the text's beginning and end."""
    edges = text if len(text) < 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
    folded = fold(edges)
    reprinted = ("=" + _window(folded, found) for found in _REPRINTED.finditer(folded))
    reported = ("~" + _window(folded, found) for found in _REPORTED.finditer(folded))
    return _first(reprinted, CREDITS) + _first(reported, CREDITS)


def _window(text: str, found: re.Match[str]) -> str:
    return " ".join(text[found.start() : found.start() + _WINDOW].split("\n")[0].split())


def _first(values: Iterator[str], limit: int) -> tuple[str, ...]:
    """Return the first so many distinct values."""
    return tuple(dict.fromkeys(values))[:limit]
