"""Look after a DuckLake: small files put together, and of what was deleted no byte left."""

import logging
from contextlib import closing

from veille.errors import LockHeld
from veille.settings.store import Lake
from veille.store.database import Database
from veille.store.watch.lakes import open_lake_as_it_is
from veille.store.watch.opening import STORE, quoted
from veille.store.watch.turns import GATE, nobody_at_work

log = logging.getLogger(__name__)

_STEPS = (
    f"CALL ducklake_flush_inlined_data('{STORE}')",
    f"CALL ducklake_rewrite_data_files('{STORE}', delete_threshold => 0)",
    f"CALL ducklake_merge_adjacent_files('{STORE}')",
    f"CALL ducklake_expire_snapshots('{STORE}', older_than => now())",
    f"CALL ducklake_cleanup_old_files('{STORE}', cleanup_all => true)",
    f"CALL ducklake_delete_orphaned_files('{STORE}', cleanup_all => true)",
)
"""In this order: files are written without their deleted rows, what only older snapshots need is
let go, then deleted; and what a killed engine left half written."""
_TABLES = """SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
WHERE tablename LIKE 'ducklake\\_%' AND schemaname = current_schema() ORDER BY 1"""


def rewrite_lake(lake: Lake) -> None:
    """Write anew each file that holds deleted rows, and forget all earlier states. Nobody may be at
    work on it: raises LockHeld; StoreError when it cannot be done.

    PostgreSQL's own tables are written anew too: for each file they hold the least and the greatest
    value of each column. Its journal and its backups keep theirs for as long as they are kept.
    """
    with closing(open_lake_as_it_is(lake)) as db:
        if not lake.is_shared:
            _rewrite(db)
            return
        with nobody_at_work(db.connection, lake):
            _rewrite(db)
            db.run(f"USE memory; DETACH {STORE}")
        # PostgreSQL keeps what any transaction may still look at: by now, none of ours
        for row in db.rows(f"FROM postgres_query('{GATE}', {quoted(_TABLES)})"):
            told = quoted(f"VACUUM FULL {row['name']}")
            db.run(f"CALL postgres_execute('{GATE}', {told}, use_transaction => false)")


def look_after(lake: Lake) -> None:
    """Do the same, unless another engine is at work on it: then the next time will do."""
    try:
        rewrite_lake(lake)
    except LockHeld as error:
        log.warning("%s", error)


def _rewrite(db: Database) -> None:
    for step in _STEPS:
        db.run(step)
