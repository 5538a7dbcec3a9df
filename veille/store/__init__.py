"""All SQL. DuckDB for what runs make (`watch`); imports of it stay in here."""

from veille.store.watch import (
    Readings,
    Watch,
    check_watch,
    open_watch,
    open_watch_in_ducklake,
)

__all__ = ["Readings", "Watch", "check_watch", "open_watch", "open_watch_in_ducklake"]
