"""How much the working store holds, and what waits in it: what a run tells at its end.

Apart from what reads, judges and groups, whose values a run that has nothing to do need not load.
"""

from veille.store.database import Database

QUEUE = """
WITH unread AS (   -- announcements that need another try, or the first
    SELECT entries.rowid AS place, item_id, entry_id, first_poll_rank FROM entries
    ANTI JOIN (SELECT entry_id FROM attempts WHERE step = 'read' AND settled) USING (entry_id)
),
waiting AS (   -- the items announced so
    SELECT DISTINCT item_id FROM unread WHERE coalesce(first_poll_rank, 0) <= $backlog
),
by_source AS (   -- the present announcement of each of their sources
    SELECT
        item_id,
        source_id,
        min(seen_at) AS first_seen_at,
        arg_max(entry_id, (seen_at, -position, entry_id)) AS entry_id
    FROM entries SEMI JOIN waiting USING (item_id)
    GROUP BY item_id, source_id
),
announced AS (   -- that of the source which announced the item first
    SELECT item_id, arg_min(entry_id, (first_seen_at, source_id)) AS entry_id
    FROM by_source
    GROUP BY item_id
),
queue AS (
    SELECT
        item_id,
        announced.entry_id,
        arg_max(tries.not_before, tries.tried_at) AS not_before,
        max(tries.tried_at) AS tried_at,
        coalesce(max(tries.attempt) FILTER (tries.entry_id = announced.entry_id), 0) AS attempts,
        coalesce(max(tries.reading), 0) AS readings
    FROM announced SEMI JOIN unread USING (entry_id)
    LEFT JOIN (FROM attempts WHERE step = 'read') AS tries USING (item_id)
    GROUP BY item_id, announced.entry_id
)
"""

PRESENT = """
present AS (   -- of those alone: to look for the last version of all that is kept takes long
    SELECT item_id, max(version) AS version
    FROM articles SEMI JOIN lacking USING (item_id) GROUP BY item_id
)
"""


def counts(db: Database, backlog: int) -> dict[str, int]:
    """Return how many `items`, and `articles` of them; `waiting`: to be read now or at a later try.

    Items beyond the backlog of a source's first poll do not wait.
    """
    [row] = db.rows(
        f"""{QUEUE}
        SELECT
            (SELECT count(DISTINCT item_id) FROM entries) AS items,
            (SELECT count(DISTINCT item_id) FROM articles) AS articles,
            (SELECT count(*) FROM queue) AS waiting""",
        backlog=backlog,
    )
    return row


def unjudged(db: Database) -> int:
    """Return how many items have a present version that no model ever judged."""
    [row] = db.rows(
        f"""
        WITH lacking AS (
            SELECT article_id, item_id, version
            FROM articles ANTI JOIN judgements USING (article_id)
        ),
        {PRESENT}
        SELECT count(DISTINCT article_id) AS n
        FROM lacking SEMI JOIN present USING (item_id, version)"""
    )
    return int(row["n"])


def last_model(db: Database) -> str | None:
    """Return the version of the model that judged last, if any did."""
    [row] = db.rows("SELECT arg_max(model_version, judged_at) AS version FROM judgements")
    return None if row["version"] is None else str(row["version"])


def tag_counts(db: Database) -> dict[str, dict[str, int]]:
    """Return, by facet and tag, how many relevant items have it now."""
    rows = db.rows(
        """
        WITH again AS (   -- what was judged twice was revised, or one was by another model
            SELECT item_id FROM articles WHERE version > 1
            UNION
            SELECT item_id FROM judgements WHERE model_version <> $last
        ),
        past AS (   -- of these alone: to rank all takes long
            SELECT judgement_id FROM judgements SEMI JOIN again USING (item_id)
            QUALIFY row_number() OVER (
                PARTITION BY item_id ORDER BY judged_at DESC, judgement_id
            ) > 1
        ),
        present AS (FROM judgements ANTI JOIN past USING (judgement_id) WHERE relevant)
        SELECT facet, tag, count(*) AS items
        FROM tags SEMI JOIN present USING (judgement_id)
        WHERE given GROUP BY ALL ORDER BY items DESC, tag""",
        last=last_model(db),
    )
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["facet"], {})[row["tag"]] = row["items"]
    return counts


def stories(db: Database) -> int:
    """Return how many stories of several items there are."""
    [row] = db.rows("SELECT count(*) AS n FROM story_current WHERE len(members) > 1")
    return int(row["n"])
