"""What of the catalogue may go into a bulletin: items of some days, with their tags and story."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from veille.model import Excerpt
from veille.model.bulletin import Candidate
from veille.model.published import PublishedItem
from veille.store.catalogue.lists import strings, these_rows
from veille.store.catalogue.search import Catalogue

_PICKED = f"""
SELECT rowid AS row_no FROM items
WHERE (relevant AND published_on BETWEEN $first AND $last)
   OR (relevant AND published_on BETWEEN $calls_since AND $last
       AND item_type IN (SELECT {strings("calls")}))
   OR item_id IN (SELECT {strings("wanted")})
"""
_ITEMS = """
SELECT
    item_id, url, title, source_id, source, first_seen_at, {text} AS text, {lead} AS lead, language,
    published_at, published_on, words, relevant, relevance, decided_by, doubtful, item_type, axis,
    note, story_id
FROM items WHERE rowid IN ({rows}) ORDER BY published_on DESC, item_id
"""
# Joined to the items, each of these would go through all of its table with every string unpacked.
_TAGS = f"""
SELECT item_id, {{tag}} AS tag, probability FROM item_{{tag}}s
WHERE item_id IN (SELECT {strings("ids")}) ORDER BY probability DESC, tag
"""
_PLACES = f"""
SELECT item_id, story_id, place FROM story_members WHERE item_id IN (SELECT {strings("ids")})
"""
_ALIASES = f"""
SELECT story_id, aliases FROM stories WHERE story_id IN (SELECT {strings("ids")})
"""
_WITH_TEXTS = {"text": "left(text, 20_000)", "lead": "lead"}
_WITHOUT = {"text": "''", "lead": "''"}
_SHOWN = f"""
SELECT item_id, text = '' AS nothing, ends_with(text, ' …') AS is_cut,
       CASE WHEN ends_with(text, ' …') THEN len(string_split_regex(text, '\\s+')) - 1 END AS words
FROM items WHERE item_id IN (SELECT {strings("ids")})
"""
_STRICTEST_FIRST = ("none", "title", "quote", "full")


def candidates(
    team: Catalogue,
    shown: Catalogue,
    first: date,
    last: date,
    excerpts: Mapping[str, Excerpt],
    *,
    calls: Collection[str] = (),
    calls_since: date | None = None,
    wanted: Collection[str] = (),
    texts: bool = True,
) -> list[Candidate]:
    """Return the relevant items of these days, newest first, and those `wanted` whatever their day.

    Of the kinds named `calls`, those since `calls_since` too. Texts are cut after 20,000 signs.
    They come from the team's edition; `shown` is the open one: what it does not hold, or only the
    title of, is not quoted (one of several sources of an item may be stricter than the first).
    `excerpts` are what the registry says now of each source's texts: the stricter holds. Of a
    source that is no longer there, the title at most. Without `texts`, for who shows only what the
    items are called, none is read: theirs are empty, and nothing of them may be quoted.
    """
    if first > last and not calls:
        picked = team.rows_of(list(wanted))
    else:
        rows = team.rows(
            _PICKED,
            first=first,
            last=last,
            wanted=list(wanted),
            calls=list(calls),
            calls_since=calls_since or first,
        )
        picked = these_rows([row["row_no"] for row in rows])
    rows = _rows(team, picked, texts=texts)
    if not texts:
        return [_candidate(row, Excerpt("title")) for row in rows]
    passed = {row["item_id"]: row for row in shown.rows(_SHOWN, ids=[r["item_id"] for r in rows])}
    return [
        _candidate(
            row,
            _stricter(
                excerpts.get(row["source_id"], Excerpt()), _as_shown(passed.get(row["item_id"]))
            ),
        )
        for row in rows
    ]


def _rows(team: Catalogue, picked: str, *, texts: bool) -> list[dict[str, Any]]:
    """Return the items of these rows, with their tags, the most probable first, and their story."""
    rows = team.rows(_ITEMS.format(rows=picked, **(_WITH_TEXTS if texts else _WITHOUT)))
    ids = [row["item_id"] for row in rows]
    domains, regions = (_tags(team, tag, ids) for tag in ("domain", "region"))
    stories = list({row["story_id"] for row in rows if row["story_id"]})
    places = {(one["story_id"], one["item_id"]): one["place"]
              for one in team.rows(_PLACES, ids=ids)}  # fmt: skip
    aliases = {one["story_id"]: one["aliases"] for one in team.rows(_ALIASES, ids=stories)}
    for row in rows:
        item_id, story_id = row["item_id"], row["story_id"]
        row["domains"] = [tag for tag, _probability in domains[item_id]]
        row["domain_probability"] = max((sure for _tag, sure in domains[item_id]), default=0)
        row["regions"] = [tag for tag, _probability in regions[item_id]]
        row["place"] = places.get((story_id, item_id), 1)
        row["aliases"] = aliases.get(story_id, [])
    return rows


def _tags(team: Catalogue, tag: str, ids: list[str]) -> Mapping[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in team.rows(_TAGS.format(tag=tag), ids=ids):
        found[row["item_id"]].append((row["tag"], row["probability"]))
    return found


def _candidate(row: dict[str, Any], excerpt: Excerpt) -> Candidate:
    return Candidate(
        item=PublishedItem(
            item_id=row["item_id"],
            url=row["url"],
            title=row["title"],
            source_id=row["source_id"],
            first_seen_at=row["first_seen_at"],
            text=row["text"],
            lead=row["lead"],
            language=row["language"],
            published_at=row["published_at"],
            words=row["words"],
            relevant=row["relevant"],
            relevance=row["relevance"],
            decided_by=row["decided_by"],
            doubtful=row["doubtful"],
            item_type=row["item_type"],
            axis=row["axis"],
            note=row["note"],
            excerpt=excerpt,
        ),
        source=row["source"],
        day=row["published_on"],
        domains=tuple(row["domains"]),
        regions=tuple(row["regions"]),
        domain_probability=row["domain_probability"],
        story_ids=tuple(one for one in (row["story_id"], *row["aliases"]) if one),
        place=row["place"],
    )


def _as_shown(row: dict[str, Any] | None) -> Excerpt:
    """Return the policy under which the open edition shows an item."""
    if row is None:
        return Excerpt("none")
    if row["nothing"]:
        return Excerpt("title")
    return Excerpt("quote", row["words"]) if row["is_cut"] else Excerpt("full")


def _stricter(one: Excerpt, other: Excerpt) -> Excerpt:
    """Return the policy of two that passes on less."""
    return min(
        one, other, key=lambda excerpt: (_STRICTEST_FIRST.index(excerpt.policy), excerpt.words)
    )
