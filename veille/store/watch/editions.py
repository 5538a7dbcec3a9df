"""The working store as a catalogue is made from it: items as they stand, their tags, the sources.

Texts and reasons are read in pages, so that memory does not grow with the store.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from veille.model import Excerpt, Source, SourceKind, digest
from veille.model.judgement import Kind
from veille.model.polls import Health
from veille.model.published import (
    Edition,
    Label,
    PublishedItem,
    PublishedSource,
    PublishedStory,
    PublishedTag,
    Stamp,
    leeway,
)
from veille.store.database import Database, Row
from veille.store.watch.history import history
from veille.store.watch.sources import health

_ITEMS_AT_ONCE, _TAGS_AT_ONCE = 2_000, 20_000
_STRICTEST_FIRST = ("none", "title", "quote", "full")
_NAMED = (Kind.CONCEPT, Kind.PLACE)
_MOST_REASONS = 5
_UNKNOWN = Excerpt("title")

# Which version and which judgement of each item, and what people decided of it; by row, so that a
# page of texts is read without going through all of them. Relevance as `laid_over` reckons it
# (veille/model/decisions.py): whoever gives a domain says that it is relevant.
_CHOOSE = """
CREATE OR REPLACE TEMP TABLE to_publish AS
SELECT
    row_number() OVER (ORDER BY coalesce(published_at, first_seen_at) DESC, item_id) AS place,
    item_id, article_row, read_from, judgement_id, first_seen_at, announced_by, item_type, axis,
    coalesce(said, judged OR coalesce(len(chosen), 0) > 0) AS relevant,
    said IS NOT NULL OR coalesce(len(chosen), 0) > 0 AS is_decided,
    chosen, places, state, coalesce(note, '') AS note,
    coalesce(version > looked_at, false) AS changed
FROM (
    SELECT item_id, published_at, version, source_id AS read_from, rowid AS article_row
    FROM articles
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY version DESC, read_at DESC) = 1
)
JOIN (SELECT item_id, judgement_id, relevant AS judged FROM judgement_current) USING (item_id)
JOIN (
    SELECT
        item_id, min(seen_at) AS first_seen_at,
        list_sort(list(DISTINCT source_id)) AS announced_by
    FROM entries GROUP BY item_id
) USING (item_id)
LEFT JOIN (
    SELECT
        judgement_id,
        any_value(tag) FILTER (facet = 'item_type') AS item_type,
        any_value(tag) FILTER (facet = 'axis') AS axis
    FROM tags WHERE given AND facet IN ('item_type', 'axis') GROUP BY judgement_id
) USING (judgement_id)
LEFT JOIN decided_current USING (item_id)
"""
_MADE_FROM = """
    article_row, judgement_id, first_seen_at, announced_by,
    relevant, is_decided, chosen, places, state, note, changed
"""
_ALL_CHOSEN = f"""
SELECT count(*) AS items, bit_xor(hash(item_id, {_MADE_FROM})) AS all_of_it FROM to_publish
"""
_STAMPS = f"""
SELECT
    item_id, list_distinct(list_append(announced_by, read_from)) AS passed_by,
    hash({_MADE_FROM})::VARCHAR AS made_from
FROM to_publish
"""
_ITEMS = """
SELECT
    to_publish.item_id, url, title, source_id, first_seen_at, announced_by, text, lead, author,
    coalesce(judged.language, articles.language) AS language, published_at, date_origin, version,
    words, to_publish.relevant, probability, item_type, axis, note, state, changed,
    CASE WHEN is_decided THEN 'person' ELSE 'model' END AS decided_by,
    doubtful AND NOT is_decided AND chosen IS NULL
        AND coalesce(state IN ('discuss', 'later'), true) AS doubtful
