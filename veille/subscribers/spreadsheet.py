"""Lists of people as spreadsheets hold them: CSV read with distrust, CSV written without traps."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from veille.errors import AddressError, ConsentError, UsageError, VeilleError
from veille.folding import fold
from veille.i18n import _
from veille.subscribers.addresses import clean, read_address
from veille.subscribers.arrivals import Arrival, check_declared
from veille.subscribers.choices import Choices, Frequency, Known
from veille.subscribers.consent import Basis, Declared
from veille.subscribers.people import Subscriber
from veille.subscribers.rules import Rules

MOST = 20_000_000
"""Bytes of a file beyond which it is no list of people."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "address": (
        *("address", "email", "e-mail", "mail", "email address", "e-mail address"),
        *("adresse", "courriel", "adresse courriel", "adresse de courriel", "adresse e-mail"),
        *("adresse electronique", "adresse email"),
    ),
    "first": ("first name", "prenom"),
    "name": ("name", "nom", "full name", "nom complet", "last name", "nom de famille"),
    "language": ("language", "langue"),
    "frequency": ("frequency", "frequence"),
    "domains": ("domains", "domaines"),
    "regions": ("regions",),
    "basis": ("basis", "consent", "base", "consentement", "base de consentement"),
    "date": ("date", "depuis", "since", "date du consentement"),
    "evidence": ("evidence", "preuve", "source"),
}
_WORDS: Mapping[str, str] = {
    "hebdomadaire": Frequency.WEEKLY,
    "hebdo": Frequency.WEEKLY,
    "mensuel": Frequency.MONTHLY,
    "mensuelle": Frequency.MONTHLY,
    "expres": Basis.EXPRESS,
    "demande": Basis.INQUIRY,
    "adhesion": Basis.MEMBERSHIP,
    "membre": Basis.MEMBERSHIP,
    "achat": Basis.PURCHASE,
    "francais": "fr",
    "anglais": "en",
}
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
_ADDRESS = re.compile(r"\S*@\S*")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute what follows


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for all lines that do not say otherwise."""

    basis: str = ""
    date: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: somebody to bring, or what is wrong with it. Line 1 is the header."""

    number: int
    arrival: Arrival | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file read: its lines, and the names of columns that mean nothing here."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...] = ()


def read_people(
    content: bytes, defaults: Defaults, rules: Rules, now: datetime, known: Known | None = None
) -> Sheet:
    """Read a CSV file of people; each line has its basis of consent, or takes the default one.

    Any of the separators and encodings that spreadsheets write. What is wrong with a line is told
    without the address in it. Raises UsageError for a file that is no such list.
    """
    rows = _rows(content)
    named = next(rows, (0, []))[1]
    header = [" ".join(_folded(name).split()) for name in named]
    places = {
        field: header.index(name)
        for field, names in _COLUMNS.items()
        for name in names
        if name in header
    }
    if "address" not in places:
        raise UsageError(
            _("The first line of the file should name its columns, « courriel » among them."),
            _(
                "There can be: address, first name, name, language, frequency, domains, regions, "
                "basis, date, evidence."
            ),
        )
    seen: dict[str, int] = {}
    lines = []
    for number, row in rows:
        cells = {field: _cell(row, place) for field, place in places.items()}
        line = _line(number, cells, defaults, rules, now, known)
        lines.append(_unless_twice(line, seen))
    used = set(places.values())
    ignored = tuple(
        clean(name) for place, name in enumerate(named) if place not in used and name.strip()
    )
    return Sheet(tuple(lines), ignored)


def write_people(people: Iterable[Subscriber]) -> str:
    """Return people and their choices as CSV, as `read_people` reads it and a French Excel does.

    That is with a byte-order mark and semicolons. What a spreadsheet would take for a formula has
    an apostrophe before it.
    """
    out = io.StringIO("\ufeff", newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("address", "name", "language", "frequency", "domains", "regions", "state"))
    for one in people:
        chosen = one.choices
        cells = (
            *(one.address, one.name, chosen.language, chosen.frequency),
            *(" ".join(chosen.domains), " ".join(chosen.regions), one.state),
        )
        writer.writerow([f"'{cell}" if cell.startswith(_DANGEROUS) else cell for cell in cells])
    return out.getvalue()


def _line(
    number: int,
    cells: Mapping[str, str],
    defaults: Defaults,
    rules: Rules,
    now: datetime,
    known: Known | None,
) -> Line:
    try:
        declared = declared_consent(cells, defaults)
        check_declared(declared, rules, now)
        chosen = Choices.of(
            _codes(cells.get("domains", "")),
            _codes(cells.get("regions", "")),
            _word(cells.get("language") or "fr"),
            _word(cells.get("frequency") or Frequency.WEEKLY),
            known=known,
        )
        address = read_address(cells["address"])
    except AddressError:
        return Line(number, problem=_("not an e-mail address"))
    except VeilleError as error:
        return Line(number, problem=_ADDRESS.sub("…", error.message))  # columns may have shifted
    name = f"{cells.get('first', '')} {cells.get('name', '')}".strip()
    return Line(number, Arrival(address, declared, chosen, name))


def declared_consent(cells: Mapping[str, str], defaults: Defaults) -> Declared:
    """Return the consent declared in a line's cells (`basis`, `date`, `evidence`) or by default.

    Raises ConsentError when there is none, or it is not one.
    """
    basis = _word(cells.get("basis") or defaults.basis)
    since = cells.get("date") or defaults.date
    if not basis or not since:
        raise ConsentError(_("no basis of consent, or no date: nobody is added without"))
    if basis not in set(Basis):
        raise ConsentError(
            _("« {found} » is not one of {expected}").format(
                found=basis[:40], expected=", ".join(Basis)
            )
        )
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise ConsentError(
            _("« {found} » is not a date like 2026-05-04").format(found=since[:40])
        ) from None
    return Declared(Basis(basis), day, clean(cells.get("evidence") or defaults.evidence))


def _unless_twice(line: Line, seen: dict[str, int]) -> Line:
    if line.arrival is None:
        return line
    first = seen.setdefault(line.arrival.address.key, line.number)
    if first == line.number:
        return line
    return replace(line, arrival=None, problem=_("the same address as line {n}").format(n=first))


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, each with the number of its line."""
    if len(content) > MOST:
        raise UsageError(_("This file is too large to be a list of people."))
    text = _text(content)
    first, _end, rest = text.partition("\n")
    begun = 1
    if told := _SEPARATOR.fullmatch(first.strip()):  # Excel's own: the header comes after
        text, begun = rest, 2
        separator = told[1]
    else:
        separator = max(",;\t", key=first.count)
    skipped = begun - 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begun, row
            begun = skipped + reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            _("Line {n} cannot be read as CSV: {error}").format(n=begun, error=error)
        ) from None


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what a French Excel writes


def _cell(row: list[str], place: int) -> str:
    cell = row[place].strip() if place < len(row) else ""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_DANGEROUS) else cell


def _codes(cell: str) -> list[str]:
    return [code for code in re.split(r"[\s,;|]+", cell) if code]


def _word(cell: str) -> str:
    folded = _folded(cell)
    return str(_WORDS.get(folded, folded))


def _folded(cell: str) -> str:
    return fold(cell.strip())
