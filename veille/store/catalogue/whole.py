"""One item or story of the team's snapshot, whole, for the page that shows it."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from veille.model.judgement import Evidence, Judgement, Kind, Part, Tag, Verdict
from veille.model.published import PastJudgement, PastVersion
from veille.store.catalogue.lists import strings
from veille.store.catalogue.search import Catalogue

MOST_TEXT = 60_000
"""Characters of a text that a page shows."""

_ITEM = """
SELECT
    item_id, title, url, source_id, source, published_on, published_at, date_origin, first_seen_at,
    version, language, item_type, axis, relevant, relevance, decided_by, doubtful, story_id, words,
    note, lead, author, left(text, $most) AS text, length(text) > $most AS is_cut
FROM items WHERE rowid IN ({rows})
"""
_TAGS = """
SELECT {tag} AS tag, probability, decided_by, evidence FROM {table} WHERE item_id = $item_id
ORDER BY probability DESC, tag
"""
_TOLD = """
SELECT
    item_id, title, url, source_id, source, published_on, language, relevant,
    coalesce(place, 1) AS place, coalesce(kind, '') AS kind, coalesce(share, 0) AS share
FROM items LEFT JOIN story_members USING (story_id, item_id)
WHERE story_id = $story_id
ORDER BY place, published_on, item_id
LIMIT $limit
"""
_TELLINGS = """
SELECT item_id, title, url, source_id, source, published_on, language, relevant, story_id
FROM items WHERE rowid IN ({rows})
"""
_MEMBERS = f"""
SELECT item_id, story_id, place, kind, share FROM story_members
WHERE item_id IN (SELECT {strings("ids")})
"""  # joined to the items, it goes through all members: five times as long
_STORY = """
SELECT story_id, title, first_on, last_on, items, sources, reason, aliases FROM stories
WHERE story_id = $id OR list_contains(aliases, $id)
ORDER BY story_id = $id DESC LIMIT 1
"""
_BEGINNINGS = "SELECT item_id, beginning FROM item_beginnings WHERE {which}"
_ID = re.compile(r"[\w-]{1,64}")
_BEGUN = re.compile(r"[0-9a-f]{8,63}")


@dataclass(frozen=True, slots=True)
class WholeItem:
    """An item as the team's snapshot has it, with what people had decided before it was made.

    `judgement` is what the machine says, and why, as far as the snapshot tells.
    """

    item_id: str
    title: str
    url: str
    source_id: str
    source: str
    published_on: date
    published_at: datetime | None
    date_origin: str | None
    first_seen_at: datetime
    version: int
    language: str | None
    item_type: str | None
    axis: str | None
    relevant: bool
    relevance: float
    decided_by: str
    doubtful: bool
    story_id: str | None
    words: int
    note: str
    lead: str
    author: str
    text: str
    is_cut: bool
    judgement: Judgement
    domains: tuple[str, ...]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    versions: tuple[PastVersion, ...]
    judgements: tuple[PastJudgement, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """One item of a story, in a line."""

    item_id: str
    title: str
    url: str
    source_id: str
    source: str
    published_on: date
    language: str | None
    relevant: bool
    place: int = 1
    kind: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list tells of an item beside its title: how its text begins, its tags."""

    beginning: str
    domains: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeStory:
    """A story as the snapshot has it; `items` counts its members, `told` may hold fewer."""

    story_id: str
    title: str
    first_on: date
    last_on: date
    items: int
    sources: int
    reason: str
    aliases: tuple[str, ...]
    told: tuple[Telling, ...]


def whole_item(catalogue: Catalogue, item_id: str) -> WholeItem | None:
    """Return an item, or None when the snapshot does not hold it."""
    rows = catalogue.rows(_ITEM.format(rows=catalogue.rows_of([item_id])), most=MOST_TEXT)
    if not rows:
        return None
    [row] = rows
    tags = {
        tag: catalogue.rows(_TAGS.format(tag=tag, table=f"item_{tag}s"), item_id=item_id)
        for tag in ("domain", "region", "theme")
    }
    judgements = _judgements(catalogue, item_id)
    return WholeItem(
        **row,
        judgement=_judgement(row, tags, judgements),
        domains=tuple(one["tag"] for one in tags["domain"]),
        regions=tuple(one["tag"] for one in tags["region"]),
        themes=tuple(one["tag"] for one in tags["theme"]),
        versions=_versions(catalogue, item_id),
        judgements=judgements,
    )


def id_begun(catalogue: Catalogue, text: str) -> str | None:
    """Return the id of the one item whose id begins so, as commands show it; None for none, or
    for several."""
    if not _BEGUN.fullmatch(text):
        return None
    rows = catalogue.rows(
        "SELECT item_id FROM items WHERE starts_with(item_id, $text) LIMIT 2", text=text
    )
    return str(rows[0]["item_id"]) if len(rows) == 1 else None


def whole_story(catalogue: Catalogue, story_id: str, *, limit: int = 200) -> WholeStory | None:
    """Return the story of this id, or the one that took it over; None for neither."""
    rows = catalogue.rows(_STORY, id=story_id)
    if not rows:
        return None
    row = rows[0] | {"aliases": tuple(rows[0]["aliases"])}
    told = catalogue.rows(_TOLD, story_id=row["story_id"], limit=limit)
    return WholeStory(**row, told=tuple(Telling(**one) for one in told))


