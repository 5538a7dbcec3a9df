"""Older snapshots that hold a withdrawn item: found, and removed whole.

A snapshot is never edited: its sums, its name and what was cited from it would no longer hold.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from veille.store.catalogue.snapshots import DATABASE, EDITIONS, kept


def snapshots_with(root: Path, item_id: str) -> list[Path]:
    """Return the folders of the snapshots that hold an item, or cannot be asked, newest first."""
    return [
        folder for edition in EDITIONS for folder in kept(root, edition) if _holds(folder, item_id)
    ]


def write_all_anew(root: Path) -> None:
    """Let the next publication write all anew, not continue copies of databases that hold an item.

    To be called before the item is erased: so whichever run publishes next leaves no byte of it.
    """
    for ledger in root.glob(".ledger.duckdb*"):
        ledger.unlink()


def remove_snapshots(root: Path, item_id: str) -> list[Path]:
    """Remove the snapshots that hold an item, and what a killed publication left; return them.

    Publish anew first: a snapshot that an edition's stable name leads to stays. Who has one open
    keeps it until they close it.
    """
    shutil.rmtree(root / ".building", ignore_errors=True)
    current = {(root / edition).resolve() for edition in EDITIONS}
    found = [one for one in snapshots_with(root, item_id) if one.resolve() not in current]
    for folder in found:
        shutil.rmtree(folder)
    return found


def _holds(folder: Path, item_id: str) -> bool:
    try:
        connection = duckdb.connect(str(folder / DATABASE), read_only=True)
    except duckdb.Error:  # half removed, say
        return True
    try:
        return any(
            connection.execute(f"SELECT 1 FROM {table} WHERE item_id = ? LIMIT 1", [item_id])
            .fetchall()
            for table in _tables(connection)
        )  # fmt: skip
    except duckdb.Error:
        return True
    finally:
        connection.close()


def _tables(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT table_name FROM duckdb_columns()"
        " JOIN duckdb_tables() USING (table_oid, table_name)"
        " WHERE column_name = 'item_id'"
    ).fetchall()
    return (row[0] for row in rows)
