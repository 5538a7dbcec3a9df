"""Each alert has its section, by the name that the message says."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from veille.errors import FailureKind
from veille.health.alerts.letters import Place, compose
from veille.health.alerts.wording import PAGE, remedy, title, what
from veille.health.incidents import WEEKLY, AlertKind, Incident

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 22, 7, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")


def incident(kind):
    cause, detail = "7" if kind is AlertKind.BULLETIN_WAITS else "", AT.isoformat()
    if kind in WEEKLY:
        cause, detail = FailureKind.MISSING, "404"
    return Incident(kind, "sujet", AT, "Nom", cause, detail, opened=AT, tell_at=AT)


@pytest.mark.parametrize("kind", AlertKind)
def test_an_alert_has_its_section_its_sentence_and_its_remedy(kind):
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    section = text.partition("## Quand quelque chose ne va pas")[2]
    [heading] = re.findall(rf"^### .+ \(`{kind}`\)$", section, re.MULTILINE)
    assert heading
    one = incident(kind)
    for told in (title(one), what(one, ZONE), remedy(one)):
        assert told
        assert "{" not in told


def test_no_section_tells_of_an_alert_that_is_none():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    named = set(re.findall(r"^### .+ \(`(\w+)`\)$", text, re.MULTILINE))
    assert named == set(AlertKind)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_message_is_plain_lines_that_a_mail_program_does_not_break(language):
    place = Place("Veille d’essai", "/srv/veille", "serveur", ZONE)
    letter = compose([incident(kind) for kind in AlertKind], "a@example.org", language, place)
    assert max(map(len, letter.text.splitlines())) <= 72
    assert all(kind in letter.text for kind in AlertKind)
    assert ("To do:" in letter.text) == (language == "en")
