"""What people decided since a snapshot, laid over its items when they are searched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from veille.decisions import Decided, Facet

_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Overlay:
    """Tags by which items are to be found in place of those that the snapshot has.

    `decided` are all items that people decided on, those that the snapshot has it from too.
    """

    tags: Mapping[str, Decided]
    decided: Collection[str] = ()

    def values(self) -> dict[str, object]:
        """Return the values that `relation` asks for."""
        items = list(self.tags)
        return {
            "laid_items": items,
            "laid_relevant": [_relevant(self.tags[one]) for one in items],
            "laid_domains": [_joined(self.tags[one], Facet.DOMAINS) for one in items],
            "laid_regions": [_joined(self.tags[one], Facet.REGIONS) for one in items],
        }


def relation(found: str) -> str:
    """Return a relation like `found` (columns as word_index), people's tags in their place.

    As `veille.decisions.laid_over` lays them: what has no domain said of it keeps the model's,
    whoever gives a domain says that it is relevant, what is not relevant has none.
    """
    return f"""(
    SELECT
        * EXCLUDE (said, chosen, places)
        REPLACE (
            coalesce(said, relevant OR chosen <> '') AS relevant,
            CASE WHEN NOT coalesce(said, relevant OR chosen <> '') THEN []
                 ELSE coalesce({_split("chosen")}, domains) END AS domains,
            coalesce({_split("places")}, regions) AS regions
        )
    FROM {found} LEFT JOIN (
        SELECT
            unnest($laid_items::VARCHAR[]) AS item_id,
            unnest($laid_relevant::BOOLEAN[]) AS said,
            unnest($laid_domains::VARCHAR[]) AS chosen,
            unnest($laid_regions::VARCHAR[]) AS places
    ) USING (item_id)
)"""


def _split(column: str) -> str:
    return (
        f"CASE WHEN {column} = '' THEN [] WHEN {column} IS NOT NULL"
        f" THEN string_split({column}, chr(31)) END"
    )


def _relevant(decided: Decided) -> bool | None:
    value = decided.value(Facet.RELEVANT)
    return value if isinstance(value, bool) else None


def _joined(decided: Decided, facet: Facet) -> str | None:
    value = decided.value(facet)
    return _SEPARATOR.join(value) if isinstance(value, tuple) else None
