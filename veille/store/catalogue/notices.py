"""What leaves a catalogue besides itself: its newest items by domain and region, its stories.

Read from one edition, so that nothing comes out that the edition does not hold.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from veille.model.published import Label
from veille.notices import About, Notice, StoryNotice
from veille.store.catalogue.filters import Filters
from veille.store.catalogue.lists import strings
from veille.store.catalogue.queries import left_out
from veille.store.catalogue.search import Catalogue

List = tuple[str, str]
"""What a list of items is of: ("", "") for all, else a kind (domain, region) and an identifier."""

_MOST_TOLD = 20
"""Items of one story that its notice tells, at most."""

_LISTS = """
WITH ordered AS (
    SELECT
        item_id,
        row_number() OVER (ORDER BY first_seen_at::DATE DESC, published_on DESC, item_id) AS place
    FROM items WHERE relevant
)
SELECT kind, id, list(item_id ORDER BY place) AS item_ids
FROM (
    SELECT * FROM (
        SELECT '' AS kind, '' AS id, item_id, place FROM ordered
        UNION ALL
        SELECT 'domain', domain, item_id, place FROM ordered JOIN item_domains USING (item_id)
        UNION ALL
        SELECT 'region', region, item_id, place FROM ordered JOIN item_regions USING (item_id)
    )
    QUALIFY row_number() OVER (PARTITION BY kind, id ORDER BY place) <= $most
)
GROUP BY kind, id
"""
_NOTICES = f"""
WITH wanted AS (SELECT DISTINCT {strings("item_ids")} AS item_id),
tags AS (
    SELECT 'domain' AS kind, item_id, domain AS id, because
    FROM item_domains SEMI JOIN wanted USING (item_id)
    UNION ALL
    SELECT 'region', item_id, region, [] FROM item_regions SEMI JOIN wanted USING (item_id)
    UNION ALL
    SELECT 'theme', item_id, theme, because FROM item_themes SEMI JOIN wanted USING (item_id)
    UNION ALL
    SELECT 'type', item_id, item_type, [] FROM items SEMI JOIN wanted USING (item_id)
    WHERE item_type IS NOT NULL
),
told AS (
    SELECT
        item_id,
        list({{'kind': kind, 'id': id, 'label': coalesce(label, id)}} ORDER BY kind, id) AS tags,
        list_distinct(flatten(list(because ORDER BY kind, id))) AS because
    FROM tags LEFT JOIN labels USING (kind, id)
    GROUP BY item_id
)
SELECT
    item_id, title, url, source, published_on, first_seen_at AS seen_at, published_at, language,
    note, left(CASE WHEN lead = '' THEN text ELSE lead END, 4000) AS text, author, doubtful,
    coalesce(tags, []) AS tags, list_sort(coalesce(because, [])) AS because
FROM items SEMI JOIN wanted USING (item_id) LEFT JOIN told USING (item_id)
"""
_STORIES = """
SELECT
    story_id, stories.title, stories.items, stories.sources, stories.reason,
    max(first_seen_at) AS seen_at, list(item_id ORDER BY place) AS item_ids
FROM stories JOIN story_members USING (story_id) JOIN items USING (item_id, story_id)
WHERE stories.items > 1
GROUP BY ALL
HAVING bool_or(relevant)
ORDER BY seen_at::DATE DESC, max(published_on) DESC, story_id
LIMIT $most
"""


def about(catalogue: Catalogue) -> About:
    """Return which snapshot this is."""
    names = ", ".join(field.name for field in fields(About))
    return About(**catalogue.rows(f"SELECT {names} FROM snapshot")[0])


def newest(catalogue: Catalogue, *, most: int) -> dict[List, list[str]]:
    """Return the relevant items last seen first, `most` of each list: all, by domain, by region."""
    return {(row["kind"], row["id"]): row["item_ids"] for row in catalogue.rows(_LISTS, most=most)}


def notices(catalogue: Catalogue, item_ids: Collection[str]) -> dict[str, Notice]:
    """Return the notices of these items, by identifier; of those that this edition holds."""
    rows = catalogue.rows(_NOTICES, item_ids=list(item_ids)) if item_ids else []
    return {row["item_id"]: _notice(row) for row in rows}


def newest_stories(catalogue: Catalogue, *, most: int) -> list[StoryNotice]:
    """Return the stories that several items tell, the one last added to first."""
    rows = catalogue.rows(_STORIES, most=most)
    wanted = [row.pop("item_ids")[:_MOST_TOLD] for row in rows]
    known = notices(catalogue, {item_id for item_ids in wanted for item_id in item_ids})
    return [
        StoryNotice(**row, told=tuple(known[item_id] for item_id in item_ids))
        for row, item_ids in zip(rows, wanted, strict=True)
    ]


def named(catalogue: Catalogue, kind: str) -> dict[str, str]:
    """Return what identifiers of one kind are called, by identifier."""
    rows = catalogue.told("SELECT id, label FROM labels WHERE kind = $kind ORDER BY id", kind=kind)
    return {row["id"]: row["label"] for row in rows}


def subscribed(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the sources at work that have a feed, by name: name, url, feed, language, domains."""
    return catalogue.rows(
        "SELECT name, url, coalesce(feed, url) AS feed, languages[1] AS language, domains"
        " FROM sources WHERE active AND kind = 'feed' ORDER BY name, source_id"
    )


def chosen(
    catalogue: Catalogue, words: str, filters: Filters, days: int | None = None
) -> list[str]:
    """Return the relevant items that these words and filters find, best first, else newest first.

    With `days`, of so many days before the snapshot. Words that are all left out are so from what
    the filters let through: a bundle, unlike a search, is rightly all but something.
    """
    if days is not None:
        [row] = catalogue.rows("SELECT published_at::DATE AS today FROM snapshot")
        filters = replace(filters, since=row["today"] - timedelta(days=days))
    if unwanted := left_out(words):
        left = {item_id for one in unwanted for item_id in catalogue.matching(one, filters)}
        return [one for one in catalogue.matching("", filters) if one not in left]
    return catalogue.matching(words, filters)


def articles(catalogue: Catalogue, item_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows that the view `articles` has of these items, in this order."""
    rows = catalogue.rows(
        f"FROM articles SEMI JOIN (SELECT {strings('item_ids')} AS article_id) USING (article_id)",
        item_ids=list(item_ids),
    )
    known = {row["article_id"]: row for row in rows}
    return [known[item_id] for item_id in item_ids if item_id in known]


def columns(catalogue: Catalogue, view: str) -> dict[str, str]:
    """Return what a view's columns mean, by name, in order."""
    rows = catalogue.rows(
        "SELECT column_name, comment FROM duckdb_columns()"
        " WHERE table_name = $view ORDER BY column_index",
        view=view,
    )
    return {row["column_name"]: row["comment"] or "" for row in rows}


def _notice(row: Mapping[str, Any]) -> Notice:
    tags = tuple(Label(**tag) for tag in row["tags"])
    return Notice(**{**row, "tags": tags, "because": tuple(row["because"])})
