"""Items of the working store in a line each: the last ones, and those that an id's start may be."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.store.watch import opening


@dataclass(frozen=True, slots=True)
class Brief:
    """An item with an article, in short; `relevant` is None until it is judged."""

    item_id: str
    url: str | None
    title: str
    published_at: datetime | None
    read_at: datetime
    relevant: bool | None
    domains: tuple[str, ...]


_BRIEF = """
    SELECT item_id, url, title, published_at, read_at, relevant, coalesce(domains, []) AS domains
    FROM article_current
    LEFT JOIN (SELECT item_id, judgement_id, relevant FROM judgement_current) USING (item_id)
    LEFT JOIN (
        SELECT judgement_id, list(tag ORDER BY position) AS domains
        FROM tag_current WHERE facet = 'domain' GROUP BY judgement_id
    ) USING (judgement_id)"""


def last_items(path: Path, *, limit: int) -> list[Brief]:
    """Return the newest items that the watch keeps or has not judged yet, newest first.

    Raises LockHeld while a run holds the store.
    """
    return _briefs(path, "WHERE relevant IS NOT false", limit)


def items_like(path: Path, asked: str, *, limit: int) -> list[Brief]:
    """Return the items whose id starts with `asked`, or whose address it is, newest first.

    Raises LockHeld while a run holds the store.
    """
    return _briefs(path, "WHERE starts_with(item_id, $asked) OR url = $asked", limit, asked=asked)


def _briefs(path: Path, where: str, limit: int, **values: object) -> list[Brief]:
    order = "ORDER BY coalesce(published_at, read_at) DESC, item_id LIMIT $limit"
    db = opening.open_to_read(path)
    try:
        rows = db.rows(f"{_BRIEF} {where} {order}", given=None, limit=limit, **values)
    finally:
        db.close()
    return [Brief(**{**row, "domains": tuple(row["domains"])}) for row in rows]
