"""What robots.txt files said, from one run to the next: all at hand, written in batches."""

from functools import cached_property

from veille.model import RobotsRecord, digest
from veille.store.database import Database


class Robots:
    """A `ports.RobotsCache` in the working store.

    It reads all that is kept when first asked, and writes only when told to `flush`: the threads
    that fetch do not wait for the disk.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._unsaved: dict[str, RobotsRecord] = {}

    def get(self, origin: str) -> RobotsRecord | None:
        """Return the last record of this origin, however old, or None."""
        return self._records.get(origin)

    def put(self, origin: str, record: RobotsRecord) -> None:
        """Keep this record instead of the one before."""
        self._records[origin] = record
        self._unsaved[origin] = record

    def flush(self) -> None:
        """Write what was put since the last time, in one transaction."""
        checks, texts = [], []
        while self._unsaved:
            origin, record = self._unsaved.popitem()
            text_hash = digest(record.text)
            texts.append({"text_hash": text_hash, "text": record.text})
            checks.append(
                {
                    "check_id": digest("robots", origin, record.at.isoformat()),
                    "origin": origin,
                    "checked_at": record.at,
                    "text_hash": text_hash,
                }
            )
        if checks:
            with self._db.transaction():
                self._db.append("robots_texts", texts, key="text_hash")
                self._db.append("robots_checks", checks, key="check_id")

    @cached_property
    def _records(self) -> dict[str, RobotsRecord]:
        return {
            row["origin"]: RobotsRecord(row["text"], row["checked_at"])
            for row in self._db.rows("FROM robots_current")
        }
