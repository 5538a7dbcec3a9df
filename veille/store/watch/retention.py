"""Retention in the working store: what was superseded long enough ago, emptied or taken away.

Never what the present rests on: the last version of an article and of an announcement, the last
judgement of an item, the last polls of a source and runs of a pipeline, what people looked at when
they decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from veille.store.database import Database


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which rows of a table are too old, and what becomes of them: emptied columns, or gone."""

    table: str
    too_old: str
    emptied: tuple[str, ...] = ()


_OLD_JUDGEMENTS = """judgement_id IN (
    SELECT judgement_id FROM judgements ANTI JOIN judgement_current USING (judgement_id)
    WHERE judged_at < $before
)"""
_OLD_RUNS = """run_id IN (
    SELECT run_id FROM run_starts WHERE started_at < $before
    QUALIFY row_number() OVER (PARTITION BY pipeline ORDER BY started_at DESC) > 10
        AND row_number() OVER (ORDER BY started_at) > 1
)"""

_RULES: dict[str, tuple[_Rule, ...]] = {
    "versions": (
        _Rule(
            "articles",
            """text <> '' AND read_at < $before
            AND article_id NOT IN (SELECT article_id FROM article_current)
            AND (item_id, version) NOT IN (SELECT item_id, version FROM decisions)""",
            ("text", "lead"),
        ),
        _Rule(
            "entries",
            """(summary <> '' OR content <> '') AND seen_at < $before AND entry_id NOT IN (
                SELECT arg_max(entry_id, (seen_at, -position, entry_id))
                FROM entries GROUP BY item_id, source_id
            )""",
            ("summary", "content"),
        ),
    ),
    "judgements": (_Rule("tags", _OLD_JUDGEMENTS), _Rule("judgements", _OLD_JUDGEMENTS)),
    "polls": (
        _Rule(
            "polls",
            """polled_at < $before AND poll_id NOT IN (
                SELECT poll_id FROM polls
                QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY polled_at DESC) <= 20
            )""",
        ),
        _Rule(
            "robots_checks",
            """checked_at < $before AND check_id NOT IN (
                SELECT arg_max(check_id, checked_at) FROM robots_checks GROUP BY origin
            )""",
        ),
        _Rule("robots_texts", "text_hash NOT IN (SELECT text_hash FROM robots_checks)"),
    ),
    "runs": (_Rule("run_ends", _OLD_RUNS), _Rule("run_starts", _OLD_RUNS)),
}

KINDS = tuple(_RULES)
"""What has a time of its own: versions, judgements, polls, runs."""


def tidy(db: Database, before: Mapping[str, datetime], *, dry_run: bool = False) -> dict[str, int]:
    """Take away what is older than these moments, by kind; return how many rows, by table.

    All in one transaction. `dry_run` only counts; what goes because of it is not counted then.
    """
    told: dict[str, int] = {}
    with db.transaction():
        for kind, moment in before.items():
            for rule in _RULES[kind]:
                counted = f"SELECT count(*) AS n FROM {rule.table} WHERE {rule.too_old}"
                values: dict[str, Any] = {"before": moment} if "$before" in rule.too_old else {}
                [row] = db.rows(counted, **values)
                told[rule.table] = row["n"]
                if row["n"] and not dry_run:
                    db.run(_change(rule), **values)
    return {table: n for table, n in told.items() if n}


def _change(rule: _Rule) -> str:
    if rule.emptied:
        emptied = ", ".join(f"{column} = ''" for column in rule.emptied)
        return f"UPDATE {rule.table} SET {emptied} WHERE {rule.too_old}"
    return f"DELETE FROM {rule.table} WHERE {rule.too_old}"
