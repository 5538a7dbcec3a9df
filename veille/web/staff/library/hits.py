"""Items as lists show them: title, source, day, and how they stand with what people decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from veille.model.decisions import UNDECIDED, Decided, Standing, laid_over
from veille.staff.accounts import Account
from veille.store.catalogue import Catalogue
from veille.store.catalogue.whole import glances
from veille.store.desk import Desk
from veille.web.site import Site
from veille.web.staff.review.queue import blind_to

BEGINNING: Final = 240
"""Characters that a list of what was found tells of a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One item; `standing` is None for whoever is to read it as the second first."""

    item_id: str
    title: str
    url: str
    source_id: str
    source: str
    day: date
    language: str | None
    beginning: str
    standing: Standing | None
    story_id: str | None


def hits_of(
    site: Site,
    catalogue: Catalogue,
    desk: Desk,
    who: Account,
    rows: Iterable[Mapping[str, Any]],
    *,
    chars: int = 0,
) -> list[Hit]:
    """Return these rows of a search as somebody may see them, with `chars` of how texts begin."""
    rows = list(rows)
    ids = [row["item_id"] for row in rows]
    told = glances(catalogue, ids, chars=chars)
    decided = desk.decisions.current(ids)
    blind = blind_to(site, catalogue, desk, who, ids)
    return [
        Hit(
            item_id=one,
            title=row["title"],
            url=row["url"],
            source_id=row["source_id"],
            source=row["source"],
            day=row["published_on"],
            language=row["language"],
            beginning=_cut(told[one].beginning, chars),
            standing=(
                None if one in blind else standing(row["relevant"], told[one], decided.get(one))
            ),
            story_id=row.get("story_id"),
        )
        for one, row in zip(ids, rows, strict=True)
    ]


def standing(relevant: bool, tagged: Any, decided: Decided | None) -> Standing:  # noqa: ANN401
    """Lay what is decided of an item over the tags (`domains`, `regions`) that it has."""
    return laid_over(relevant, tagged.domains, tagged.regions, decided or UNDECIDED)


def _cut(text: str, chars: int) -> str:
    """Return a beginning that ends with a word."""
    told = " ".join(text.split())
    return told if len(text) < chars else f"{told.rpartition(' ')[0] or told} …"
