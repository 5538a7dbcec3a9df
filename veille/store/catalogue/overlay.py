"""What people decided since a snapshot, laid over its items when they are searched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from veille.model.decisions import Decided, Facet
from veille.store.catalogue.columns import Columns


@dataclass(frozen=True, slots=True)
class Overlay:
    """Tags by which items are to be found in place of those that the snapshot has.

    `decided` are all items that people decided on, those that the snapshot has it from too.
    """

    tags: Mapping[str, Decided]
    decided: Collection[str] = ()


def laid_over(columns: Columns, laid: Overlay | None) -> Columns:
    """Return the columns with people's tags in their place, laid over as `model.decisions` does.

    What has no domain said of it keeps the model's, whoever gives a domain says that it is
    relevant, what is not relevant has none.
    """
    if laid is None or not laid.tags:
        return columns
    relevant: dict[int, bool] = {}
    domains: dict[int, Collection[str]] = {}
    regions: dict[int, Collection[str]] = {}
    for item_id, place in columns.places_of(list(laid.tags)).items():
        decided = laid.tags[item_id]
        said, chosen = decided.value(Facet.RELEVANT), decided.value(Facet.DOMAINS)
        counts = said if isinstance(said, bool) else bool(columns.relevant[place] or chosen)
        relevant[place] = counts
        if isinstance(chosen, tuple) or not counts:
            domains[place] = chosen if counts and isinstance(chosen, tuple) else ()
        if isinstance(places := decided.value(Facet.REGIONS), tuple):
            regions[place] = places
    return columns.with_tags(relevant, {"domains": domains, "regions": regions})
