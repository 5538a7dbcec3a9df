"""The published catalogue: written whole, in two editions; searched and queried read-only.

Searching takes numpy and Arrow, which take longer to load than most commands in all: what is named
here is loaded when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veille.store.catalogue.filters import FACETS, Filters
    from veille.store.catalogue.opened import Snapshot, published_digest
    from veille.store.catalogue.search import Catalogue, Found
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
    "Snapshot",
    "kept",
    "newest",
    "publish",
    "published_digest",
]

_HOMES = {
    "EDITIONS": "snapshots",
    "FACETS": "filters",
    "OPEN": "snapshots",
    "TEAM": "snapshots",
    "Catalogue": "search",
    "Filters": "filters",
    "Found": "search",
    "Published": "write",
    "Snapshot": "opened",
    "kept": "snapshots",
    "newest": "snapshots",
    "publish": "write",
    "published_digest": "opened",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever it is
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