def tellings(catalogue: Catalogue, item_ids: Collection[str]) -> dict[str, Telling]:
    """Return these items in a line each, by id; those that the snapshot holds."""
    ids = list(item_ids)
    if not ids:
        return {}
    rows = catalogue.rows(_TELLINGS.format(rows=catalogue.rows_of(ids)))
    held = [row["item_id"] for row in rows]  # ids may be whatever somebody typed
    members = {
        (row.pop("story_id"), row.pop("item_id")): row for row in catalogue.rows(_MEMBERS, ids=held)
    }
    told = []
    for row in rows:
        member = members.get((row.pop("story_id"), row["item_id"]), {})
        told.append(Telling(**row, **member))
    ordered = sorted(told, key=lambda one: (one.place, one.published_on, one.item_id))
    return {one.item_id: one for one in ordered}


def glances(
    catalogue: Catalogue, item_ids: Collection[str], *, chars: int = 0
) -> dict[str, Glance]:
    """Return what is told of items found, by id: their tags, so much of how their texts begin."""
    ids = list(item_ids)
    begun = _beginnings(catalogue, ids, chars) if chars else {}
    domains, regions = (catalogue.tags_of(ids, facet) for facet in ("domains", "regions"))
    return {one: Glance(begun.get(one, ""), domains[one], regions[one]) for one in domains}


def _beginnings(catalogue: Catalogue, item_ids: Sequence[str], chars: int) -> dict[str, str]:
    """Return how these items' texts begin.

    The table is filled and emptied beside `items`: a beginning has the row that its item has there,
    unless DuckDB moved one and not the other. Those are looked for by their ids, which takes five
    times as long; ids stand in the SQL itself, where the database goes by them: bound ones take
    three times as long again.
    """
    wanted = {one for one in item_ids if _ID.fullmatch(one)}
    if not wanted or not _tells(catalogue, "item_beginnings"):
        return {}
    rows = catalogue.rows(_BEGINNINGS.format(which=f"rowid IN ({catalogue.rows_of(item_ids)})"))
    if missing := wanted - {row["item_id"] for row in rows}:
        ids = ", ".join(f"'{one}'" for one in sorted(missing))
        rows += catalogue.rows(_BEGINNINGS.format(which=f"item_id IN ({ids})"))
    return {row["item_id"]: row["beginning"][:chars] for row in rows if row["item_id"] in wanted}


def _tells(catalogue: Catalogue, table: str) -> bool:
    """Whether a snapshot has this table: one that an older engine published may not."""
    sql = "SELECT 1 FROM duckdb_tables() WHERE table_name = $table"
    return bool(catalogue.told(sql, table=table))


def _versions(catalogue: Catalogue, item_id: str) -> tuple[PastVersion, ...]:
    if not _tells(catalogue, "item_versions"):
        return ()
    rows = catalogue.rows(
        """SELECT version AS number, read_at, title, text_from, changed FROM item_versions
        WHERE item_id = $item_id ORDER BY version""",
        item_id=item_id,
    )
    return tuple(PastVersion(**(row | {"changed": tuple(row["changed"])})) for row in rows)


def _judgements(catalogue: Catalogue, item_id: str) -> tuple[PastJudgement, ...]:
    if not _tells(catalogue, "item_judgements"):
        return ()
    rows = catalogue.rows(
        """SELECT judged_at, version, model_version, relevant, probability, doubtful, domains,
            evidence
        FROM item_judgements WHERE item_id = $item_id ORDER BY judged_at, model_version""",
        item_id=item_id,
    )
    return tuple(PastJudgement(**(row | {"domains": tuple(row["domains"])})) for row in rows)


def _judgement(
    item: dict[str, Any], tags: dict[str, list[dict[str, Any]]], past: tuple[PastJudgement, ...]
) -> Judgement:
    """Return what the machine says of an item; tags that people gave are not its own."""
    own = {
        kind: [one for one in given if one["decided_by"] != "person"]
        for kind, given in tags.items()
    }
    return Judgement(
        model_version=past[-1].model_version if past else "",
        language=item["language"],
        language_probability=1.0,
        relevant=_relevant(item, past),
        verdicts=tuple(
            Verdict(one["tag"], True, one["probability"], evidence=_evidence(one["evidence"]))
            for one in own["domain"]
        ),
        regions=tuple(
            Tag(one["tag"], one["probability"], _evidence(one["evidence"])) for one in own["region"]
        ),
        axis=Tag(item["axis"], 1.0) if item["axis"] else None,
    )


def _relevant(item: dict[str, Any], past: tuple[PastJudgement, ...]) -> Verdict:
    if not past:
        return Verdict("relevant", item["relevant"], item["relevance"], item["doubtful"])
    last = past[-1]
    why = _evidence(last.evidence)
    return Verdict("relevant", last.relevant, last.probability, last.doubtful, why)


def _evidence(text: str | None) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(**{**one, "kind": Kind(one["kind"]), "part": one["part"] and Part(one["part"])})
        for one in json.loads(text or "[]")
    )
