"""What the desk says of items, as pages lay it over a snapshot."""

from datetime import datetime, timedelta

from veille.model.decisions import Decided
from veille.store.desk import Desk
from veille.store.sqlite import in_text

OVERLAP = timedelta(days=2)
"""How long before a snapshot its run may have read the desk."""


def last_gesture(desk: Desk) -> tuple[int, str]:
    """Return the number and the act of the last decision: others as soon as anybody decides, or
    where the desk was put back from a backup."""
    rows = desk.db.rows("SELECT number, act FROM decisions ORDER BY number DESC LIMIT 1")
    return (rows[0]["number"], rows[0]["act"]) if rows else (0, "")


def decided_since(desk: Desk, published_at: datetime) -> dict[str, Decided]:
    """Return what is decided of the items on which a snapshot may not have the last decision."""
    rows = desk.db.rows(
        "SELECT DISTINCT item_id FROM decisions WHERE decided_at >= $since",
        since=in_text(published_at - OVERLAP),
    )
    return desk.decisions.current([row["item_id"] for row in rows])


def decided_items(desk: Desk) -> list[str]:
    """Return the items that people decided on, notes apart."""
    rows = desk.db.rows("SELECT DISTINCT item_id FROM decisions_in_force WHERE facet <> 'note'")
    return [row["item_id"] for row in rows]
