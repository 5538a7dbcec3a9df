"""Counts of what a snapshot holds, for the dashboard: relevant items, by the day they came out."""

from dataclasses import dataclass
from datetime import date

from veille.store.catalogue.search import Catalogue

_ITEMS = """
FROM items WHERE relevant AND published_on BETWEEN $first AND $last
"""
_BY_WEEK = f"""
SELECT date_trunc('week', published_on)::DATE AS monday, count(*) AS items
{_ITEMS} GROUP BY monday
"""
_BY_DOMAIN = f"""
SELECT domain, date_trunc('week', published_on)::DATE AS monday, count(*) AS items
FROM item_domains JOIN (SELECT item_id, published_on {_ITEMS}) USING (item_id)
GROUP BY domain, monday
"""
_BY_REGION = f"""
SELECT region, count(*) AS items
FROM item_regions SEMI JOIN (SELECT item_id {_ITEMS}) USING (item_id)
GROUP BY region ORDER BY items DESC, region
"""
_BY_LANGUAGE = f"""
SELECT coalesce(language, '') AS language, count(*) AS items
{_ITEMS} GROUP BY language ORDER BY items DESC, language
"""
_LAST_BY_REGION = """
SELECT region, max(published_on) AS day
FROM item_regions JOIN items USING (item_id)
WHERE relevant AND published_on <= $last
GROUP BY region
"""
_TERMS = f"""
WITH named AS (
    SELECT item_id, unnest(because) AS term FROM item_domains
    UNION
    SELECT item_id, unnest(because) FROM item_themes
)
SELECT
    term,
    count(*) FILTER (published_on >= $since) AS lately,
    count(*) FILTER (published_on < $since) AS before
FROM named JOIN (SELECT item_id, published_on {_ITEMS}) USING (item_id)
GROUP BY term HAVING lately > 0
"""


@dataclass(frozen=True, slots=True)
class TermCount:
    """In how many items a concept decided a tag: lately, and in the time before that."""

    term: str
    lately: int
    before: int


def items_by_week(catalogue: Catalogue, first: date, last: date) -> dict[date, int]:
    """Return how many items came out in each week, by its Monday; empty weeks are not in it."""
    rows = catalogue.rows(_BY_WEEK, first=first, last=last)
    return {row["monday"]: row["items"] for row in rows}


def domains_by_week(catalogue: Catalogue, first: date, last: date) -> dict[str, dict[date, int]]:
    """Return the same for each domain."""
    counts: dict[str, dict[date, int]] = {}
    for row in catalogue.rows(_BY_DOMAIN, first=first, last=last):
        counts.setdefault(row["domain"], {})[row["monday"]] = row["items"]
    return counts


def items_by_region(catalogue: Catalogue, first: date, last: date) -> dict[str, int]:
    """Return how many items are about each place, the most frequent first."""
    rows = catalogue.rows(_BY_REGION, first=first, last=last)
    return {row["region"]: row["items"] for row in rows}


def items_by_language(catalogue: Catalogue, first: date, last: date) -> dict[str, int]:
    """Return how many items each language has (ISO 639-1; empty: not known), most first."""
    rows = catalogue.rows(_BY_LANGUAGE, first=first, last=last)
    return {row["language"]: row["items"] for row in rows}


def last_day_by_region(catalogue: Catalogue, last: date) -> dict[str, date]:
    """Return the day of the last item about each place, up to a day."""
    return {row["region"]: row["day"] for row in catalogue.rows(_LAST_BY_REGION, last=last)}


def term_counts(catalogue: Catalogue, first: date, since: date, last: date) -> list[TermCount]:
    """Return the concepts that decided tags from `since` to `last`, beside their count before."""
    rows = catalogue.rows(_TERMS, first=first, since=since, last=last)
    return [TermCount(row["term"], row["lately"], row["before"]) for row in rows]