FROM to_publish
JOIN articles ON articles.rowid = article_row
JOIN judgements AS judged USING (judgement_id)
WHERE {which}
ORDER BY place
"""
_A_PAGE = "place BETWEEN $first AND $last"
_THESE = "to_publish.item_id IN (SELECT item_id FROM given)"
_TAGS = """
SELECT to_publish.item_id, facet, tag, probability, evidence, 'model' AS decided_by
FROM tags JOIN to_publish USING (judgement_id)
WHERE {which} AND tags.given AND (
    facet = 'domain' AND relevant AND chosen IS NULL
    OR facet = 'region' AND places IS NULL
    OR facet = 'theme' AND relevant
)
"""
_TAGS_BY_HAND = """
SELECT
    by_hand.*, 1::DOUBLE AS probability, coalesce(evidence, '[]') AS evidence,
    'person' AS decided_by
FROM (
    SELECT item_id, judgement_id, 'domain' AS facet, unnest(chosen) AS tag
    FROM to_publish SEMI JOIN given USING (item_id) WHERE relevant
    UNION ALL
    SELECT item_id, judgement_id, 'region' AS facet, unnest(places) AS tag
    FROM to_publish SEMI JOIN given USING (item_id)
) AS by_hand
LEFT JOIN (SELECT judgement_id, facet, tag, evidence FROM tags SEMI JOIN (
    SELECT judgement_id FROM to_publish SEMI JOIN given USING (item_id)
) USING (judgement_id)) USING (judgement_id, facet, tag)
"""
_DECIDED = """
SELECT item_id FROM to_publish WHERE chosen IS NOT NULL OR places IS NOT NULL ORDER BY place
"""
_A_PAGE_OF_TAGS = "tags.rowid BETWEEN $first AND $last"
_DECLARED = """
FROM source_declarations
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY declared_at DESC, declaration_id) = 1
ORDER BY source_id
"""


def edition(
    db: Database,
    now: datetime,
    *,
    stories: Sequence[PublishedStory] = (),
    labels: Sequence[Label] = (),
) -> Edition:
    """Return what the store holds to publish: each item read and judged, as it stands.

    Items and tags come from the store while they are gone through. An item that several sources
    announced passes on what the strictest of them allows. The edition's digest tells it from any
    other, but for when sources were last asked.
    """
    db.run(_CHOOSE)
    sources = list(_sources(db, now))
    excerpts = {one.source.id: one.source.excerpt for one in sources}
    [chosen] = db.rows(_ALL_CHOSEN)
    told = [(one.source, one.state) for one in sources]

    def some(ids: Sequence[str]) -> tuple[Iterable[PublishedItem], Iterable[PublishedTag]]:
        pages = _pages(ids)
        items = (db.rows(_ITEMS.format(which=_THESE), given={"item_id": page}) for page in pages)
        tags = (db.rows(_TAGS.format(which=_THESE), given={"item_id": page}) for page in pages)
        return _items(db, items, excerpts), _tags(chain(tags, _by_hand(db, ids)))

    return Edition(
        _items(db, _all_items(db, chosen["items"]), excerpts),
        _tags(chain(_all_tags(db), _by_hand(db, [row["item_id"] for row in db.rows(_DECIDED)]))),
        stories,
        sources,
        labels,
        _judged_by(db),
        digest(repr(chosen), repr(told), repr(stories), repr(labels)),
        _stamps(db, excerpts),
        some,
        published_at=now,
    )


def _stamps(db: Database, excerpts: Mapping[str, Excerpt]) -> dict[str, Stamp]:
    """Return what each item is made from, and how much of it may be passed on."""
    return {
        row["item_id"]: Stamp(row["made_from"], leeway(_passed_on_by(row["passed_by"], excerpts)))
        for row in db.rows(_STAMPS)
    }


def _pages(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[first : first + _ITEMS_AT_ONCE] for first in range(0, len(ids), _ITEMS_AT_ONCE)]


def _by_hand(db: Database, ids: Sequence[str]) -> Iterator[list[Row]]:
    """Yield the tags that people gave these items; where the model agrees, with its reasons."""
    return (db.rows(_TAGS_BY_HAND, given={"item_id": page}) for page in _pages(ids))


def _all_items(db: Database, count: int) -> Iterator[list[Row]]:
    for first in range(1, count + 1, _ITEMS_AT_ONCE):
        last = first + _ITEMS_AT_ONCE - 1
        yield db.rows(_ITEMS.format(which=_A_PAGE), first=first, last=last)


def _items(
    db: Database, pages: Iterable[list[Row]], excerpts: Mapping[str, Excerpt]
) -> Iterator[PublishedItem]:
    for page in pages:
        past = history(db, [row["item_id"] for row in page])
        for row in page:
            announced_by = [*row.pop("announced_by"), row["source_id"]]
            versions, judgements = past[row["item_id"]]
            yield PublishedItem(
                url=row.pop("url") or "",
                relevance=row.pop("probability"),
                excerpt=_passed_on_by(announced_by, excerpts),
                versions=versions,
                judgements=judgements,
                **row,
            )


def _passed_on_by(sources: Iterable[str], excerpts: Mapping[str, Excerpt]) -> Excerpt:
    """Return the strictest of what these sources allow."""
    return _strictest(excerpts.get(source, _UNKNOWN) for source in sources)


def _strictest(excerpts: Iterable[Excerpt]) -> Excerpt:
    return min(excerpts, key=lambda one: (_STRICTEST_FIRST.index(one.policy), one.words))


def _all_tags(db: Database) -> Iterator[list[Row]]:
    [bounds] = db.rows("SELECT coalesce(max(rowid), -1) AS last FROM tags")
    for first in range(0, bounds["last"] + 1, _TAGS_AT_ONCE):
        last = first + _TAGS_AT_ONCE - 1
        yield db.rows(_TAGS.format(which=_A_PAGE_OF_TAGS), first=first, last=last)


def _tags(pages: Iterable[list[Row]]) -> Iterator[PublishedTag]:
    for row in chain.from_iterable(pages):
        yield PublishedTag(
            row["item_id"],
            row["facet"],
            row["tag"],
            row["probability"],
            row["decided_by"],
            because=_reasons(json.loads(row["evidence"])),
            evidence=row["evidence"],
        )


def _reasons(evidence: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the names of the concepts and places that spoke for a tag, not the text's words."""
    names = (
        one["label"]
        for one in evidence
        if one["kind"] in _NAMED and one["label"] and one["contribution"] > 0
    )
    return tuple(dict.fromkeys(names))[:_MOST_REASONS]


