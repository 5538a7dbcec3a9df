"""The deadlines and events of an issue as an iCal file (RFC 5545). Pure."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from veille.digest.typography import inert_line
from veille.i18n import _, speaking
from veille.model.bulletin import EVENTS, IssueEdition, Masthead, Piece


def calendar(edition: IssueEdition, masthead: Masthead, at: datetime) -> bytes:
    """Return the days of an edition, each the whole day, dated `at`; the same input the same bytes.

    The days are those that the issue shows: found in an item's words or written by a person.
    """
    made = Calendar()
    made.add("prodid", "-//veille//bulletin//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", inert_line(masthead.name))
    with speaking(edition.language):
        for section in edition.sections:
            for piece in section.pieces:
                if piece.deadline:
                    made.add_component(_event(piece, section.id == EVENTS, at))
    return bytes(made.to_ical())


def _event(piece: Piece, is_event: bool, at: datetime) -> Event:
    assert piece.deadline
    title = piece.title if is_event else _("Deadline: {title}").format(title=piece.title)
    event = Event()
    event.add("uid", f"{piece.item_id}@veille.invalid")
    event.add("dtstamp", at)
    event.add("dtstart", piece.deadline)
    event.add("dtend", piece.deadline + timedelta(days=1))
    event.add("summary", title)
    event.add("description", f"{piece.source}\n{piece.url}")
    event.add("url", piece.url)
    event.add("transp", "TRANSPARENT")
    return event
