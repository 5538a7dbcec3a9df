"""All SQL. DuckDB for what runs make (`watch`); imports of it stay in here.

The values that only some commands show are loaded when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from veille.store.watch import Watch
from veille.store.watch.places import (
    Hold,
    check_watch,
    copy_watch,
    empty_lake,
    fill_lake,
    is_there,
    look_through_watch,
    open_watch,
    read_item,
    rewrite_watch,
)

if TYPE_CHECKING:
    from veille.store.watch.items import Item, Version
    from veille.store.watch.readings import Readings
    from veille.store.watch.recent import Brief, items_like, last_items
    from veille.store.watch.stories import Stories
    from veille.store.watch.withdrawals import Trace, Withdrawal

__all__ = [
    "Brief",
    "Hold",
    "Item",
    "Readings",
    "Stories",
    "Trace",
    "Version",
    "Watch",
    "Withdrawal",
    "check_watch",
    "copy_watch",
    "empty_lake",
    "fill_lake",
    "is_there",
    "items_like",
    "last_items",
    "look_through_watch",
    "open_watch",
    "read_item",
    "rewrite_watch",
]

_HOMES = {
    "Brief": "recent",
    "Item": "items",
    "Readings": "readings",
    "Stories": "stories",
    "Trace": "withdrawals",
    "Version": "items",
    "Withdrawal": "withdrawals",
    "items_like": "recent",
    "last_items": "recent",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever it is
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"veille.store.watch.{_HOMES[name]}"), name)
