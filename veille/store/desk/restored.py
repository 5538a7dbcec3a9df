"""A desk that came back from a backup: what let people in then is not to let them in again."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from veille.errors import StoreError, UsageError
from veille.store.desk import Desk
from veille.store.sqlite_copy import copy_sqlite, rows_of

_ACCOUNTS = "SELECT handle, is_disabled, removed_at IS NOT NULL FROM accounts"
_KEYS = "SELECT token_hash FROM api_keys"


def shut(desk: Desk, live: Path, *, now: datetime) -> None:
    """End all sessions and one-time links of a desk taken back, and what was ended since.

    `live` is the file of the desk that it replaces: whom that one lets in no more, this one does
    not either, and a key taken back stays so. Where there is none, or none that can be read,
    nobody knows.
    """
    accounts, keys = _known(live)
    with desk.db.transaction():
        for table in ("sessions", "access_links"):
            desk.db.run(f"DELETE FROM {table}")
        for handle, is_disabled, is_removed in accounts:
            _follow(desk, handle, is_disabled=is_disabled, is_removed=is_removed, now=now)
        _end_keys(desk, {handle for handle, *_more in accounts}, {key for [key] in keys})


def _known(live: Path) -> tuple[list[Any], list[Any]]:
    """Return the accounts and keys of a desk that may be damaged: perhaps that is why the other
    one comes back."""
    if live.is_file():
        with suppress(StoreError):
            content, name = copy_sqlite(live), str(live)
            return rows_of(content, _ACCOUNTS, name), rows_of(content, _KEYS, name)
    return [], []


def _follow(desk: Desk, handle: str, *, is_disabled: bool, is_removed: bool, now: datetime) -> None:
    with suppress(UsageError):  # nobody of that name then, or the only administrator
        if is_removed:
            desk.accounts.remove(handle, now=now)
        elif is_disabled:
            desk.accounts.disable(handle)


def _end_keys(desk: Desk, known: Iterable[str], held: set[str]) -> None:
    """Take back the keys that people whom the other desk knows do not hold any more."""
    for handle in known:
        for row in desk.db.rows(
            "SELECT number, token_hash FROM api_keys WHERE handle = $handle", handle=handle
        ):
            if row["token_hash"] not in held:
                desk.keys.revoke(handle, row["number"])
