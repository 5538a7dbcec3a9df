"""The consent ledger: lines added, read, and what follows from them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from veille.store.sqlite import Row, SqliteDatabase, from_text
from veille.store.subscribers.opening import Opened
from veille.store.subscribers.people import choices, person
from veille.subscribers.choices import Frequency
from veille.subscribers.consent import (
    Act,
    Basis,
    Consent,
    ConsentText,
    Declared,
    Renewal,
    beginning,
    expiry,
)
from veille.subscribers.people import Audience, Recipient


def keep_text(db: SqliteDatabase, text: ConsentText, now: datetime) -> str:
    """Keep the words that were shown, once, and return their hash."""
    told = hashlib.sha256(f"{text.language}\x1f{text.words}".encode()).hexdigest()
    db.run(
        """INSERT INTO consent_texts SELECT $hash, $language, $words, $now
        WHERE NOT EXISTS (SELECT 1 FROM consent_texts WHERE text_hash = $hash)""",
        hash=told,
        language=text.language,
        words=text.words,
        now=now,
    )
    return told


def grant_express(
    db: SqliteDatabase,
    subscriber_id: str,
    now: datetime,
    *,
    way: str,
    text_hash: str,
    **proof: object,
) -> None:
    """Write down that a person agreed themselves; `proof`: `origin`, `asked_at`, `asked_origin`."""
    line = {"basis": Basis.EXPRESS, "given_at": now, "actor": "person", "way": way}
    _write(db, subscriber_id, Act.GRANTED, now, {**line, "text_hash": text_hash, **proof})


def grant_declared(
    store: Opened, subscriber_id: str, declared: Declared, now: datetime, *, actor: str, way: str
) -> bool:
    """Write down a consent that staff declare; False when the ledger holds the same already."""
    rules = store.rules
    line = {
        "basis": declared.basis,
        "given_at": beginning(declared.since, rules.zone),
        "expires_at": expiry(declared.basis, declared.since, rules.periods, rules.zone),
        "evidence": declared.evidence,
    }
    same = store.db.rows(
        """SELECT 1 FROM standing_consents
        WHERE subscriber_id = $id AND basis = $basis AND given_at = $given AND evidence = $proof""",
        id=subscriber_id,
        basis=declared.basis,
        given=line["given_at"],
        proof=declared.evidence,
    )
    if not same:
        _write(store.db, subscriber_id, Act.GRANTED, now, {**line, "actor": actor, "way": way})
    return not same


def withdraw(
    db: SqliteDatabase, subscriber_id: str, now: datetime, *, actor: str, way: str
) -> None:
    """Write down that a person wants nothing more: no consent before this line stands."""
    line = {"given_at": now, "actor": actor, "way": way}
    _write(db, subscriber_id, Act.WITHDRAWN, now, line)


def of_person(db: SqliteDatabase, subscriber_id: str) -> list[Consent]:
    """Return a person's ledger, in the order in which it was written."""
    found = db.rows(
        "SELECT * FROM consents WHERE subscriber_id = $id ORDER BY number", id=subscriber_id
    )
    return [_consent(row) for row in found]


def holds_express(db: SqliteDatabase, subscriber_id: str, at: datetime) -> bool:
    """Whether an express consent of this person stands."""
    return bool(
        db.rows(
            """SELECT 1 FROM standing_consents
            WHERE subscriber_id = $id AND basis = 'express' AND given_at <= $at""",
            id=subscriber_id,
            at=at,
        )
    )


def texts(db: SqliteDatabase, lines: Sequence[Consent]) -> dict[str, ConsentText]:
    """Return the words that these lines refer to, by their hash."""
    wanted = {line.text_hash for line in lines}
    return {
        row["text_hash"]: ConsentText(row["language"], row["words"])
        for row in db.rows("SELECT * FROM consent_texts")
        if row["text_hash"] in wanted
    }


