"""All SQL. DuckDB for what runs make (`watch`); imports of it stay in here."""

from veille.store.watch import (
    Item,
    Readings,
    Stories,
    Version,
    Watch,
    check_watch,
    open_watch,
    open_watch_in_ducklake,
    read_item,
)

__all__ = [
    "Item",
    "Readings",
    "Stories",
    "Version",
    "Watch",
    "check_watch",
    "open_watch",
    "open_watch_in_ducklake",
    "read_item",
]
