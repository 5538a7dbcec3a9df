"""The audit trail: who did what, when, on what. Lines are added, never changed."""

from dataclasses import dataclass
from datetime import datetime

from veille.store.sqlite import SqliteDatabase, from_text

TERMINAL = "(terminal)"
"""Who acts when a command does: whoever can read the store's file."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trail."""

    number: int
    at: datetime
    who: str
    what: str
    subject: str
    detail: str


class Audit:
    """The trail."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def note(
        self, who: str, what: str, subject: str = "", detail: str = "", *, now: datetime
    ) -> None:
        """Add a line. `what` is a short name like « source.pause », `subject` an id.

        Nothing secret and nothing of an article's text belongs here.
        """
        self._db.insert(
            "audit",
            {
                "at": now,
                "who": who,
                "what": what,
                "subject": subject[:_LONGEST],
                "detail": detail[:_LONGEST],
            },
        )

    def newest(self, limit: int = 100, *, before: int | None = None, who: str = "") -> list[Act]:
        """Return the newest lines, newest first; `before` leafs on from a line's number."""
        rows = self._db.rows(
            """SELECT * FROM audit
            WHERE ($before IS NULL OR number < $before) AND ($who = '' OR who = $who)
            ORDER BY number DESC LIMIT $limit""",
            before=before,
            who=who,
            limit=limit,
        )
        return [Act(**(row | {"at": from_text(row["at"])})) for row in rows]
