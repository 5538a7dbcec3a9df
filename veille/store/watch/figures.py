"""How much the working store holds, and what waits in it: what a run tells at its end.

Apart from what reads, judges and groups, whose values a run that has nothing to do need not load.
"""

from datetime import datetime, timedelta

from veille.store.database import Database
from veille.store.watch import looking
from veille.store.watch.looking import Done

QUEUE = """
WITH waiting AS (   -- items announced since $start that need another try, or the first
    SELECT item_id, max(seen_at) AS told_at FROM entries
    ANTI JOIN (
        SELECT entry_id FROM attempts
        WHERE step = 'read' AND settled AND tried_at >= $answered_start
    ) USING (entry_id)
    WHERE seen_at >= $start AND coalesce(first_poll_rank, 0) <= $backlog
    GROUP BY item_id
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
    FROM announced LEFT JOIN (FROM attempts WHERE step = 'read') AS tries USING (item_id)
    GROUP BY item_id, announced.entry_id
    HAVING count(*) FILTER (tries.settled AND tries.entry_id = announced.entry_id) = 0
)
"""

PRESENT = """
present AS (   -- of those alone: to look for the last version of all that is kept takes long
    SELECT item_id, max(version) AS version
    FROM articles SEMI JOIN lacking USING (item_id) GROUP BY item_id
)
"""

UNSIGNED = f"""
WITH lacking AS (
    SELECT article_id, item_id, version, read_at FROM articles
    ANTI JOIN (
        FROM story_signatures WHERE scheme = $scheme AND signed_at >= $answered_start
    ) USING (article_id)
    WHERE read_at >= $start
),
{PRESENT},
unsigned AS (FROM lacking SEMI JOIN present USING (item_id, version))
"""

UNJUDGED = f"""
WITH lacking AS (   -- never judged, or young and not by this model
    SELECT article_id, item_id, version, read_at, published_at FROM articles
    ANTI JOIN (
        FROM judgements WHERE model_version = $model_version AND judged_at >= $answered_start
    ) USING (article_id)
    WHERE read_at >= $start
),
{PRESENT},
others AS (SELECT article_id FROM judgements SEMI JOIN lacking USING (article_id)),
unjudged AS (
    FROM lacking SEMI JOIN present USING (item_id, version)
    WHERE read_at > $since OR article_id NOT IN (FROM others)
)
"""


REJUDGED = timedelta(weeks=26)
"""How long an article is judged anew whenever the model changes; older ones keep their tags."""


def look_through(db: Database, now: datetime, backlog: int) -> None:
    """Note how far all is read, signed by the last scheme and judged by the last model: what
    `lacking_articles`, `lacking` and `lacking_judgements` need not look at; see `looking`."""
    read = f"{QUEUE} SELECT min(told_at) AS until FROM waiting SEMI JOIN queue USING (item_id)"
    looking.note(db, looking.read(backlog), read, backlog=backlog)
    signed = f"{UNSIGNED} SELECT min(read_at) AS until FROM unsigned"
    if scheme := _last(db, "story_signatures", "scheme", "signed_at"):
        looking.note(db, looking.signed(scheme), signed, scheme=scheme)
    judged = f"{UNJUDGED} SELECT min(read_at) AS until FROM unjudged"
    if model := last_model(db):
        looking.note(db, looking.judged(model), judged, model_version=model, since=now - REJUDGED)


def counts(db: Database, backlog: int) -> dict[str, int]:
    """Return how many `items`, and `articles` of them; `waiting`: to be read now or at a later try.

    Items beyond the backlog of a source's first poll do not wait.
    """
    read = looking.done(db, looking.read(backlog))
    judged = looking.done(db, looking.judged(last_model(db)))
    [waiting] = db.rows(
        f"{QUEUE} SELECT count(*) AS n FROM queue",
        backlog=backlog,
        start=read.until,
        answered_start=read.answered_until,
    )
    return {
        "items": _items(db, "entries", "seen_at", read),
        "articles": _items(db, "articles", "read_at", judged),
        "waiting": waiting["n"],
    }


def _items(db: Database, table: str, moment: str, done: Done) -> int:
    """Return how many items a table tells of: those counted up to a moment, and others since."""
    [row] = db.rows(
        f"""
        WITH fresh AS (SELECT DISTINCT item_id FROM {table} WHERE {moment} >= $until)
        SELECT (SELECT count(*) FROM fresh) AS fresh, (
            SELECT count(DISTINCT item_id) FROM {table} SEMI JOIN fresh USING (item_id)
            WHERE {moment} < $until
        ) AS again""",
        until=done.until,
    )
    return done.items + int(row["fresh"] - row["again"])


def unjudged(db: Database) -> int:
    """Return how many items have a present version that no model ever judged."""
    model = last_model(db)
    done = looking.done(db, looking.judged(model))
    [row] = db.rows(
        f"{UNJUDGED} SELECT count(DISTINCT article_id) AS n FROM unjudged",
        model_version=model,
        since=looking.NEVER,
        start=done.until,
        answered_start=done.answered_until,
    )
    return int(row["n"])


def last_model(db: Database) -> str | None:
    """Return the version of the model that judged last, if any did."""
    return _last(db, "judgements", "model_version", "judged_at")


def _last(db: Database, table: str, column: str, moment: str) -> str | None:
    [row] = db.rows(f"SELECT arg_max({column}, {moment}) AS last FROM {table}")
    return None if row["last"] is None else str(row["last"])


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
