"""An edition in words, as templates show it: labels, dates and typography in one language. Pure.

Templates get strings that are ready, and no value that could do anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from veille.digest.typography import (
    inert,
    inert_line,
    is_address,
    shortened,
    spoken_day,
    spoken_period,
    typeset,
)
from veille.i18n import _, _n
from veille.model.bulletin import CALLS, EVENTS, IssueEdition, Masthead, Piece, Section

_LONGEST_SUBJECT = 90
_LANGUAGES = {"fr": "fr-CA", "en": "en-CA"}


@dataclass(frozen=True, slots=True)
class TellerView:
    """Another source of the same story."""

    source: str
    url: str


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece, ready to be shown; `lang` and `note_lang` only where they are not the page's."""

    id: str
    title: str
    url: str
    lang: str
    source: str
    day: str
    places: str
    passage: str
    note: str
    note_lang: str
    deadline: str
    deadline_day: str
    also: tuple[TellerView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Pieces about one place; it has no name where there is none."""

    place: str
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section under its name; its `id` is for anchors and colours."""

    id: str
    title: str
    groups: tuple[GroupView, ...]
    count: int


@dataclass(frozen=True, slots=True)
class EditionView:
    """A whole edition, ready to be shown."""

    issue: str
    lang: str
    name: str
    number: str
    period: str
    subject: str
    summary: str
    editorial: tuple[str, ...]
    editorial_lang: str
    sections: tuple[SectionView, ...]
    organisation: str
    postal_address: str
    contact: str
    contact_url: str
    archive_url: str
    has_days: bool


def edition_view(
    edition: IssueEdition, masthead: Masthead, names: Mapping[str, str]
) -> EditionView:
    """Return an edition in words, in the language in force, which is to be its own.

    `names` are those of the regions, by code.
    """
    issue, language = edition.issue, edition.language
    editorial, editorial_lang = _either(issue.editorial, issue.editorial_en, language)
    name = inert_line(masthead.name)
    number = _("No. {number}").format(number=issue.number)
    said, _said_in = _either(issue.subject, issue.subject_en, language)
    first = said or (edition.pieces[0].title if edition.pieces else "")
    contact = inert_line(masthead.contact)
    return EditionView(
        issue=issue.name,
        lang=_LANGUAGES[language],
        name=typeset(name, language),
        number=number,
        period=spoken_period(issue.first_day, issue.last_day, language),
        subject=shortened(f"{name}, {number.lower()} – {first}", _LONGEST_SUBJECT),
        summary=_summary(edition),
        editorial=tuple(typeset(one, language) for one in editorial.split("\n\n") if one),
        editorial_lang=editorial_lang,
        sections=tuple(_section(one, language, names) for one in edition.sections),
        organisation=typeset(inert_line(masthead.organisation), language),
        postal_address=inert(masthead.postal_address),
        contact=contact,
        contact_url=_contact_url(contact),
        archive_url=f"{masthead.public_url}/archive/{issue.name}" if masthead.public_url else "",
        has_days=any(piece.deadline for piece in edition.pieces),
    )


def section_name(section: str) -> str:
    """Return what readers call a section."""
    names = {
        "financial_engineering": _("Financial engineering"),
        "governance": _("Governance"),
        "leadership": _("Leadership"),
        CALLS: _("Calls and funding"),
        EVENTS: _("Events"),
    }
    return names.get(section) or _("Also worth reading")


def _section(section: Section, language: str, names: Mapping[str, str]) -> SectionView:
    groups = tuple(
        GroupView(
            typeset(names.get(group.region, group.region), language) if group.region else "",
            tuple(_piece(piece, section.id, language, names) for piece in group.pieces),
        )
        for group in section.groups
    )
    return SectionView(section.id, section_name(section.id), groups, len(section.pieces))


def _piece(piece: Piece, section: str, language: str, names: Mapping[str, str]) -> PieceView:
    own = piece.language or language
    note, note_lang = _either(piece.note, piece.note_en, language)
    return PieceView(
        id=piece.item_id,
        title=typeset(piece.title, own),
        url=piece.url if is_address(piece.url) else "",
        lang=own if own[:2] != language else "",
        source=typeset(piece.source, language),
        day=spoken_day(piece.day, language),
        places=", ".join(names.get(one, one) for one in piece.regions[1:]),
        passage=typeset(piece.passage, own),
        note=typeset(note, note_lang or language),
        note_lang=note_lang,
        deadline=_deadline(piece.deadline, section, language),
        deadline_day=piece.deadline.isoformat() if piece.deadline else "",
        also=tuple(
            TellerView(typeset(one.source, language), one.url)
            for one in piece.also
            if is_address(one.url)
        ),
    )


def _deadline(day: date | None, section: str, language: str) -> str:
    if day is None:
        return ""
    said = spoken_day(day, language, year=True, weekday=True)
    if section == EVENTS:
        return _("When: {day}").format(day=said)
    return _("Deadline: {day}").format(day=said)


def _either(french: str, english: str, language: str) -> tuple[str, str]:
    """Return what was written in this language, else in the other one, and which if so."""
    own, other = (french, english) if language == "fr" else (english, french)
    return (own, "") if own or not other else (other, "fr" if language == "en" else "en")


def _summary(edition: IssueEdition) -> str:
    """Return how much there is, in a line."""
    calls = sum(len(one.pieces) for one in edition.sections if one.id == CALLS)
    events = sum(len(one.pieces) for one in edition.sections if one.id == EVENTS)
    news = len(edition.pieces) - calls - events
    told = [
        (news, _n("{n} news item", "{n} news items", news)),
        (calls, _n("{n} call", "{n} calls", calls)),
        (events, _n("{n} event", "{n} events", events)),
    ]
    return ", ".join(words.format(n=n) for n, words in told if n)


def _contact_url(contact: str) -> str:
    if is_address(contact):
        return contact
    return f"mailto:{contact}" if contact.count("@") == 1 and " " not in contact else ""
