"""Tries to sign in that failed, counted until they count no more."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from veille.staff.throttle import RULES, wait_after
from veille.store.sqlite import SqliteDatabase, from_text


class Failures:
    """The counters. What is counted are keyed hashes: they name no account and no address."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def begin(self, counted: Mapping[str, str], *, now: datetime) -> timedelta:
        """Count a try as failed from the start, so that many at once are counted too.

        `counted` gives the key by kind (`throttle.RULES`). Returns how long to wait instead, when
        it is one too many: then nothing is counted, and it must not be tried.
        """
        with self._db.transaction():
            longest = max(rule.window for rule in RULES.values())
            self._db.run("DELETE FROM sign_in_failures WHERE at <= $old", old=now - longest)
            waits = [self._wait(kind, who, now) for kind, who in counted.items()]
            if wait := max(waits, default=timedelta()):
                return wait
            for kind, who in counted.items():
                self._db.insert("sign_in_failures", {"kind": kind, "who": who, "at": now})
        return timedelta()

    def forgive(self, counted: Mapping[str, str], *, now: datetime) -> None:
        """Forget a try, begun at `now`, that succeeded, and all those on the same account; those
        from the same network address still count, for whoever has an account of their own."""
        with self._db.transaction():
            for kind, who in counted.items():
                since = now if kind == "origin" else None
                self._db.run(
                    """DELETE FROM sign_in_failures WHERE rowid IN (
                        SELECT rowid FROM sign_in_failures
                        WHERE kind = $kind AND who = $who AND ($since IS NULL OR at = $since)
                        LIMIT CASE WHEN $since IS NULL THEN -1 ELSE 1 END)""",
                    kind=kind,
                    who=who,
                    since=since,
                )

    def _wait(self, kind: str, who: str, now: datetime) -> timedelta:
        rule = RULES[kind]
        rows = self._db.rows(
            """SELECT at FROM sign_in_failures
            WHERE kind = $kind AND who = $who AND at > $since AND at <= $now""",
            kind=kind,
            who=who,
            since=now - rule.window,
            now=now,
        )
        return wait_after(rule, [from_text(row["at"]) for row in rows], now)
