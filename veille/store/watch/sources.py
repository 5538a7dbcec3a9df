"""Sources in the working store: as declared, what is known of each, and how they are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta

from veille.errors import FailureKind
from veille.model import Failure, Source, cadence, digest
from veille.model.polls import Health, SourceHealth, SourceState, declared_at
from veille.store.database import Database, Row

_MOMENTS = (
    "last_attempt",
    "last_success",
    "last_new",
    "failing_since",
    "next_due",
    "silent_after",
)
_UNZONED = ", ".join(f"{name}::TIMESTAMP AS {name}" for name in _MOMENTS)
"""Moments without their zone, which is UTC: DuckDB takes five times as long to hand one out."""

_COLUMNS = [one.name for one in fields(SourceState) if one.name != "failure"]


def remember_sources(db: Database, sources: Sequence[Source], now: datetime) -> None:
    """Keep the whole register's declarations, where they changed since the last time.

    A source that is no longer in it is marked as withdrawn; what it brought stays.
    """
    with db.transaction():
        known = {
            row["source_id"]: row["hash"]
            for row in db.rows("SELECT source_id, hash FROM source_declaration_current")
        }
        rows = []
        for source in sources:
            told = digest(repr(source))  # ten times faster than by JSON
            if known.pop(source.id, None) != told:
                rows.append(_declaration(source, told, now))
        db.append("source_declarations", rows, key="declaration_id")
        _withdraw(db, list(known), now)


def due(
    db: Database, sources: Iterable[Source], now: datetime, *, force: bool = False
) -> list[SourceState]:
    """Return those of these sources that are to be polled now; with `force` all but retired ones.

    Those never polled at their present address come first, then those due for longest. A retired
    source is asked again once another address is declared for it.
    """
    known = load_states(db)
    states = [
        declared_at(known.get(source.id) or SourceState.of(source), source.address)
        for source in sources
    ]
    wanted = [one for one in states if one.is_due(now) or (force and one.retired_at is None)]
    return sorted(wanted, key=lambda state: (state.next_due is not None, state.next_due or now))


def health(db: Database, now: datetime) -> list[SourceHealth]:
    """Return how each declared source is, by id."""
    rows = db.rows(f"SELECT * REPLACE ({_UNZONED}) FROM source_health ORDER BY source_id")
    return [_health(row, now) for row in rows]


def load_states(db: Database, ids: Sequence[str] | None = None) -> dict[str, SourceState]:
    """Return what is known of these sources (all of them without `ids`), by id."""
    given = None if ids is None else {"source_id": ids}
    chosen = "" if ids is None else "SEMI JOIN given USING (source_id)"
    rows = db.rows(f"SELECT * REPLACE ({_UNZONED}) FROM source_current {chosen}", given=given)
    return {row["source_id"]: _state(row) for row in rows}


def replace_states(db: Database, states: Mapping[str, SourceState]) -> None:
    """Put what is known of these sources in the place of what was; within a transaction."""
    db.rows(
        "DELETE FROM source_current WHERE source_id IN (FROM given)",
        given={"source_id": list(states)},
    )
    rows = [_current(state) for state in states.values()]
    db.append("source_current", rows, key="source_id", none_kept=True)


def _declaration(source: Source, told: str, now: datetime) -> Row:
    return {
        "declaration_id": digest(source.id, now.isoformat(), told),
        "source_id": source.id,
        "declared_at": now,
        "hash": told,
        "withdrawn": False,
        "active": source.active,
        "name": source.name,
        "url": source.url,
        "feed": source.feed,
        "kind": source.kind,
        "country": source.country,
        "region": source.region,
        "category": source.category,
        "languages": source.languages,
        "domains": source.domains,
        "declaration": asdict(source),
    }


def _withdraw(db: Database, ids: list[str], now: datetime) -> None:
    gone = db.rows(
        "FROM source_declaration_current SEMI JOIN given USING (source_id)",
        given={"source_id": ids},
    )
    for row in gone:
        row |= {
            "declaration_id": digest(row["source_id"], now.isoformat(), ""),
            "declared_at": now,
            "hash": "",
            "withdrawn": True,
            "declaration": json.loads(row["declaration"]),
        }
    db.append("source_declarations", gone, key="declaration_id")


def _state(row: Row) -> SourceState:
    known = {name: row[name] for name in _COLUMNS}
    known["recent_days"] = tuple(row["recent_days"])
    return SourceState(**known, failure=_failure(row))


def _current(state: SourceState) -> Row:
    gap = cadence.usual_gap(state.recent_days)
    return {
        **{name: getattr(state, name) for name in _COLUMNS},
        "failure": state.failure.kind if state.failure else None,
        "failure_detail": state.failure.detail if state.failure else None,
        "usual_gap": gap / timedelta(days=1) if gap is not None else None,
        "silent_after": cadence.silent_after(state.recent_days),
    }


def _failure(row: Row) -> Failure | None:
    if row["failure"] is None:
        return None
    return Failure(FailureKind(row["failure"]), row["failure_detail"])


def _health(row: Row, now: datetime) -> SourceHealth:
    detail = row.pop("failure_detail")
    row["failure"] = _failure(row | {"failure_detail": detail})
    silent = row["silent_after"] is not None and row["silent_after"] <= now
    if silent and row["health"] == Health.OK:
        row["health"] = Health.SILENT
    row["health"] = Health(row["health"])
    return SourceHealth(**row)
