"""People's decisions as labelled texts: to learn from, to measure with, to take elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from veille.classify.documents import Document, Truth
from veille.model.decisions import Decided, Facet
from veille.store.catalogue import Catalogue
from veille.store.catalogue.texts import texts


@dataclass(frozen=True, slots=True)
class Review:
    """A text and what people decided of it. `story` is its story's id, else its own.

    `shown_for` is why the queue showed it, `at` and `author` are of the last decision that holds.
    """

    document: Document
    truth: Truth
    story: str
    shown_for: str
    author: str
    at: datetime

    def told(self) -> dict[str, Any]:
        """Return the line of JSON Lines that `veille evaluate` reads; null is what was not asked.

        What is not relevant has no domain.
        """
        one, truth = self.document, self.truth
        return {
            "id": one.id,
            "lang": one.lang,
            "title": one.title,
            "text": one.text,
            "url": one.url,
            "source_region": one.source_region,
            "relevant": truth.relevant,
            "domains": None if truth.domains is None else sorted(truth.domains),
            "regions": None if truth.regions is None else sorted(truth.regions),
            "decided_by": self.author,
            "decided_at": self.at.isoformat(timespec="seconds"),
            "shown_for": self.shown_for,
        }


def reviews(decided: Mapping[str, Decided], catalogue: Catalogue) -> Iterator[Review]:
    """Yield the items whose relevance people decided, by id, with their texts as published.

    Those that the catalogue does not hold (withdrawn, not read yet) are left out.
    """
    truths = {item_id: truth for item_id, one in decided.items() if (truth := truth_of(one))}
    for row in texts(catalogue, truths):
        held = decided[row["item_id"]]
        last = max(held.facets.values(), key=lambda one: one.number)
        document = Document(
            id=row["item_id"],
            title=row["title"],
            text=row["text"],
            url=row["url"],
            lang=row["language"],
            source_region=row["source_region"],
        )
        yield Review(
            document, truths[row["item_id"]], row["story"], shown_for(held), last.author, last.at
        )


def truth_of(decided: Decided) -> Truth | None:
    """Return what people decided of an item's tags, None where they did not of its relevance.

    Whoever gives it a domain says that it is relevant; whoever accepts its tags writes them down.
    """
    relevant, domains = decided.value(Facet.RELEVANT), decided.value(Facet.DOMAINS)
    places = decided.value(Facet.REGIONS)
    chosen = frozenset(domains) if isinstance(domains, tuple) else None
    if not isinstance(relevant, bool):
        if not chosen:
            return None
        relevant = True
    regions = frozenset(places) if isinstance(places, tuple) else None
    return Truth(relevant, chosen if relevant else frozenset(), regions)


def shown_for(decided: Decided) -> str:
    """Return why the queue had shown an item whose relevance or domains were decided."""
    for facet in (Facet.RELEVANT, Facet.DOMAINS):
        if one := decided.facets.get(facet):
            return one.shown_for
    return ""


def since(found: Iterable[Review], moment: datetime | None) -> Iterator[Review]:
    """Yield those decided from this moment on; all of them without any."""
    return (one for one in found if moment is None or one.at >= moment)
