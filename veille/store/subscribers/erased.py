"""The erasure ledger outside of the store: lines added to a file, and nothing but keyed hashes.

It outlives the store: whoever restores one from before is told of those erased since.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.store.sqlite_copy import copy_sqlite, rows_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the erasure ledger. `cause`: asked, left, bounced."""

    address_hash: str
    erased_at: datetime
    cause: str


def ledger_of(store: Path) -> Path:
    """Return the ledger that goes with the store in this file."""
    return store.with_suffix(".erased.jsonl")


def read_erased(ledger: Path) -> list[Erasure]:
    """Return what a ledger holds, in its order; a line that a power cut tore is left out."""
    found = []
    try:
        lines = ledger.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            told, at, cause = json.loads(line)
            found.append(Erasure(told, datetime.fromisoformat(at), cause))
        except (ValueError, TypeError):
            continue
    return found


def erased_in(store: Path) -> list[Erasure]:
    """Return the erasures that the store in this file knows, whoever has it open.

    Raises StoreError for one that cannot be read.
    """
    rows = rows_of(copy_sqlite(store), "erasures", str(store))
    return [
        Erasure(str(told), datetime.fromisoformat(str(at)), str(cause)) for told, at, cause in rows
    ]


def add_erased(ledger: Path, erased: Iterable[Erasure]) -> None:
    """Add to a ledger what it lacks of these, down to the disk; raises OSError."""
    lacking = [one for one in erased if one not in set(read_erased(ledger))]
    if not lacking:
        return
    ledger.touch(mode=0o600)
    told = [json.dumps([one.address_hash, one.erased_at.isoformat(), one.cause]) for one in lacking]
    with ledger.open("a", encoding="utf-8") as file:
        if file.tell() and not ledger.read_bytes().endswith(b"\n"):
            file.write("\n")
        file.write("".join(f"{line}\n" for line in told))
        file.flush()
        os.fsync(file.fileno())


def note_erased(store: Path, erased: Iterable[Erasure]) -> None:
    """Add to the ledger of a store; a disk that does not take it is told in the log: the store has
    it, and the next time adds it.
    """
    try:
        add_erased(ledger_of(store), erased)
    except OSError as error:
        log.warning("the ledger of erasures was not written: %s", error)
