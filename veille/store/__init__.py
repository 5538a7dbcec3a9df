"""All SQL. DuckDB for what runs make (`watch`); imports of it stay in here."""

from veille.store.watch import (
    Hold,
    Item,
    Readings,
    Stories,
    Trace,
    Version,
    Watch,
    Withdrawal,
    check_watch,
    copy_watch,
    is_there,
    look_through_watch,
    open_watch,
    read_item,
    rewrite_watch,
)
from veille.store.watch.recent import Brief, items_like, last_items

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
    "is_there",
    "items_like",
    "last_items",
    "look_through_watch",
    "open_watch",
    "read_item",
    "rewrite_watch",
]
