"""The consent ledger: append-only, declared consents, renewals, who may be mailed."""

import sqlite3
from dataclasses import replace
from datetime import date, timedelta

import pytest
from fakes.readers import ADA, DAY, NOW, RULES, TEXT, newcomer, open_readers, subscribed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.errors import ConsentError, StoreError
from veille.subscribers.arrivals import Fate
from veille.subscribers.consent import Basis, may_be_mailed
from veille.subscribers.gate import Limits
from veille.subscribers.people import State

SOON = NOW + timedelta(days=1)


def bring(readers, *newcomers, now=NOW, **more):
    return readers.bring(newcomers, actor="staff", way="import l.csv", now=now, **more)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE consents SET basis = 'express', expires_at = NULL",
        "DELETE FROM consents",
        "DELETE FROM subscribers",
        "REPLACE INTO consents SELECT * FROM consents",
        "UPDATE consent_texts SET words = 'others'",
        "DELETE FROM consent_texts",
        "REPLACE INTO consent_texts SELECT text_hash, 'fr', 'others', '' FROM consent_texts",
    ],
)
def test_the_ledger_is_append_only(readers, harm):
    person = subscribed(readers)
    before = readers.ledger(person.subscriber_id)
    with pytest.raises(StoreError):
        readers.db.run(harm)
    assert readers.ledger(person.subscriber_id) == before


def test_a_declared_consent_expires_and_can_be_had_again(readers):
    assert bring(readers, newcomer(basis="inquiry", since=date(2026, 11, 20))) == [Fate.ADDED]
    person = readers.find(ADA)
    assert readers.is_mailable(person.subscriber_id, NOW + 179 * DAY)
    assert not readers.is_mailable(person.subscriber_id, NOW + 181 * DAY)
    later = NOW + 200 * DAY
    again = newcomer(basis="purchase", since=later.date() - timedelta(days=3))
    assert bring(readers, again, now=later) == [Fate.RENEWED]
    assert readers.is_mailable(person.subscriber_id, later)


def test_a_consent_brought_twice_is_one(readers):
    assert bring(readers, newcomer()) == [Fate.ADDED]
    assert bring(readers, newcomer(domains=["governance"])) == [Fate.KNOWN]
    person = readers.find(ADA)
    assert person.choices.domains == ()  # theirs stay
    assert len(readers.ledger(person.subscriber_id)) == 1


def test_a_rehearsal_says_what_would_be_and_does_nothing(readers):
    assert bring(readers, newcomer(), dry_run=True) == [Fate.ADDED]
    assert readers.people() == []


def test_one_consent_without_proof_keeps_all_out(readers):
    with pytest.raises(ConsentError):
        bring(readers, newcomer("a@example.org"), newcomer(since=date(2020, 1, 1)))
    assert readers.people() == []


def test_who_left_bounced_or_was_erased_is_not_brought_back(readers):
    for name in ("left", "bounced", "erased"):
        subscribed(readers, f"{name}@example.org")
    readers.leave(readers.find("left@example.org").subscriber_id, now=NOW)
    for week in ("w47", "w48"):
        ident = readers.find("bounced@example.org").subscriber_id
        readers.record_bounce(ident, week, hard=True, now=NOW)
    readers.erase("erased@example.org", now=NOW)
    names = ("left", "bounced", "erased", "new")
    fates = bring(readers, *(newcomer(f"{name.upper()}@example.org") for name in names))
    assert fates == [Fate.LEFT, Fate.BOUNCED, Fate.ERASED, Fate.ADDED]
    assert [p.address for a in readers.mailable(NOW) for p in a.people] == ["NEW@example.org"]


def test_an_implied_consent_that_ends_is_told_once_and_can_be_renewed(readers):
    bring(readers, newcomer(basis="inquiry", since=date(2026, 6, 1)))
    subscribed(readers, "bea@example.org")
    assert readers.renewals_due(NOW, days=5) == []
    [due] = readers.renewals_due(NOW, days=30)
    assert (due.person.address, due.basis, due.reminded_at) == (ADA, Basis.INQUIRY, None)
    ident = due.person.subscriber_id
    assert readers.remember_reminder(ident, now=NOW)
    assert not readers.remember_reminder(ident, now=NOW + DAY)
    again = newcomer(basis="inquiry", since=date(2026, 6, 1))
    bring(readers, replace(again, declared=replace(again.declared, evidence="le même, redit")))
    [due] = readers.renewals_due(NOW + DAY, days=30)
    assert due.reminded_at == NOW
    readers.renew(ident, TEXT, now=NOW + 2 * DAY)
    assert readers.renewals_due(NOW + 3 * DAY, days=30) == []
    assert readers.is_mailable(ident, NOW + 999 * DAY)


MOMENTS = st.integers(-40, 40).map(lambda days: NOW + days * DAY)
GRANTS = st.tuples(st.just("granted"), MOMENTS, st.none() | MOMENTS)
LINES = st.lists(GRANTS | st.tuples(st.just("withdrawn"), MOMENTS, st.none()), max_size=4)
STATES = st.sampled_from([state for state in State if state is not State.ERASED])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "subscribers.sqlite"
    rules = replace(RULES, limits=Limits(10_000, overall=10_000))
    with open_readers(path, rules=rules) as readers:
        readers.db.run("PRAGMA synchronous = OFF")
        yield readers


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, state=STATES, until=st.none() | MOMENTS)
def test_the_store_and_the_rule_agree_on_who_may_be_mailed(many, lines, state, until):
    db = many.db
    many.erase(ADA, now=NOW)
    many.sign_up(ADA, newcomer().choices, TEXT, now=NOW)
    ident = many.find(ADA).subscriber_id
    db.run(
        "UPDATE subscribers SET state = $state, paused_until = $until WHERE subscriber_id = $id",
        id=ident,
        state=state,
        until=until if state is State.PAUSED else None,
    )
    for act, given_at, ends in lines:
        basis = None if act == "withdrawn" else "inquiry" if ends else "express"
        row = {"subscriber_id": ident, "act": act, "basis": basis, "given_at": given_at}
        db.insert(
            "consents",
            {**row, "expires_at": ends, "recorded_at": NOW, "actor": "staff", "way": "test"},
        )
    person, ledger = many.get(ident), many.ledger(ident)
    edges = [moment for line in lines for moment in line[1:] if moment] + [until or NOW, NOW]
    for edge in edges:
        for at in (edge - timedelta(microseconds=1), edge, edge + timedelta(microseconds=1)):
            expected = may_be_mailed(person, ledger, at)
            assert many.is_mailable(ident, at) is expected
            assert bool(many.mailable(at)) is expected


def test_sqlite_alone_gives_the_same_answer(path, readers):
    """Anybody with the file and SQLite finds who may be mailed, by the view alone."""
    subscribed(readers)
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT address, mailable_until FROM mailable").fetchall()
    db.close()
    assert found == [(ADA, None)]
