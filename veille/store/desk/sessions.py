"""Sessions: a cookie's token → whose it is. The store has the token's hash alone."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from veille.staff.accounts import USUAL, Lasting, Session
from veille.staff.tokens import token_hash
from veille.store.desk.accounts import account_of
from veille.store.sqlite import Row, SqliteDatabase, from_text

HALF: Final = timedelta(minutes=10)
"""How long the code may be typed after the passphrase."""

_SEEN_EVERY = timedelta(minutes=5)  # a page asked for is written down no more often
_SESSIONS = """
SELECT sessions.*, accounts.*, sessions.seen_at AS session_seen_at
FROM sessions JOIN accounts USING (handle)
WHERE removed_at IS NULL AND NOT is_disabled AND
"""


class Sessions:
    """Who is signed in, in which browsers."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def start(
        self,
        handle: str,
        *,
        now: datetime,
        lasting: Lasting = USUAL,
        agent: str = "",
        by_proxy: bool = False,
        is_half: bool = False,
    ) -> str:
        """Sign somebody in; return the token for their browser, 256 bits drawn at random.

        A half session is good for typing the code and nothing else.
        """
        token = secrets.token_urlsafe(32)
        with self._db.transaction():
            self._db.run("DELETE FROM sessions WHERE ends_at <= $now", now=now)
            self._db.insert(
                "sessions",
                {
                    "token_hash": token_hash(token),
                    "handle": handle,
                    "is_half": int(is_half),
                    "by_proxy": int(by_proxy),
                    "started_at": now,
                    "seen_at": now,
                    "ends_at": now + (HALF if is_half else lasting.whole),
                    "agent": agent[:80],
                },
            )
            if not is_half:
                self._db.run(
                    "UPDATE accounts SET seen_at = $now WHERE handle = $handle",
                    now=now,
                    handle=handle,
                )
        return token

    def find(
        self, token: str, *, now: datetime, lasting: Lasting = USUAL, is_half: bool = False
    ) -> Session | None:
        """Return the session of a token, if it still holds; when it was asked for is kept.

        None as well when the account was disabled or removed since.
        """
        rows = self._db.rows(
            _SESSIONS
            + "token_hash = $hash AND is_half = $is_half AND ends_at > $now"
            + " AND sessions.seen_at > $idle",
            hash=token_hash(token),
            is_half=int(is_half),
            now=now,
            idle=now - lasting.idle,
        )
        if not rows:
            return None
        found = _session(rows[0])
        if now - found.seen_at >= _SEEN_EVERY:
            self._db.run(
                "UPDATE sessions SET seen_at = $now WHERE number = $number",
                now=now,
                number=found.number,
            )
        return found

    def of(self, handle: str, *, now: datetime, lasting: Lasting = USUAL) -> list[Session]:
        """Return somebody's sessions that still hold, the last seen first."""
        rows = self._db.rows(
            _SESSIONS
            + "handle = $handle AND NOT is_half AND ends_at > $now AND sessions.seen_at > $idle"
            + " ORDER BY sessions.seen_at DESC",
            handle=handle,
            now=now,
            idle=now - lasting.idle,
        )
        return [_session(row) for row in rows]

    def end(self, token: str) -> None:
        """Sign a browser out: its token is worth nothing from now on."""
        self._db.run("DELETE FROM sessions WHERE token_hash = $hash", hash=token_hash(token))

    def end_one(self, handle: str, number: int) -> None:
        """Sign out one of somebody's browsers."""
        self._db.run(
            "DELETE FROM sessions WHERE handle = $handle AND number = $number",
            handle=handle,
            number=number,
        )

    def end_all(self, handle: str, *, but: str = "") -> int:
        """Sign somebody out everywhere, `but` the browser with this token; return from how many."""
        return self._db.run(
            "DELETE FROM sessions WHERE handle = $handle AND token_hash <> $kept",
            handle=handle,
            kept=token_hash(but) if but else "",
        )


def _session(row: Row) -> Session:
    return Session(
        number=row["number"],
        account=account_of(row),
        started_at=from_text(row["started_at"]),
        seen_at=from_text(row["session_seen_at"]),
        ends_at=from_text(row["ends_at"]),
        agent=row["agent"],
        by_proxy=bool(row["by_proxy"]),
    )
