"""The outbox: which message of which issue goes to whom, and where each stands.

It is in the file of subscribers, so that who is erased is gone from here too. A message changes its
state in one transaction with the fact that says so; each change names the states it may come from,
so that of two hands the second changes nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from veille.model.bulletin import RenderedMail
from veille.model.deliveries import Answer, Outcome, Queued, State, message_key
from veille.store.sqlite import Row, SqliteDatabase, from_text

_OUTCOMES = {
    State.DEFERRED: Outcome.DEFERRED,
    State.SENT: Outcome.ACCEPTED,
    State.REFUSED: Outcome.REFUSED,
    State.EXPIRED: Outcome.DEFERRED,
    State.UNKNOWN: Outcome.UNKNOWN,
}
_WAITING = (State.QUEUED, State.DEFERRED)
SETTLED_BY_PEOPLE = (State.UNKNOWN, State.REFUSED, State.EXPIRED)
"""States that only a person may change."""


class Outbox:
    """What is to be sent and was. Threads may share it. Raises StoreError when it cannot be used.

    Moments are aware and come back in UTC.
    """

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def queue(
        self,
        issue: str,
        mails: Sequence[RenderedMail],
        readers: Mapping[str, Iterable[str]],
        now: datetime,
    ) -> int:
        """Queue an issue for its readers, whole, and return how many there are.

        `readers` gives the subscribers of each edition, by its key. An issue queued before stays
        as it is, and 0 is returned.
        """
        with self._db.transaction():
            if self.is_queued(issue):
                return 0
            self._db.insert("mailings", {"issue": issue, "queued_at": now})
            for mail in mails:
                row = {"issue": issue, "edition": mail.key, "language": mail.language}
                text = {"subject": mail.subject, "html": mail.html, "text": mail.text}
                self._db.insert("editions", row | text)
            rows = [
                [message_key(issue, reader), reader, edition]
                for edition, chosen in readers.items()
                for reader in chosen
            ]
            return self._db.run(
                """INSERT INTO outbox
                    (key, issue, subscriber_id, edition, queued_at, state, since, due_at)
                SELECT value ->> 0, $issue, value ->> 1, value ->> 2, $now, 'queued', $now, $now
                FROM json_each($rows)""",
                issue=issue,
                now=now,
                rows=json.dumps(rows),
            )

    def is_queued(self, issue: str) -> bool:
        """Whether an issue was queued."""
        return bool(self._db.rows("SELECT 1 FROM mailings WHERE issue = $issue", issue=issue))

    def queued_at(self, issue: str) -> datetime:
        """Return when an issue that is queued was."""
        return dict(self.issues())[issue]

    def issues(self) -> list[tuple[str, datetime]]:
        """Return the issues that were queued, and when, the newest first."""
        rows = self._db.rows("SELECT * FROM mailings ORDER BY queued_at DESC, issue DESC")
        return [(row["issue"], _at(row["queued_at"])) for row in rows]

    def mail(self, issue: str, edition: str) -> RenderedMail:
        """Return an edition as it was queued."""
        [row] = self._db.rows(
            "SELECT * FROM editions WHERE issue = $issue AND edition = $edition",
            issue=issue,
            edition=edition,
        )
        return RenderedMail(
            issue, edition, row["language"], row["subject"], row["html"], row["text"]
        )

    def editions(self, issue: str) -> dict[str, int]:
        """Return the editions of an issue, and how many messages each has."""
        rows = self._db.rows(
            "SELECT edition, count(*) AS n FROM outbox WHERE issue = $issue"
            " GROUP BY edition ORDER BY n DESC, edition",
            issue=issue,
        )
        return {row["edition"]: row["n"] for row in rows}

    def due(self, issue: str, now: datetime, *, limit: int) -> list[Queued]:
        """Return messages to try now, those that wait longest first."""
        return self._listed(
            "issue = $issue AND due_at <= $now ORDER BY due_at, key LIMIT $limit",
            issue=issue,
            now=now,
            limit=limit,
        )

    def next_due(self, issue: str) -> datetime | None:
        """Return when the next message of an issue is to be tried; None if none is."""
        [row] = self._db.rows(
            "SELECT min(due_at) AS at FROM outbox WHERE issue = $issue", issue=issue
        )
        return from_text(row["at"])

    def listed(self, issue: str, states: Sequence[State]) -> list[Queued]:
        """Return the messages of an issue in these states."""
        return self._listed(
            "issue = $issue AND state IN (SELECT value FROM json_each($states))"
            " ORDER BY since, key",
            issue=issue,
            states=json.dumps(states),
        )

    def find(self, key: str) -> Queued | None:
        """Return the message of this key."""
        found = self._listed("key = $key", key=key)
        return found[0] if found else None

    def counts(self, issue: str) -> dict[State, int]:
        """Return how many messages of an issue are in each state that some are in."""
        rows = self._db.rows(
            "SELECT state, count(*) AS n FROM outbox WHERE issue = $issue GROUP BY state",
            issue=issue,
        )
        found = {State(row["state"]): row["n"] for row in rows}
        return {state: found[state] for state in State if state in found}

    def begin(self, key: str, now: datetime) -> bool:
        """Tell that the bytes of a message are about to go; False if it does not wait any more."""
        return self._move(key, _WAITING, State.SENDING, now)

    def conclude(
        self, key: str, state: State, answer: Answer, now: datetime, due_at: datetime | None = None
    ) -> bool:
        """Tell what an attempt came to; `due_at` is for a message put off."""
        came_from = (*_WAITING, State.SENDING)
        return self._move(key, came_from, state, now, answer=answer, due_at=due_at, tried=1)

    def drop(self, key: str, now: datetime) -> bool:
        """Tell that a message is not to go any more: its reader left, say."""
        return self._move(key, _WAITING, State.DROPPED, now)

    def recover(self, now: datetime) -> int:
        """Tell which messages a dead sender left behind: unknown. Return how many."""
        with self._db.transaction():
            left = self._listed("state = 'sending'")
            for one in left:
                self._move(one.key, (State.SENDING,), State.UNKNOWN, now)
        return len(left)

    def doubt(self, now: datetime) -> int:
        """Tell that nobody knows what became of all that was to be sent: unknown. Return how many.

        So it is in a store taken back from a backup.
        """
        undone = (*_WAITING, State.SENDING)
        with self._db.transaction():
            left = self._listed(
                "state IN (SELECT value FROM json_each($states))", states=json.dumps(undone)
            )
            for one in left:
                self._move(one.key, undone, State.UNKNOWN, now)
        return len(left)

    def forget(self, before: datetime, *, dry_run: bool = False) -> int:
        """Take away the messages of issues queued before this, with what became of them and what
        they said; return how many. That an issue was queued stays known: it is not sent again.

        Rewriting the file must follow.
        """
        old = "issue IN (SELECT issue FROM mailings WHERE queued_at < $before)"
        with self._db.transaction():
            [row] = self._db.rows(
                f"SELECT count(*) AS n FROM outbox WHERE {old} AND due_at IS NULL", before=before
            )
            if not dry_run:
                self._db.run(f"DELETE FROM outbox WHERE {old} AND due_at IS NULL", before=before)
                self._db.run(
                    f"DELETE FROM editions WHERE {old} AND NOT EXISTS (SELECT 1 FROM outbox"
                    " WHERE outbox.issue = editions.issue AND outbox.edition = editions.edition)",
                    before=before,
                )
        return int(row["n"])

    def settle(self, key: str, *, resend: bool, now: datetime) -> bool:
        """Do as a person decided with a message that is theirs to decide on.

        Sent again, it waits anew; otherwise it counts as sent.
        """
        state, due_at = (State.QUEUED, now) if resend else (State.SENT, None)
        return self._move(key, SETTLED_BY_PEOPLE, state, now, due_at=due_at, actor="staff")

    def history(self, key: str) -> list[tuple[datetime, State, str]]:
        """Return what happened to a message: when, what, and who brought it about."""
        rows = self._db.rows("SELECT * FROM deliveries WHERE key = $key ORDER BY number", key=key)
        return [(_at(row["at"]), State(row["state"]), row["actor"]) for row in rows]

    def _listed(self, condition: str, **values: object) -> list[Queued]:
        rows = self._db.rows(f"SELECT * FROM outbox WHERE {condition}", **values)
        return [_queued(row) for row in rows]

    def _move(
        self,
        key: str,
        came_from: Sequence[State],
        state: State,
        now: datetime,
        *,
        answer: Answer | None = None,
        due_at: datetime | None = None,
        tried: int = 0,
        actor: str = "sender",
    ) -> bool:
        told = answer or Answer(_OUTCOMES.get(state, Outcome.UNREACHED))
        said = {"code": told.code, "status": told.status, "words": told.words}
        with self._db.transaction():
            changed = self._db.run(
                """UPDATE outbox
                SET state = $state, since = $now, due_at = $due_at, attempts = attempts + $tried,
                    code = $code, status = $status, words = $words
                WHERE key = $key AND state IN (SELECT value FROM json_each($came_from))""",
                key=key,
                state=state,
                now=now,
                due_at=due_at,
                tried=tried,
                came_from=json.dumps(came_from),
                **said,
            )
            if changed:
                self._db.run(
                    """INSERT INTO deliveries
                        (key, subscriber_id, at, state, actor, code, status, words)
                    SELECT key, subscriber_id, since, state, $actor, code, status, words
                    FROM outbox WHERE key = $key""",
                    key=key,
                    actor=actor,
                )
        return bool(changed)


def _queued(row: Row) -> Queued:
    state = State(row["state"])
    outcome = _OUTCOMES.get(state)
    return Queued(
        key=row["key"],
        issue=row["issue"],
        subscriber_id=row["subscriber_id"],
        edition=row["edition"],
        state=state,
        queued_at=_at(row["queued_at"]),
        since=_at(row["since"]),
        due_at=from_text(row["due_at"]),
        attempts=row["attempts"],
        answer=Answer(outcome, row["code"], row["status"], row["words"]) if outcome else None,
    )


def _at(kept: str) -> datetime:
    return datetime.fromisoformat(kept)
