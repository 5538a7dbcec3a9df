"""Who was erased and who left, told outside of the store: lines added to a file, and no addresses.

It outlives the store: whoever restores one from before is told of those gone since.
"""

import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.store.sqlite_copy import copy_sqlite, rows_of

_WITHDREW = "withdrew"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the erasure ledger. `cause`: asked, left, bounced."""

    address_hash: str
    erased_at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who wants nothing more from then on; they are in the store still."""

    subscriber_id: str
    left_at: datetime


Gone = Erasure | Departure


def ledger_of(store: Path) -> Path:
    """Return the ledger that goes with the store in this file."""
    return store.with_suffix(".gone.jsonl")


def read_gone(ledger: Path) -> list[Gone]:
    """Return what a ledger holds, in its order; a line that a power cut tore is left out."""
    try:
        lines = ledger.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found: list[Gone] = []
    for line in lines:
        try:
            who, told, cause = json.loads(line)
            at = datetime.fromisoformat(told)
        except (ValueError, TypeError):
            continue
        found.append(Departure(who, at) if cause == _WITHDREW else Erasure(who, at, cause))
    return found


def gone_in(store: Path) -> list[Gone]:
    """Return those whom the store in this file knows as gone, whoever has it open.

    Raises StoreError for one that cannot be read.
    """
    content, name = copy_sqlite(store), str(store)
    erasures = rows_of(content, "SELECT address_hash, erased_at, cause FROM erasures", name)
    left = rows_of(
        content, "SELECT subscriber_id, given_at FROM consents WHERE act = 'withdrawn'", name
    )
    return [
        *(Erasure(told, datetime.fromisoformat(at), cause) for told, at, cause in erasures),
        *(Departure(who, datetime.fromisoformat(at)) for who, at in left),
    ]


def add_gone(ledger: Path, gone: Iterable[Gone]) -> None:
    """Add to a ledger what it lacks of these, down to the disk; raises OSError."""
    known = set(read_gone(ledger))
    lacking = [_line(one) for one in gone if one not in known]
    if not lacking:
        return
    ledger.touch(mode=0o600)
    torn = ledger.stat().st_size and not ledger.read_bytes().endswith(b"\n")
    with ledger.open("a", encoding="utf-8") as file:
        file.write("\n" * bool(torn) + "".join(lacking))
        file.flush()
        os.fsync(file.fileno())


def note_gone(store: Path, gone: Sequence[Gone]) -> None:
    """Add to the ledger of a store; a disk that does not take it is told in the log: the store has
    it, and the next time adds it.
    """
    try:
        add_gone(ledger_of(store), gone)
    except OSError as error:
        log.warning("the ledger of those who are gone was not written: %s", error)


def _line(one: Gone) -> str:
    if isinstance(one, Departure):
        told = [one.subscriber_id, one.left_at.isoformat(), _WITHDREW]
    else:
        told = [one.address_hash, one.erased_at.isoformat(), one.cause]
    return json.dumps(told) + "\n"
