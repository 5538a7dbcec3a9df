"""Keys: by them programs read what somebody may read, and do nothing else."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from veille.staff.accounts import Account
from veille.staff.tokens import token_hash
from veille.store.desk.accounts import account_of
from veille.store.sqlite import Row, SqliteDatabase, from_text

LASTING: Final = timedelta(days=365)
"""How long a key is good for."""

LONGEST = 80
"""Characters of what a key is for."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `number` names it, and gives no access."""

    number: int
    purpose: str
    made_at: datetime
    ends_at: datetime
    used_on: date | None


class Keys:
    """The keys that people made for their programs."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def make(self, handle: str, purpose: str, *, now: datetime) -> str:
        """Make a key for somebody's program; it is shown this once, and kept as a hash."""
        key = f"veille-{secrets.token_urlsafe(32)}"
        row: Row = {"handle": handle, "purpose": purpose[:LONGEST], "made_at": now}
        self._db.insert(
            "api_keys", {**row, "token_hash": token_hash(key), "ends_at": now + LASTING}
        )
        return key

    def find(self, key: str, *, now: datetime) -> Account | None:
        """Return whose key this is, if it still holds and they may still come in."""
        rows = self._db.rows(
            """SELECT accounts.*, number, used_on FROM api_keys JOIN accounts USING (handle)
            WHERE token_hash = $hash AND ends_at > $now AND removed_at IS NULL
            AND NOT is_disabled""",
            hash=token_hash(key),
            now=now,
        )
        for row in rows:
            if row["used_on"] != now.date().isoformat():  # written down once a day
                self._db.run(
                    "UPDATE api_keys SET used_on = $day WHERE number = $number",
                    day=now.date(),
                    number=row["number"],
                )
            return account_of(row)
        return None

    def of(self, handle: str, *, now: datetime) -> list[Key]:
        """Return somebody's keys that still hold, the newest first."""
        rows = self._db.rows(
            """SELECT * FROM api_keys WHERE handle = $handle AND ends_at > $now
            ORDER BY number DESC""",
            handle=handle,
            now=now,
        )
        return [_key(row) for row in rows]

    def revoke(self, handle: str, number: int) -> None:
        """Take one of somebody's keys back, for good."""
        self._db.run(
            "DELETE FROM api_keys WHERE handle = $handle AND number = $number",
            handle=handle,
            number=number,
        )

    def revoke_all(self, handle: str) -> None:
        """Take all of somebody's keys back, for good."""
        self._db.run("DELETE FROM api_keys WHERE handle = $handle", handle=handle)


def _key(row: Row) -> Key:
    return Key(
        number=row["number"],
        purpose=row["purpose"],
        made_at=from_text(row["made_at"]),
        ends_at=from_text(row["ends_at"]),
        used_on=date.fromisoformat(row["used_on"]) if row["used_on"] else None,
    )
