"""Polls in the working store: what came back, the entries that were new, the source's state."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta

from veille.errors import FailureKind
from veille.model import Failure, digest
from veille.model.cadence import Pace
from veille.model.polls import PollResult, SourceState, after, declared_at, next_due
from veille.store.database import Database, Row
from veille.store.watch.entries import Fresh, Known
from veille.store.watch.sources import load_states, replace_states

_COLUMNS = [
    one.name for one in fields(PollResult) if one.name not in {"failure", "unchanged", "announced"}
]
_SOURCES_AT_ONCE = 50
_LATEST = timedelta(days=2)
"""How much later than the one being saved a poll can be that was saved before it. Beyond that it
was a clock set ahead that dated it, and what it showed then is not how the source is now."""


def save_polls(db: Database, polls: Sequence[PollResult], pace: Pace) -> dict[str, int]:
    """Keep polls, the entries that were new in them and what is then known of their sources.

    All in one transaction. A poll that is kept already adds nothing. Returns, by source, how many
    items it announced for the first time.
    """
    brought = {poll.source_id: 0 for poll in polls}
    poll_rows: list[Row] = []
    entry_rows: list[Row] = []
    late: set[str] = set()
    with db.transaction():
        states = load_states(db, list(brought))
        unkept = _unkept(db, polls, states)
        known = Known.load(db, unkept.values())
        for poll_id, poll in unkept.items():
            source = poll.source_id
            before = declared_at(states.get(source) or _untried(poll), poll.declared)
            if _is_late(poll, states):
                late.add(source)
            first = before.last_success is None or before.last_new is None
            fresh = known.take(poll_id, poll, first=first)
            state = after(before, poll, fresh.new_days)
            states[source] = replace(state, next_due=next_due(state, poll, pace))
            brought[source] += fresh.new_items
            poll_rows.append(_row(poll_id, poll, fresh, states[source]))
            entry_rows += fresh.rows
        db.append("polls", poll_rows, key="poll_id")
        db.append("entries", entry_rows, key="entry_id", none_kept=True)
        replace_states(db, states)
        if late:
            newest = max(poll.polled_at for poll in unkept.values())
            _refold(db, sorted(late), until=newest + _LATEST)
    return brought


def rebuild_current(db: Database) -> None:
    """Make `source_current` anew from the polls; what is noted in `looking`, the next run does."""
    with db.transaction():
        db.run("DELETE FROM looked_through_current")
        db.run("DELETE FROM source_current")
        _refold(db, [row["source_id"] for row in db.rows("SELECT DISTINCT source_id FROM polls")])


def _refold(db: Database, ids: Sequence[str], *, until: datetime | None = None) -> None:
    """Replace what is known of these sources by what all their polls, in order, led to."""
    for start in range(0, len(ids), _SOURCES_AT_ONCE):
        states: dict[str, SourceState] = {}
        for row in db.rows(
            """FROM polls SEMI JOIN given USING (source_id)
            WHERE polled_at <= coalesce($until, polled_at)
            QUALIFY row_number() OVER (PARTITION BY poll_id) = 1
            ORDER BY polled_at, poll_id""",
            given={"source_id": ids[start : start + _SOURCES_AT_ONCE]},
            until=until,
        ):
            poll = _poll(row)
            before = states.get(poll.source_id) or _untried(poll)
            states[poll.source_id] = replace(
                after(before, poll, row["new_days"]), next_due=row["next_due"]
            )
        replace_states(db, states)


def _unkept(
    db: Database, polls: Sequence[PollResult], states: Mapping[str, SourceState]
) -> dict[str, PollResult]:
    """Return the polls that are not kept yet by their id, in the order in which they were made."""
    by_id = {
        digest("poll", poll.run_id, poll.source_id, poll.polled_at.isoformat()): poll
        for poll in polls
    }
    kept = db.rows(
        "SELECT poll_id FROM polls SEMI JOIN given USING (poll_id)",
        given={"poll_id": [key for key, poll in by_id.items() if _is_late(poll, states)]},
    )
    for poll_id in {row["poll_id"] for row in kept}:
        del by_id[poll_id]
    return dict(sorted(by_id.items(), key=lambda pair: (pair[1].polled_at, pair[0])))


def _is_late(poll: PollResult, states: Mapping[str, SourceState]) -> bool:
    state = states.get(poll.source_id)
    return bool(state and state.last_attempt and poll.polled_at <= state.last_attempt)


def _untried(poll: PollResult) -> SourceState:
    return SourceState(poll.source_id, poll.declared, poll.declared)


def _row(poll_id: str, poll: PollResult, fresh: Fresh, state: SourceState) -> Row:
    good = "unchanged" if poll.unchanged else "ok"
    return {
        **{name: getattr(poll, name) for name in _COLUMNS},
        "poll_id": poll_id,
        "outcome": poll.failure.kind if poll.failure else good,
        "detail": poll.failure.detail if poll.failure else "",
        "entries": len(poll.announced),
        "new_items": fresh.new_items,
        "changed_items": fresh.changed_items,
        "new_days": fresh.new_days,
        "next_due": state.next_due,
    }


def _poll(row: Row) -> PollResult:
    good = row["outcome"] in {"ok", "unchanged"}
    return PollResult(
        **{name: row[name] for name in _COLUMNS},
        failure=None if good else Failure(FailureKind(row["outcome"]), row["detail"]),
        unchanged=row["outcome"] == "unchanged",
    )
