"""Second readings: what a person said of an item without knowing what another had decided."""

import json
from datetime import datetime

from veille.model.reviewable import Labels, SecondReading
from veille.store.sqlite import Row, SqliteDatabase, from_text


class Readings:
    """The ledger of second readings."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def add(
        self,
        item_id: str,
        *,
        first: str,
        said: Labels,
        second: str,
        read: Labels,
        decision: int,
        now: datetime,
    ) -> bool:
        """Write down a second reading; False when somebody read the item twice already."""
        with self._db.transaction():
            if self._db.rows("SELECT 1 FROM second_readings WHERE item_id = $id", id=item_id):
                return False
            self._db.insert(
                "second_readings",
                {"item_id": item_id, "first": first, "said": json.dumps(said), "second": second,
                 "read": json.dumps(read), "decision": decision, "read_at": now},
            )  # fmt: skip
        return True

    def all(self) -> list[SecondReading]:
        """Return them all, oldest first: a tenth of what is decided."""
        return [_reading(row) for row in self._db.rows("SELECT * FROM second_readings ORDER BY 1")]

    def of(self, item_id: str) -> SecondReading | None:
        """Return the second reading of an item."""
        rows = self._db.rows("SELECT * FROM second_readings WHERE item_id = $id", id=item_id)
        return _reading(rows[0]) if rows else None


def _reading(row: Row) -> SecondReading:
    row = dict(row)
    return SecondReading(
        said=_labels(row.pop("said")),
        read=_labels(row.pop("read")),
        at=from_text(row.pop("read_at")),
        **row,
    )


def _labels(text: str) -> Labels:
    relevant, domains, regions = json.loads(text)
    return Labels(relevant, tuple(domains), tuple(regions))