def mailable(db: SqliteDatabase, at: datetime, frequency: Frequency | None) -> list[Audience]:
    """Return who may be mailed at this moment, those with the same choices together."""
    found = db.rows(
        """SELECT DISTINCT subscriber_id, address, name, domains, regions, language, frequency
        FROM mailable
        WHERE mailable_from <= $at AND (mailable_until IS NULL OR $at < mailable_until)
          AND ($frequency IS NULL OR frequency = $frequency)
        ORDER BY language, frequency, domains, regions, address""",
        at=at,
        frequency=frequency,
    )
    return [
        Audience(chosen, tuple(_recipient(row) for row in rows))
        for chosen, rows in groupby(found, key=choices)
    ]


def is_mailable(db: SqliteDatabase, subscriber_id: str, at: datetime) -> bool:
    """Whether this person may be mailed at this moment."""
    return bool(
        db.rows(
            """SELECT 1 FROM mailable
            WHERE subscriber_id = $id
              AND mailable_from <= $at AND (mailable_until IS NULL OR $at < mailable_until)""",
            id=subscriber_id,
            at=at,
        )
    )


def renewals(db: SqliteDatabase, at: datetime, ahead: timedelta) -> list[Renewal]:
    """Return whose last implied consent ends within `ahead`, the soonest first."""
    found = db.rows(
        """SELECT subscribers.*, last.basis, last.expires_at, (
            SELECT max(reminded_at)
            FROM reminders JOIN consents ON consents.number = reminders.consent
            WHERE consents.subscriber_id = last.subscriber_id
              AND consents.expires_at = last.expires_at
        ) AS reminded_at
        FROM (
            SELECT subscriber_id, basis, max(expires_at) AS expires_at
            FROM standing_consents
            WHERE given_at <= $at
            GROUP BY subscriber_id
            HAVING count(expires_at) = count(*)  -- an express one does not end
        ) AS last
        JOIN subscribers USING (subscriber_id)
        WHERE state IN ('active', 'paused') AND $at < expires_at AND expires_at <= $until
        ORDER BY expires_at, address_key""",
        at=at,
        until=at + ahead,
    )
    return [_renewal(row) for row in found]


def remember_reminder(db: SqliteDatabase, subscriber_id: str, now: datetime) -> bool:
    """Keep that a person was reminded that their consent ends; False when they were before."""
    kept = db.run(
        """INSERT OR IGNORE INTO reminders (consent, subscriber_id, reminded_at)
        SELECT number, subscriber_id, $now FROM standing_consents
        WHERE subscriber_id = $id AND given_at <= $now AND $now < expires_at
        ORDER BY expires_at DESC, number LIMIT 1""",
        id=subscriber_id,
        now=now,
    )
    return bool(kept)


def forget_reminder(db: SqliteDatabase, subscriber_id: str, at: datetime) -> None:
    """Take back the reminder noted at this moment."""
    db.run(
        "DELETE FROM reminders WHERE subscriber_id = $id AND reminded_at = $at",
        id=subscriber_id,
        at=at,
    )


def _write(
    db: SqliteDatabase, subscriber_id: str, act: Act, now: datetime, line: Mapping[str, Any]
) -> None:
    row: Row = {"subscriber_id": subscriber_id, "act": act, "recorded_at": now, **line}
    db.insert("consents", row)


def _consent(row: Row) -> Consent:
    moments = ("given_at", "recorded_at", "expires_at", "asked_at")
    read = {name: from_text(row[name]) for name in moments}
    basis = Basis(row["basis"]) if row["basis"] else None
    return Consent(**{**row, **read, "act": Act(row["act"]), "basis": basis})


def _recipient(row: Row) -> Recipient:
    return Recipient(row["subscriber_id"], row["address"], row["name"])


def _renewal(row: Row) -> Renewal:
    ends = from_text(row["expires_at"])
    return Renewal(person(row), Basis(row["basis"]), ends, from_text(row["reminded_at"]))
