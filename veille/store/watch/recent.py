"""Items of the working store in a line each: the last ones, and those that an id's start may be."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.settings.store import Place
from veille.store.database import Database
from veille.store.watch import lakes, opening


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


def last_items(place: Place, *, limit: int) -> list[Brief]:
    """Return the newest items that the watch keeps or has not judged yet, newest first.

    Raises LockHeld while a run holds the file of the store.
    """
    return _briefs(place, "WHERE relevant IS NOT false", limit)


def items_like(place: Place, asked: str, *, limit: int) -> list[Brief]:
    """Return the items whose id starts with `asked`, or whose address it is, newest first.

    Raises LockHeld while a run holds the file of the store.
    """
    return _briefs(place, "WHERE starts_with(item_id, $asked) OR url = $asked", limit, asked=asked)


def _briefs(place: Place, where: str, limit: int, **values: object) -> list[Brief]:
    order = "ORDER BY coalesce(published_at, read_at) DESC, item_id LIMIT $limit"
    with closing(opened_to_read(place)) as db:
        rows = db.rows(f"{_BRIEF} {where} {order}", given=None, limit=limit, **values)
    return [Brief(**{**row, "domains": tuple(row["domains"])}) for row in rows]


def opened_to_read(place: Place) -> Database:
    """Open a store to look at it; raises as `open_to_read` and `open_lake_to_read` do."""
    if isinstance(place, Path):
        return opening.open_to_read(place)
    return lakes.open_lake_to_read(place)
