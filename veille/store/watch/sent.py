"""What became of items that people sent in, as far as this store can tell."""

from collections.abc import Collection

from veille.model.links import Fate, Told
from veille.store.database import Database
from veille.store.watch.withdrawals import refused

_TRIED = """
SELECT
    item_id,
    EXISTS (SELECT 1 FROM articles WHERE articles.item_id = attempts.item_id) AS is_read,
    arg_max(outcome, tried_at) AS outcome,
    arg_max(detail, tried_at) AS detail,
    arg_max(settled, tried_at) AS settled
FROM attempts SEMI JOIN given USING (item_id)
WHERE step = 'read'
GROUP BY item_id
"""
WITHDRAWN = "withdrawn"
"""What stands for a failure where an item is out at its source's request."""


def told_of(db: Database, item_ids: Collection[str]) -> list[Told]:
    """Return what is known of these items; of those that were never tried, nothing."""
    ids = list(item_ids)
    out = refused(db, ids)
    told = [Told(item_id, Fate.REFUSED, WITHDRAWN) for item_id in ids if item_id in out]
    for row in db.rows(_TRIED, given={"item_id": ids}):
        if row["item_id"] in out:
            continue
        if row["is_read"]:
            told.append(Told(row["item_id"], Fate.READ))
        else:
            fate = Fate.REFUSED if row["settled"] else Fate.TRIED
            told.append(Told(row["item_id"], fate, row["outcome"], row["detail"]))
    return told
