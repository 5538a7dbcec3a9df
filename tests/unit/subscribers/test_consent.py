"""How long consents hold, and who may be written to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fakes.readers import NOW, RULES, ZONE, newcomer

from veille.errors import ConsentError
from veille.subscribers.arrivals import check_declared
from veille.subscribers.choices import Choices
from veille.subscribers.consent import (
    Act,
    Basis,
    Consent,
    Periods,
    expiry,
    may_be_mailed,
    standing,
)
from veille.subscribers.people import State, Subscriber

SOMEBODY = Subscriber("id", "ada@example.org", "", Choices(), State.ACTIVE, NOW, NOW)


def line(number, act=Act.GRANTED, given=NOW, ends=None):
    basis = None if act is Act.WITHDRAWN else Basis.INQUIRY if ends else Basis.EXPRESS
    return Consent(number, "id", act, basis, given, given, "person", ends)


@pytest.mark.parametrize(
    ("basis", "since", "first_day_without"),
    [
        ("inquiry", date(2026, 5, 4), date(2026, 11, 4)),
        ("inquiry", date(2026, 8, 31), date(2027, 2, 28)),  # there is no 31 February
        ("inquiry", date(2027, 8, 31), date(2028, 2, 29)),
        ("membership", date(2024, 2, 29), date(2026, 2, 28)),
        ("purchase", date(2026, 11, 21), date(2028, 11, 21)),
    ],
)
def test_implied_consents_end_by_the_calendar(basis, since, first_day_without):
    ends = expiry(Basis(basis), since, Periods(), ZONE)
    assert ends.astimezone(ZONE).date() == first_day_without
    assert (ends - timedelta(microseconds=1)).astimezone(ZONE).date() < first_day_without


def test_a_day_ends_at_midnight_here_in_summer_as_in_winter():
    assert expiry(Basis.INQUIRY, date(2026, 1, 5), Periods(), ZONE) == datetime(
        2026, 7, 5, 4, tzinfo=UTC
    )
    assert expiry(Basis.INQUIRY, date(2026, 7, 5), Periods(), ZONE) == datetime(
        2027, 1, 5, 5, tzinfo=UTC
    )


def test_an_express_consent_does_not_end():
    assert expiry(Basis.EXPRESS, date(1999, 1, 1), Periods(), ZONE) is None


def test_a_consent_holds_from_its_beginning_until_before_its_end():
    ledger = [line(1, ends=NOW + timedelta(days=1))]
    assert not standing(ledger, NOW - timedelta(microseconds=1))
    assert standing(ledger, NOW)
    assert standing(ledger, NOW + timedelta(hours=23))
    assert not standing(ledger, NOW + timedelta(days=1))


def test_a_withdrawal_ends_all_written_before_it_and_nothing_after():
    ledger = [line(1), line(2, Act.WITHDRAWN), line(3)]
    assert not standing(ledger[:2], NOW)
    assert [one.number for one in standing(ledger, NOW)] == [3]


@pytest.mark.parametrize("state", list(State))
def test_only_the_active_are_written_to(state):
    person = replace(SOMEBODY, state=state)
    assert may_be_mailed(person, [line(1)], NOW) is (state is State.ACTIVE)


def test_a_pause_ends_by_itself():
    person = replace(SOMEBODY, state=State.PAUSED, paused_until=NOW)
    assert may_be_mailed(person, [line(1)], NOW)
    assert not may_be_mailed(person, [line(1, given=NOW - timedelta(9))], NOW - timedelta(1))
    assert not may_be_mailed(replace(person, paused_until=None), [line(1)], NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": "  "},
        {"since": date(2026, 11, 22)},  # tomorrow
        {"since": date(2024, 11, 21)},  # two years ago to the day
    ],
)
def test_a_declared_consent_has_its_proof_and_holds_now(change):
    check_declared(newcomer().declared, RULES, NOW)
    with pytest.raises(ConsentError):
        check_declared(replace(newcomer().declared, **change), RULES, NOW)
