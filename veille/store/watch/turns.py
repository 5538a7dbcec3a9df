"""Whose turn it is, where several engines have one DuckLake: locks of its PostgreSQL.

A lock is held by a transaction of a connection of its own, so it ends with that: when its holder
lets go, or dies.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from veille.errors import LockHeld, StoreError, UsageError
from veille.i18n import _
from veille.settings.store import Lake
from veille.sharing import Share
from veille.store.watch.opening import quoted

GATE = "gate"
"""What the catalogue's PostgreSQL is attached as, beside the store."""
_ENGINES, _WRITERS = 1_986_356_332, 1_986_356_333  # ours among advisory locks: « veil », « veim »
_EVERYTHING = 0
WRITING, OPENING = 1, 2
_ADDRESSED = re.compile(r'^.*Unable to connect to Postgres at "[^"]*": ')
"""How DuckDB says again where it went (1.5.5): the place is named already."""

_LONGEST_WAIT = 180
"""Seconds for the transaction of another; the longest measured here took 6."""
_OTHERS = f"""SELECT objid::int AS key FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid = {_ENGINES} AND objid <> {_EVERYTHING}
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@contextmanager
def turn(connection: duckdb.DuckDBPyConnection, lake: Lake, lock: int) -> Iterator[None]:
    """Wait for one's turn to write, or to open, and have it as long as the block lasts.

    Raises StoreError when it does not come.
    """
    with _transaction(connection, lake) as gate:
        try:
            _do(gate, f"SELECT pg_advisory_xact_lock({_WRITERS}, {lock})")
        except duckdb.Error as error:
            if "lock timeout" not in str(error):
                raise unreachable(lake, error) from error
            raise StoreError(
                _("Another engine has been writing to {store} for more than {n} seconds.").format(
                    store=lake, n=_LONGEST_WAIT
                ),
                _("If it is not at work any more, end its session in PostgreSQL."),
            ) from error
        yield


@contextmanager
def engine_at_work(connection: duckdb.DuckDBPyConnection, lake: Lake) -> Iterator[None]:
    """Be the engine of the lake's share as long as the block lasts.

    Raises LockHeld when another engine has that share, or somebody holds the whole store;
    UsageError when another engine counts with another number of engines.
    """
    share = lake.share
    ours = f"""SELECT pg_try_advisory_xact_lock_shared({_ENGINES}, {_EVERYTHING})
        AND pg_try_advisory_xact_lock({_ENGINES}, {100 * share.count + share.number})"""
    with _transaction(connection, lake) as gate:
        if _asked(gate, ours) != [True]:
            raise LockHeld(
                _("An engine with the share {share} is at work on {store}.").format(
                    share=share, store=lake
                ),
                _("Wait for its end; of several engines each wants a share of its own."),
            )
        for key in _asked(gate, _OTHERS):
            if key // 100 != share.count:
                raise UsageError(
                    _("This engine has the share {share}, and one at work {other}.").format(
                        share=share, other=Share(key % 100, key // 100)
                    ),
                    _("Say the same number of shares for all engines of {store}.").format(
                        store=lake
                    ),
                )
        yield


@contextmanager
def nobody_at_work(connection: duckdb.DuckDBPyConnection, lake: Lake) -> Iterator[None]:
    """Hold the whole store; raise LockHeld while an engine is at work on it."""
    with _transaction(connection, lake) as gate:
        if _asked(gate, f"SELECT pg_try_advisory_xact_lock({_ENGINES}, {_EVERYTHING})") != [True]:
            raise LockHeld(
                _("An engine is at work on {store}.").format(store=lake),
                _("Try again when it ends; « veille status » answers meanwhile."),
            )
        yield


def unreachable(lake: Lake, error: duckdb.Error) -> StoreError:
    """Return what to tell of a DuckLake that cannot be reached."""
    problem = _ADDRESSED.sub("", " ".join(str(error).split()))[:400]
    return StoreError(
        _("{path} cannot be opened: {problem}").format(path=lake, problem=problem),
        advice(lake, problem),
    )


def advice(lake: Lake, problem: str) -> str:
    """Return what to do about a problem with a DuckLake: with its folder, or with PostgreSQL."""
    if str(lake.data) in problem:
        return _("Is the disk of {folder} mounted, and is there room on it?").format(
            folder=lake.data
        )
    return _("Is PostgreSQL there, and PGPASSWORD set? See docs/scaling.md.")


@contextmanager
def _transaction(
    connection: duckdb.DuckDBPyConnection, lake: Lake
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Begin a transaction in PostgreSQL, which ends with the block."""
    with connection.cursor() as gate:
        try:
            gate.begin()
            _do(gate, "SET LOCAL idle_in_transaction_session_timeout = 0")
            _do(gate, f"SET LOCAL lock_timeout = '{_LONGEST_WAIT}s'")
        except duckdb.Error as error:
            raise unreachable(lake, error) from error
        try:
            yield gate
        finally:
            with suppress(duckdb.Error):  # its connection is gone, and the lock with it
                gate.rollback()


def _do(gate: duckdb.DuckDBPyConnection, sql: str) -> None:
    gate.execute(f"CALL postgres_execute('{GATE}', {quoted(sql)})")


def _asked(gate: duckdb.DuckDBPyConnection, sql: str) -> list[int]:
    found = gate.execute(f"FROM postgres_query('{GATE}', {quoted(sql)})").fetchall()
    return [value for [value] in found]
