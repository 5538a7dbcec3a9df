"""What the queue of review needs of the catalogue: recent items in few columns, texts of a few."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from veille.model.reviewable import Content, Guess, Reason, Reviewable
from veille.store.catalogue.lists import strings
from veille.store.catalogue.search import Catalogue

MOST_CHARS = 8_000
"""Of a text, what a card has at most."""

_COLUMNS = """
    item_id, title, url, source_id, source, published_on, date_origin, version, language, relevant,
    relevance, doubtful, decided_by, story_id
"""
_MEMBERS = "SELECT item_id, place, kind, share FROM story_members SEMI JOIN wanted USING (item_id)"
_TAGS = """
SELECT item_id, {tag} AS tag, probability, decided_by = 'person' AS by_hand
FROM {table} SEMI JOIN wanted USING (item_id) ORDER BY probability DESC, tag
"""
_RECENT = """WITH wanted AS MATERIALIZED (
    SELECT item_id FROM items WHERE published_on >= $since
    UNION
    SELECT item_id FROM story_members WHERE story_id IN (
        SELECT DISTINCT story_id FROM items WHERE published_on >= $since AND story_id IS NOT NULL
    )
)
"""
_IDS = strings("ids")
_THESE = f"""WITH wanted AS MATERIALIZED (
    SELECT DISTINCT {_IDS} AS item_id
)
"""
_EVIDENCE = f"""
SELECT item_id, domain AS tag, evidence FROM item_domains
WHERE item_id IN (SELECT {_IDS}) AND evidence IS NOT NULL
UNION ALL
SELECT item_id, region, evidence FROM item_regions
WHERE item_id IN (SELECT {_IDS}) AND evidence IS NOT NULL
"""
_TEXTS = """
SELECT item_id, lead, left(text, $most) AS text, length(text) <= $most AS whole
FROM items WHERE rowid IN ({rows})
"""
_SPEAKING = frozenset({"concept", "passage", "place"})


def recent(catalogue: Catalogue, since: date) -> list[Reviewable]:
    """Return the items since a day, and the older members of their stories."""
    return _found(catalogue, _RECENT, since=since)


def these(catalogue: Catalogue, item_ids: Collection[str]) -> list[Reviewable]:
    """Return these items; those that the snapshot does not hold are left out."""
    return _found(catalogue, _THESE, ids=list(item_ids)) if item_ids else []


def contents(catalogue: Catalogue, item_ids: Collection[str]) -> dict[str, Content]:
    """Return the beginning of these items' texts, and the words that decided their tags."""
    if not item_ids:
        return {}
    ids = list(item_ids)
    reasons: dict[str, list[Reason]] = defaultdict(list)
    for row in catalogue.rows(_EVIDENCE, ids=ids):
        reasons[row["item_id"]] += _reasons(row["tag"], json.loads(row["evidence"]))
    return {
        row["item_id"]: Content(
            row["lead"], row["text"], row["whole"], tuple(reasons[row["item_id"]])
        )
        for row in catalogue.rows(_TEXTS.format(rows=catalogue.rows_of(ids)), most=MOST_CHARS)
    }


def model_version(catalogue: Catalogue) -> str:
    """Return what judged the snapshot's items."""
    return str(catalogue.told("SELECT model_version FROM snapshot")[0]["model_version"])


def _found(catalogue: Catalogue, wanted: str, **values: object) -> list[Reviewable]:
    items = f"{wanted} SELECT {_COLUMNS} FROM items SEMI JOIN wanted USING (item_id)"
    members = {row["item_id"]: row for row in catalogue.rows(wanted + _MEMBERS, **values)}
    domains, regions = (
        _guesses(catalogue.rows(wanted + _TAGS.format(tag=tag, table=f"item_{tag}s"), **values))
        for tag in ("domain", "region")
    )
    return [
        _reviewable(row, members.get(row["item_id"], {}),
                    domains.get(row["item_id"], ()), regions.get(row["item_id"], ()))
        for row in catalogue.rows(items, **values)
    ]  # fmt: skip


def _guesses(rows: Iterable[dict[str, Any]]) -> dict[str, tuple[Guess, ...]]:
    found: dict[str, list[Guess]] = defaultdict(list)
    for row in rows:
        found[row["item_id"]].append(Guess(row["tag"], row["probability"], row["by_hand"]))
    return {item_id: tuple(guesses) for item_id, guesses in found.items()}


def _reviewable(
    row: dict[str, Any],
    member: dict[str, Any],
    domains: tuple[Guess, ...],
    regions: tuple[Guess, ...],
) -> Reviewable:
    return Reviewable(
        item_id=row["item_id"],
        title=row["title"],
        url=row["url"],
        source_id=row["source_id"],
        source=row["source"],
        day=row["published_on"],
        relevant=row["relevant"],
        relevance=row["relevance"],
        doubtful=row["doubtful"],
        by_hand=row["decided_by"] == "person",
        date_origin=row["date_origin"],
        version=row["version"],
        language=row["language"],
        story_id=row["story_id"],
        place=member.get("place", 1),
        kind=member.get("kind", ""),
        share=member.get("share", 0.0),
        domains=domains,
        regions=regions,
    )


def _reasons(tag: str, evidence: Iterable[dict[str, Any]]) -> Iterable[Reason]:
    for one in evidence:
        if one["kind"] in _SPEAKING and one["contribution"] > 0:
            yield Reason(
                tag, one["kind"], one["words"], one["label"], one["contribution"],
                one["part"] or "", one["start"],
            )  # fmt: skip
