"""Entries in the working store: which announcements are new, and which of a known item."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from veille.model import Entry, digest
from veille.model.polls import Announced, PollResult, days_of, newest_first
from veille.store.database import Database, Row
from veille.store.watch.withdrawals import refused


@dataclass(frozen=True, slots=True)
class Fresh:
    """What was new in one poll: rows for `entries`, and of how many items, of which days."""

    rows: list[Row]
    new_items: int
    changed_items: int
    new_days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The entries that are kept of some items; grows as polls are gone through.

    `ranks` holds the first_poll_rank of each (source, item): later entries of an item take it over.
    `refused` are the items withdrawn at their source's request: none of them is taken in.
    """

    entry_ids: set[str]
    ranks: dict[tuple[str, str], int | None]
    refused: frozenset[str] = frozenset()

    @classmethod
    def load(cls, db: Database, polls: Iterable[PollResult]) -> "Known":
        """Return what is kept of the items that these polls announce."""
        items = {one.item_id for poll in polls for one in poll.announced}
        rows = db.rows(
            "SELECT entry_id, source_id, item_id, first_poll_rank"
            " FROM entries SEMI JOIN given USING (item_id)",
            given={"item_id": list(items)},
        )
        return cls(
            {row["entry_id"] for row in rows},
            {(row["source_id"], row["item_id"]): row["first_poll_rank"] for row in rows},
            refused(db, list(items)),
        )

    def take(self, poll_id: str, poll: PollResult, *, first: bool) -> Fresh:
        """Return what is new in a poll, and know it from then on.

        At the first good poll of a source its items are ranked, newest first, so that reading can
        be bounded to the newest.
        """
        source = poll.source_id
        before = {one.item_id for one in poll.announced if (source, one.item_id) in self.ranks}
        ranks = _ranks(poll.announced) if first else {}
        rows = []
        for position, one in enumerate(poll.announced):
            content_hash = _content_hash(one.entry)
            entry_id = digest("entry", source, one.item_id, content_hash)
            if entry_id in self.entry_ids or one.item_id in self.refused:
                continue
            self.entry_ids.add(entry_id)
            key = (source, one.item_id)
            self.ranks.setdefault(key, ranks.get(one.item_id))
            rows.append(
                _row(one, poll)
                | {
                    "entry_id": entry_id,
                    "poll_id": poll_id,
                    "position": position,
                    "first_poll_rank": self.ranks[key],
                    "content_hash": content_hash,
                }
            )
        touched = {row["item_id"] for row in rows}
        new = touched - before
        days = days_of((one for one in poll.announced if one.item_id in new), poll.polled_at)
        return Fresh(rows, len(new), len(touched & before), days)


def _ranks(announced: tuple[Announced, ...]) -> dict[str, int]:
    return {item_id: rank for rank, item_id in enumerate(newest_first(announced), 1)}


def _content_hash(entry: Entry) -> str:
    published = entry.published.at.isoformat() if entry.published else ""
    return digest(entry.title, published, entry.summary, entry.content)


def _row(one: Announced, poll: PollResult) -> Row:
    entry = one.entry
    return {
        "item_id": one.item_id,
        "source_id": poll.source_id,
        "run_id": poll.run_id,
        "seen_at": poll.polled_at,
        "url": entry.url,
        "canonical_url": one.url,
        "guid": entry.guid,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "author": entry.author,
        "published_at": entry.published.at if entry.published else None,
        "date_origin": entry.published.origin if entry.published else None,
        "date_precise": entry.published.precise if entry.published else None,
        "language": entry.language,
        "tags": entry.tags,
    }
