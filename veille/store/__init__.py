"""All SQL. DuckDB for what runs make (`watch`); imports of it stay in here."""

from veille.store.watch import (
    Item,
    Readings,
    Stories,
    Trace,
    Version,
    Watch,
    Withdrawal,
    check_watch,
    copy_watch,
    look_through_watch,
    open_watch,
    open_watch_in_ducklake,
    read_item,
    rewrite_watch,
)
from veille.store.watch.recent import Brief, items_like, last_items

__all__ = [
    "Brief",
    "Item",
    "Readings",
    "Stories",
    "Trace",
    "Version",
    "Watch",
    "Withdrawal",
    "check_watch",
    "copy_watch",
    "items_like",
    "last_items",
    "look_through_watch",
    "open_watch",
    "open_watch_in_ducklake",
    "read_item",
    "rewrite_watch",
]
