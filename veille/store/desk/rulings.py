"""Rulings on stories: that items belong together, or that they do not."""

import json
import secrets
from collections.abc import Collection
from datetime import datetime
from itertools import product

from veille.errors import Outdated
from veille.i18n import _
from veille.model.decisions import StoryRuling
from veille.store.sqlite import Row, SqliteDatabase, from_text


class Rulings:
    """The ledger of rulings: of two items the newest holds."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def merge(
        self, item_ids: Collection[str], *, author: str, now: datetime, reason: str = ""
    ) -> str:
        """Put items together in one story; return the act, by which it is undone."""
        first, *others = sorted(set(item_ids))
        pairs = {(first, other) for other in others}
        return self._rule(pairs, together=True, author=author, now=now, reason=reason)

    def split(
        self,
        item_ids: Collection[str],
        others: Collection[str],
        *,
        author: str,
        now: datetime,
        reason: str = "",
    ) -> str:
        """Take items out of the story of the others; return the act, by which it is undone."""
        pairs = {
            (min(pair), max(pair)) for pair in product(set(item_ids), set(others) - set(item_ids))
        }
        return self._rule(pairs, together=False, author=author, now=now, reason=reason)

    def undo(self, act: str, *, author: str, now: datetime) -> str | None:
        """Put back what held before an act; return the act that does so, None for no such act.

        Of a pair ruled upon since, the newer ruling stays. Raises Outdated where all were.
        """
        undoing, written = secrets.token_hex(8), 0
        with self._db.transaction():
            done = self._read("WHERE act = $act", act=act)
            for one in done:
                rulings = self._read(
                    "WHERE one = $one AND other = $other", one=one.one, other=one.other
                )
                if rulings[-1].number == one.number:
                    before = rulings[-2].together if len(rulings) > 1 else None
                    self._write(undoing, (one.one, one.other), before, author, now, "")
                    written += 1
        if done and not written:
            raise Outdated(_("Somebody changed this meanwhile; nothing of yours was written."))
        return undoing if done else None

    def current(self, item_ids: Collection[str]) -> list[StoryRuling]:
        """Return the rulings in force on these items."""
        rulings = self._read(
            """WHERE one IN (SELECT value FROM json_each($ids))
            OR other IN (SELECT value FROM json_each($ids))""",
            ids=json.dumps(list(item_ids)),
        )
        newest = {(one.one, one.other): one for one in rulings}
        return [one for one in newest.values() if one.together is not None]

    def since(self, number: int = 0) -> list[StoryRuling]:
        """Return the rulings after the one of this number, oldest first."""
        return self._read("WHERE number > $number", number=number)

    @property
    def last(self) -> int:
        """The number of the newest ruling, 0 without any."""
        [row] = self._db.rows("SELECT coalesce(max(number), 0) AS last FROM story_rulings")
        return int(row["last"])

    def _rule(
        self,
        pairs: Collection[tuple[str, str]],
        *,
        together: bool,
        author: str,
        now: datetime,
        reason: str,
    ) -> str:
        act = secrets.token_hex(8)
        with self._db.transaction():
            for pair in sorted(pairs):
                self._write(act, pair, together, author, now, reason)
        return act

    def _write(
        self,
        act: str,
        pair: tuple[str, str],
        together: bool | None,
        author: str,
        now: datetime,
        reason: str,
    ) -> None:
        one, other = pair
        row = {"act": act, "one": one, "other": other, "together": together}
        self._db.insert(
            "story_rulings", {**row, "author": author, "ruled_at": now, "reason": reason}
        )

    def _read(self, wanted: str, **values: object) -> list[StoryRuling]:
        rows = self._db.rows(f"SELECT * FROM story_rulings {wanted} ORDER BY number", **values)
        return [_ruling(row) for row in rows]


def _ruling(row: Row) -> StoryRuling:
    row = dict(row)
    together = row.pop("together")
    return StoryRuling(
        together=None if together is None else bool(together),
        at=from_text(row.pop("ruled_at")),
        **row,
    )
