"""What a search is narrowed to, and which items that lets pass."""

from dataclasses import dataclass
from datetime import date

from veille.store.catalogue.columns import Array, Columns
from veille.store.catalogue.overlay import Overlay

FACETS = ("domains", "regions", "themes", "item_types", "languages", "sources")
"""What a search is counted by, as `Filters` names them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; of several values of one kind, any will do."""

    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    everything: bool = False
    """Whether items that are not relevant count too."""
    decided: bool | None = None
    """Only those that people decided on, or only the others; needs an `Overlay`."""


UNFILTERED = Filters()


def passing(columns: Columns, filters: Filters, laid: Overlay | None) -> Array:
    """Return which items the filters let pass, a flag for each."""
    flags = columns.between(filters.since, filters.until)
    if not filters.everything:
        flags &= columns.relevant
    if filters.decided is not None:
        flags &= columns.these(laid.decided if laid else ()) == filters.decided
    for facet in FACETS:
        if wanted := getattr(filters, facet):
            flags &= columns.values[facet].having(wanted)
    return flags
