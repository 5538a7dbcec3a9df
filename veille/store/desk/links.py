"""Links sent in, and what runs tell of them."""

from collections.abc import Iterable
from datetime import datetime

from veille.model.links import Fate, SentLink, Told
from veille.store.sqlite import Row, SqliteDatabase, from_text

_LINKS = """
SELECT links.*, fate, failure, detail, told_at
FROM links LEFT JOIN (
    SELECT link_fates.* FROM link_fates
    JOIN (SELECT max(number) AS number FROM link_fates GROUP BY item_id) USING (number)
) AS told USING (item_id)
"""


class Links:
    """The ledger of links sent in."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def send(
        self,
        item_id: str,
        url: str,
        *,
        author: str,
        now: datetime,
        region: str = "",
        note: str = "",
    ) -> tuple[SentLink, bool]:
        """Write down a link; return it and True, or the one that was sent before and False."""
        row = {"item_id": item_id, "url": url, "region": region, "note": note}
        with self._db.transaction():
            known = self.of(item_id)
            if known is None:
                self._db.insert("links", {**row, "author": author, "sent_at": now})
            sent = known or self.of(item_id)
        assert sent is not None
        return sent, known is None

    def of(self, item_id: str) -> SentLink | None:
        """Return the link that an item was sent in by, if it was."""
        found = self._read("WHERE item_id = $item_id", item_id=item_id)
        return found[0] if found else None

    def last(self, limit: int, *, before: int | None = None, author: str = "") -> list[SentLink]:
        """Return links, the newest first: those `before` a number, of one author, where given."""
        return self._read(
            """WHERE links.number < coalesce($before, 1 << 62)
            AND ($author = '' OR author = $author)
            ORDER BY links.number DESC LIMIT $limit""",
            before=before,
            author=author,
            limit=limit,
        )

    def open(self) -> list[SentLink]:
        """Return the links of which nothing final was told, oldest first."""
        return self._read("WHERE coalesce(fate, 'tried') = 'tried' ORDER BY links.number")

    def regions(self) -> list[str]:
        """Return the regions that links were ever sent from, empty for none in particular."""
        rows = self._db.rows("SELECT DISTINCT region FROM links ORDER BY region")
        return [row["region"] for row in rows]

    def home_of(self, author: str) -> str:
        """Return the region that somebody last sent a link from; empty when not known."""
        rows = self._db.rows(
            "SELECT region FROM links WHERE author = $author AND region <> ''"
            " ORDER BY number DESC LIMIT 1",
            author=author,
        )
        return str(rows[0]["region"]) if rows else ""

    def tell(self, told: Iterable[Told], *, now: datetime) -> int:
        """Write down what became of links, where it is not what is known; return how many."""
        news = 0
        with self._db.transaction():
            for one in told:
                known = self.of(one.item_id)
                if known is None or (known.fate, known.failure, known.detail) == (
                    one.fate,
                    one.failure,
                    one.detail,
                ):
                    continue
                self._db.insert(
                    "link_fates",
                    {
                        "item_id": one.item_id,
                        "fate": str(one.fate),
                        "failure": one.failure,
                        "detail": one.detail,
                        "told_at": now,
                    },
                )
                news += 1
        return news

    def _read(self, wanted: str, **values: object) -> list[SentLink]:
        return [_link(row) for row in self._db.rows(f"{_LINKS} {wanted}", **values)]


def _link(row: Row) -> SentLink:
    row = dict(row)
    fate = row.pop("fate")
    return SentLink(
        fate=Fate(fate) if fate else None,
        failure=row.pop("failure") or "",
        detail=row.pop("detail") or "",
        at=from_text(row.pop("sent_at")),
        told_at=from_text(row.pop("told_at")),
        **row,
    )
