"""What models said of the items seen since a day, whatever people decided of them."""

from datetime import date

from veille.store.catalogue.opened import Snapshot

_JUDGED = """
SELECT first_seen_at::DATE AS day, said.relevant, said.probability
FROM items JOIN (
    SELECT
        item_id, arg_max(relevant, judged_at) AS relevant,
        arg_max(probability, judged_at) AS probability
    FROM item_judgements GROUP BY item_id
) AS said USING (item_id)
WHERE first_seen_at::DATE >= $since
"""


def judged_since(catalogue: Snapshot, since: date) -> list[tuple[date, bool, float]]:
    """Return day first seen (in UTC), relevance and probability by the last judgement of each item
    of the team's edition.
    """
    rows = catalogue.rows(_JUDGED, since=since)
    return [(row["day"], row["relevant"], row["probability"]) for row in rows]