def _sources(db: Database, now: datetime) -> Iterator[PublishedSource]:
    """Yield the declared sources, and of those withdrawn the ones that items came from."""
    known = {one.source_id: one for one in health(db, now)}
    cited = {row["source_id"] for row in db.rows("SELECT DISTINCT source_id FROM entries")}
    for row in db.rows(_DECLARED):
        source = _source(row)
        if one := known.get(source.id):
            yield PublishedSource(source, str(one.health), one.last_success, one.last_new)
        elif source.id in cited:
            yield PublishedSource(source, str(Health.RETIRED))


def _source(row: Row) -> Source:
    declared = json.loads(row["declaration"])
    return Source(
        id=row["source_id"],
        name=row["name"],
        url=row["url"],
        kind=SourceKind(row["kind"]),
        feed=row["feed"],
        active=row["active"] and not row["withdrawn"],
        languages=tuple(row["languages"]),
        country=row["country"],
        region=row["region"],
        category=row["category"],
        domains=tuple(row["domains"]),
        excerpt=Excerpt(**declared["excerpt"]),
    )


def _judged_by(db: Database) -> str:
    """Return the version of the model that judged last."""
    rows = db.rows("SELECT arg_max(model_version, judged_at) AS last FROM judgements")
    return rows[0]["last"] or ""
