"""What items were before: the versions of their texts, and what was judged of each."""

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from veille.model.published import PastJudgement, PastVersion
from veille.store.database import Database, Row

History = dict[str, tuple[tuple[PastVersion, ...], tuple[PastJudgement, ...]]]
"""The versions and the judgements of items, oldest first, by the items' ids."""

_MOST_REASONS = 12  # kept of why an item is relevant; people are told three
_VERSIONS = """
SELECT
    item_id, version AS number, read_at, title, text_from,
    list_filter([
        CASE WHEN title <> lag(title) OVER told THEN 'title' END,
        CASE WHEN version > 1 AND published_at IS DISTINCT FROM lag(published_at) OVER told
             THEN 'date' END,
        CASE WHEN text_hash <> lag(text_hash) OVER told THEN 'text' END
    ], lambda one: one IS NOT NULL) AS changed
FROM articles SEMI JOIN given USING (item_id)
WINDOW told AS (PARTITION BY item_id ORDER BY version)
ORDER BY item_id, version
"""
_JUDGEMENTS = """
SELECT
    judgements.item_id, judgement_id, judged_at, version, model_version, relevant, probability,
    doubtful, evidence
FROM (FROM judgements SEMI JOIN given USING (item_id)) AS judgements
JOIN (SELECT article_id, version FROM articles SEMI JOIN given USING (item_id)) USING (article_id)
ORDER BY judgements.item_id, judged_at, judgement_id
"""
_DOMAINS = """
SELECT judgement_id, list(tag ORDER BY position) AS domains
FROM tags SEMI JOIN given USING (judgement_id)
WHERE given AND facet = 'domain' GROUP BY judgement_id
"""


def history(db: Database, item_ids: Sequence[str]) -> History:
    """Return what is known of these items' past; of those that have an article and a judgement."""
    given = {"item_id": list(item_ids)}
    by_item = itemgetter("item_id")
    versions = {
        item: tuple(map(_version, rows))
        for item, rows in groupby(db.rows(_VERSIONS, given=given), by_item)
    }
    judged = db.rows(_JUDGEMENTS, given=given)
    domains = _domains(db, [row["judgement_id"] for row in judged])
    return {
        item: (versions.get(item, ()), _judgements(list(rows), domains))
        for item, rows in groupby(judged, by_item)
    }


def _domains(db: Database, judgement_ids: list[str]) -> dict[str, tuple[str, ...]]:
    rows = db.rows(_DOMAINS, given={"judgement_id": judgement_ids}) if judgement_ids else []
    return {row["judgement_id"]: tuple(row["domains"]) for row in rows}


def _version(row: Row) -> PastVersion:
    return PastVersion(
        row["number"], row["read_at"], row["title"], row["text_from"], tuple(row["changed"])
    )


def _judgements(
    rows: Sequence[Row], domains: dict[str, tuple[str, ...]]
) -> tuple[PastJudgement, ...]:
    """Return an item's judgements; why it was found relevant is told of the last one alone."""
    return tuple(
        PastJudgement(
            row["judged_at"],
            row["version"],
            row["model_version"],
            row["relevant"],
            row["probability"],
            row["doubtful"],
            domains.get(row["judgement_id"], ()),
            _strongest(row["evidence"]) if row is rows[-1] else None,
        )
        for row in rows
    )


def _strongest(evidence: str) -> str:
    return json.dumps(json.loads(evidence)[:_MOST_REASONS], ensure_ascii=False)
