"""The texts of some items of the team's edition, as judging and learning read them."""

from collections.abc import Collection, Iterator
from typing import Any

from veille.store.catalogue.lists import strings
from veille.store.catalogue.search import Catalogue

_AT_ONCE = 500
_TEXTS = f"""
SELECT
    item_id, title, text, items.url, coalesce(language, '') AS language,
    coalesce(nullif(sources.region, ''), sources.country, '') AS source_region,
    coalesce(story_id, item_id) AS story
FROM items LEFT JOIN sources USING (source_id)
WHERE item_id IN (SELECT {strings("ids")}) ORDER BY item_id
"""


def texts(catalogue: Catalogue, item_ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield these items, by id; those that the snapshot does not hold are left out."""
    ids = sorted(item_ids)
    for first in range(0, len(ids), _AT_ONCE):
        yield from catalogue.rows(_TEXTS, ids=ids[first : first + _AT_ONCE])
