"""The working store as a place: its file, or a DuckLake. Opened, looked at, copied, moved.

What only some commands do, and DuckLakes, are loaded by those.
"""

from contextlib import AbstractContextManager, ExitStack, closing
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from veille.settings.store import Lake, Place
from veille.store.watch import Watch, opening

if TYPE_CHECKING:
    from veille.store.watch.copying import Contents
    from veille.store.watch.items import Item


class Hold(Enum):
    """What an engine holds of a DuckLake: nothing, its share of the sites, or the whole store."""

    NOTHING = 0
    SHARE = 1
    WHOLE = 2


def open_watch(place: Place, *, now: datetime, hold: Hold = Hold.NOTHING) -> Watch:
    """Open the working store where it is, made or brought up to date as needed.

    `hold` is what a DuckLake is held for until it is closed; a file is held whole anyway. Raises
    SchemaError for a newer store or a file that is no store, LockHeld when another program has it,
    StoreError when it cannot be opened.
    """
    if isinstance(place, Path):
        return Watch(opening.open_file(place, now=now))
    from veille.store.watch import lakes, turns

    with ExitStack() as stack:
        db = stack.enter_context(closing(lakes.open_lake(place, now=now)))
        if hold is not Hold.NOTHING and place.is_shared:
            held = turns.engine_at_work if hold is Hold.SHARE else turns.nobody_at_work
            stack.enter_context(held(db.connection, place))
        return Watch(db, place, stack.pop_all())


def is_there(place: Place) -> bool:
    """Whether there is a working store in this place; a DuckLake is taken to be."""
    return not isinstance(place, Path) or place.is_file()


def read_item(place: Place, asked: str) -> "Item | None":
    """Return one item of the store in this place, by the start of its id or by its address.

    Raises LockHeld while a run holds the file of the store.
    """
    from veille.store.watch import items
    from veille.store.watch.recent import opened_to_read

    with closing(opened_to_read(place)) as db:
        return items.find_item(db, asked)


def check_watch(place: Place) -> int | None:
    """Return the schema version of a store, 0 where there is none, None while a run holds it."""
    if isinstance(place, Path):
        return opening.check_file(place)
    from veille.store.watch import lakes

    return lakes.check_lake(place)


def rewrite_watch(place: Place) -> None:
    """Write the store anew, so that of what was erased no byte stays; see `rewriting`."""
    from veille.store.watch import rewriting, upkeep

    if isinstance(place, Path):
        rewriting.rewrite(place)
    else:
        upkeep.rewrite_lake(place)


def copy_watch(place: Place, copy: Path) -> "Contents":
    """Copy a store to a file, though a run may be writing it; see `copying.copy_store`."""
    from veille.store.watch import copying, moving

    if isinstance(place, Path):
        return copying.copy_store(place, copy)
    return moving.copy_lake(place, copy)


def fill_lake(path: Path, lake: Lake, *, now: datetime) -> "Contents":
    """Fill an empty DuckLake with the store in a file; see `moving.fill_lake`."""
    from veille.store.watch import moving

    return moving.fill_lake(path, lake, now=now)


def empty_lake(lake: Lake, copy: Path) -> "AbstractContextManager[Contents]":
    """Copy a DuckLake to a file, and leave it for good; see `moving.empty_lake`."""
    from veille.store.watch import moving

    return moving.empty_lake(lake, copy)


def look_through_watch(path: Path) -> "Contents":
    """Read every block of a store that nobody writes; see `copying.look_through`."""
    from veille.store.watch import copying

    return copying.look_through(path)
