"""Days: deadlines found in words, weeks, when an issue leaves, days as they are told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes.issues import NOW, SETTINGS, TODAY, candidate, issue

from veille.digest.deadlines import call_deadline, event_day
from veille.digest.months import month_issue
from veille.digest.typography import shortened, spoken_day, spoken_period, typeset
from veille.digest.weeks import Leaves, monday_of, week_of, when_due
from veille.errors import UsageError
from veille.model.bulletin import Approved

ZONE = ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("text", "on", "completed"),
    [
        ("Date limite : 4 décembre 2026, 16 h.", "2026-12-04", False),
        ("Date limite : 4 décembre.", "2026-12-04", True),
        ("Candidatures jusqu’au 1er mars.", "2027-03-01", True),
        ("Dépôt au plus tard le vendredi 8 janvier, 16 h", "2027-01-08", True),
        ("avant le 2026-12-15", "2026-12-15", False),
        ("Apply by December 16, 2026.", "2026-12-16", False),
        (
            "Date limite : 1er décembre 2026, repoussée : jusqu’au 5 janvier 2027",
            "2027-01-05",
            False,
        ),
        ("Le fonds a été créé le 4 décembre 2026.", None, None),
        ("Date limite : 4 décembre 2020.", None, None),
        ("Date limite : 31 février 2027.", None, None),
        ("avant le 3e versement de 2026", None, None),
    ],
)
def test_a_deadline_follows_words_that_announce_it(text, on, completed):
    found = call_deadline("Appel", text, TODAY)
    if on is None:
        assert found is None
    else:
        assert (found.on.isoformat(), found.completed) == (on, completed)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("Le colloque du 3 décembre 2026. Inscription avant le 20 novembre 2026.", "2026-12-03"),
        ("Inscription avant le 20 novembre 2026. Rendez-vous le 3 décembre.", None),
        ("Fondée le 3 mars 1990, l’école reçoit le 12 janvier 2027.", "2027-01-12"),
        ("Nous étions 80.", None),
    ],
)
def test_the_day_of_an_event_is_the_first_named(text, on):
    found = event_day("Colloque", text, TODAY)
    assert (found.on.isoformat() if found else None) == on


def test_weeks():
    assert week_of(date(2027, 1, 1)) == "2026-W53"
    assert monday_of("2026-W53") == date(2026, 12, 28)
    for wrong in ("2026-W54", "2026-47", "../2026-W47", "2025-W53", "9999-W52", "٢٠٢٦-W47"):
        with pytest.raises(UsageError):
            monday_of(wrong)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-18T11:59", Leaves.LATER),  # Wednesday, before seven in Toronto
        ("2026-11-18T12:00", Leaves.NOW),
        ("2026-11-23T04:59", Leaves.NOW),  # Sunday, 23:59
        ("2026-11-23T05:00", Leaves.HELD),
        ("2027-01-01T00:00", Leaves.HELD),
    ],
)
def test_when_an_approved_issue_leaves(now, due):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert when_due("2026-W47", at, SETTINGS, ZONE) is due


def test_a_month_is_told_from_its_weeks_without_what_is_over():
    first = issue(candidate("a"), candidate("b"))
    calls = [
        replace(first.pieces[1], section="calls", deadline=date(2026, 11, 20)),
        replace(first.pieces[1], item_id="later", section="calls", deadline=date(2026, 12, 2)),
    ]
    weeks = [
        Approved(replace(first, name="2026-W46", pieces=(first.pieces[0], *calls)), "J", NOW),
        Approved(replace(first, name="2026-W48", editorial="Fin de mois"), "J", NOW),
        Approved(replace(first, name="2026-W50"), "J", NOW),
    ]
    made = month_issue("2026-11", weeks, "wednesday", ZONE)
    assert (made.name, made.editorial) == ("2026-11", "Fin de mois")
    assert [piece.item_id for piece in made.pieces] == ["a", "later", "b"]
    assert month_issue("2026-10", weeks, "wednesday", ZONE) is None


def test_what_is_approved_after_its_month_is_told_in_the_next_one():
    late = datetime(2026, 12, 1, 5, tzinfo=UTC)  # midnight in Montréal
    for at, month in ((late - timedelta(seconds=1), "2026-11"), (late, "2026-12")):
        one = Approved(replace(issue(candidate("a")), name="2026-W48"), "J", at)
        assert month_issue(month, [one], "wednesday", ZONE)
        other = {"2026-11": "2026-12", "2026-12": "2026-11"}[month]
        assert month_issue(other, [one], "wednesday", ZONE) is None


def test_days_and_spaces_as_each_language_wants():
    first = date(2026, 12, 1)
    assert spoken_day(first, "fr", weekday=True, year=True) == "mardi 1er\u00a0décembre 2026"
    assert spoken_day(first, "en", year=True) == "December 1, 2026"
    assert (
        spoken_period(date(2026, 11, 9), date(2026, 11, 22), "fr") == "9 au 22\u00a0novembre 2026"
    )
    assert spoken_period(date(2026, 11, 9), date(2026, 11, 22), "en") == "November 9–22, 2026"
    assert spoken_period(date(2026, 12, 29), date(2027, 1, 4), "fr") == (
        "29\u00a0décembre 2026 au 4\u00a0janvier 2027"
    )
    assert typeset("« l'oie » : 10 000 $, nᵒ 3 ?", "fr") == (
        "«\u00a0l’oie\u00a0»\u00a0: 10\u00a0000\u00a0$, nᵒ\u00a03\u00a0?"
    )
    assert typeset("it's 10 000 : yes", "en") == "it's 10 000 : yes"
    assert shortened("un deux, trois quatre", 15) == "un deux, trois…"
