"""Items withdrawn at their source's request: found, erased, refused from then on.

Erasing is one of the only deletes of this store. Deleted rows leave bytes in its file until it is
written anew: see `rewriting.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.model import digest
from veille.store.database import Database

_TABLES = {
    "entries": "item_id = $item",
    "articles": "item_id = $item",
    "attempts": "item_id = $item",
    "judgements": "item_id = $item",
    "tags": "item_id = $item",
    "decisions": "item_id = $item",
    "story_signatures": "item_id = $item",
    "story_links": "$item IN (one, other)",
}
_DEAD_TELLINGS = """
telling_id IN (
    SELECT telling_id
    FROM (SELECT telling_id, unnest(members).item_id AS item_id FROM stories)
    ANTI JOIN articles USING (item_id)
)
"""


@dataclass(frozen=True, slots=True)
class Trace:
    """An item that the store knows, or refuses: `title` and `url` are empty once it is erased."""

    item_id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When an item was taken out, and why."""

    item_id: str
    decided_at: datetime
    reason: str


class Withdrawals:
    """What withdrawing an item asks of the working store and tells it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def known(self, item_id: str, *, limit: int) -> list[Trace]:
        """Return the items announced or withdrawn whose id begins so, by id."""
        rows = self._db.rows(
            """
            SELECT
                item_id,
                coalesce(max(canonical_url), '') AS url,
                coalesce(arg_max(title, seen_at), '') AS title
            FROM (
                SELECT item_id, canonical_url, title, seen_at FROM entries
                UNION ALL
                SELECT item_id, NULL, NULL, NULL FROM withdrawal_current
            )
            WHERE starts_with(item_id, $item)
            GROUP BY item_id ORDER BY item_id LIMIT $limit""",
            item=item_id,
            limit=limit,
        )
        return [Trace(**row) for row in rows]

    def nearest(self, url: str, *, limit: int) -> list[str]:
        """Return the addresses that are most like this one, of the items announced."""
        rows = self._db.rows(
            """
            SELECT url FROM (SELECT DISTINCT canonical_url AS url FROM entries)
            WHERE url IS NOT NULL
            ORDER BY jaro_winkler_similarity(url, $url) DESC, url LIMIT $limit""",
            url=url,
            limit=limit,
        )
        return [row["url"] for row in rows]

    def of(self, item_id: str) -> Withdrawal | None:
        """Return the withdrawal of an item, if it is withdrawn now."""
        rows = self._db.rows(
            """SELECT item_id, decided_at, reason FROM withdrawal_current
            WHERE item_id = $item""",
            item=item_id,
        )
        return Withdrawal(**rows[0]) if rows else None

    def rows_of(self, item_id: str) -> dict[str, int]:
        """Return how many rows tell of an item, by table; of those tables that have any."""
        counted = {
            table: self._db.rows(f"SELECT count(*) AS n FROM {table} WHERE {of}", item=item_id)
            for table, of in _TABLES.items()
        }
        return {table: rows[0]["n"] for table, rows in counted.items() if rows[0]["n"]}

    def withdraw(self, item_id: str, reason: str, at: datetime) -> None:
        """Erase an item and refuse it from now on, in one transaction; again, it changes nothing.

        In the reports of runs, where its page had failed, its id takes the place of its address.
        """
        with self._db.transaction():
            if self.of(item_id) is None:
                self._decide(item_id, reason, at, withdrawn=True)
            for row in self._db.rows(
                """SELECT DISTINCT canonical_url AS url FROM entries
                WHERE item_id = $item AND canonical_url IS NOT NULL""",
                item=item_id,
            ):
                self._db.run(
                    """UPDATE run_ends SET report = replace(report::VARCHAR, $told, $item)::JSON
                    WHERE contains(report::VARCHAR, $told)""",
                    told=f'"{row["url"]}"',
                    item=f'"{item_id}"',
                )
            for table, of in _TABLES.items():
                self._db.run(f"DELETE FROM {table} WHERE {of}", item=item_id)

    def restore(self, item_id: str, reason: str, at: datetime) -> None:
        """Take an item in again when a source next announces it; nothing of it comes back before.

        An item that is not withdrawn stays as it is.
        """
        with self._db.transaction():
            if self.of(item_id):
                self._decide(item_id, reason, at, withdrawn=False)

    def bereft(self) -> list[str]:
        """Return the items whose story still has a member that was erased: to be told again."""
        rows = self._db.rows(
            """
            WITH gone AS (
                SELECT DISTINCT story_id
                FROM story_member_current ANTI JOIN articles USING (item_id)
            )
            SELECT DISTINCT item_id
            FROM story_member_current SEMI JOIN gone USING (story_id)
            SEMI JOIN articles USING (item_id)
            ORDER BY item_id"""
        )
        return [row["item_id"] for row in rows]

    def forget_memberships(self) -> None:
        """Erase the tellings of stories that name an erased item; tell `bereft` ones again first.

        So a story of which nothing is left goes altogether.
        """
        with self._db.transaction():
            self._db.run(f"DELETE FROM stories WHERE {_DEAD_TELLINGS}")

    def _decide(self, item_id: str, reason: str, at: datetime, *, withdrawn: bool) -> None:
        row = {
            "withdrawal_id": digest("withdrawal", item_id, at.isoformat()),
            "item_id": item_id,
            "withdrawn": withdrawn,
            "decided_at": at,
            "reason": reason,
        }
        self._db.append("withdrawals", [row], key="withdrawal_id")


def refused(db: Database, item_ids: Sequence[str]) -> frozenset[str]:
    """Return those of these items that are withdrawn."""
    rows = db.rows(
        "SELECT item_id FROM withdrawal_current SEMI JOIN given USING (item_id)",
        given={"item_id": list(item_ids)},
    )
    return frozenset(row["item_id"] for row in rows)
