"""The published catalogue: written whole, in two editions; searched and queried read-only."""

from veille.store.catalogue.filters import FACETS, Filters
from veille.store.catalogue.search import Catalogue, Found, published_digest
from veille.store.catalogue.snapshots import EDITIONS, OPEN, TEAM, kept, newest
from veille.store.catalogue.write import Published, publish

__all__ = [
    "EDITIONS",
    "FACETS",
    "OPEN",
    "TEAM",
    "Catalogue",
    "Filters",
    "Found",
    "Published",
    "kept",
    "newest",
    "publish",
    "published_digest",
]
