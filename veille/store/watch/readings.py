"""Reading in the working store: what is to be read, and what reading gave."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, cadence, digest
from veille.model.articles import Article, ReadingResult, TextFrom, ToRead, revised
from veille.store.database import Database, Row
from veille.store.watch import looking
from veille.store.watch.figures import QUEUE


@dataclass(frozen=True, slots=True)
class Readings:
    """What a batch of readings came to: articles new, changed, as known, and pages that failed.

    A failed page counts as failed even when the feed's own text made an article.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    failed: int = 0

    @property
    def articles(self) -> int:
        """Versions of articles made."""
        return self.new + self.changed


def lacking_articles(
    db: Database,
    now: datetime,
    *,
    backlog: int,
    limit: int | None = None,
    since: datetime | None = None,
) -> list[ToRead]:
    """Return the items to read now, newest first.

    Those not read yet, or announced otherwise since by the source that announced them first; not
    those that wait for another try, nor those beyond the `backlog` newest of a source's first poll.
    Those announced `since` a moment do not wait.
    """
    done = looking.done(db, looking.read(backlog))
    rows = db.rows(
        f"""{QUEUE},
        told AS (   -- by row: of what all announce none but these are read
            FROM entries
            WHERE rowid IN (SELECT rowid FROM entries SEMI JOIN queue USING (entry_id))
        )
        SELECT told.*, attempts, readings
        FROM queue JOIN told USING (entry_id)
        WHERE not_before IS NULL
            OR not_before <= $now
            OR tried_at > $now  -- a clock set back
            OR seen_at >= $since
        QUALIFY row_number() OVER (PARTITION BY entry_id) = 1
        ORDER BY least(coalesce(published_at, seen_at), seen_at) DESC, entry_id
        LIMIT $limit""",
        backlog=backlog,
        now=now,
        limit=limit,
        since=since,
        start=done.until,
        answered_start=done.answered_until,
    )
    return [_to_read(row) for row in rows]


def save_readings(db: Database, readings: Sequence[ReadingResult], *, attempts: int) -> Readings:
    """Keep what reading gave: new versions of articles, and what was tried, in one transaction.

    A page is tried up to `attempts` times for one announcement. A reading that is kept already
    adds nothing.
    """
    tally: Counter[str] = Counter()
    article_rows: list[Row] = []
    attempt_rows: list[Row] = []
    with db.transaction():
        unkept = _unkept(db, readings)
        known = _last_versions(db, [one.to_read.item_id for one in unkept.values()])
        for attempt_id, reading in unkept.items():
            item = reading.to_read.item_id
            version, article = known.get(item, (0, None))
            made = revised(article, reading.article) if reading.article else None
            article_id = None
            if made:
                known[item] = version + 1, made
                article_id = _article_id(item, version + 1)
                article_rows.append(_article_row(article_id, version + 1, made, reading))
            outcome = ("changed" if version else "new") if made else "same"
            tally.update(_counted(outcome, reading))
            attempt_rows.append(_attempt_row(attempt_id, outcome, article_id, reading, attempts))
        db.append("articles", article_rows, key="article_id", none_kept=True)
        db.append("attempts", attempt_rows, key="attempt_id", none_kept=True)
    return Readings(**tally)


def _unkept(db: Database, readings: Sequence[ReadingResult]) -> dict[str, ReadingResult]:
    by_id = {
        digest("read", one.to_read.entry_id, one.read_at.isoformat()): one
        for one in sorted(readings, key=lambda one: (one.read_at, one.to_read.entry_id))
    }
    kept = db.rows(  # from the first on: those of other nights are passed over unread
        """SELECT attempt_id FROM attempts SEMI JOIN given USING (attempt_id)
        WHERE tried_at >= $first""",
        given={"attempt_id": list(by_id)},
        first=min((one.read_at for one in readings), default=None),
    )
    for attempt_id in {row["attempt_id"] for row in kept}:
        del by_id[attempt_id]
    return by_id


def _last_versions(db: Database, items: Sequence[str]) -> dict[str, tuple[int, Article]]:
    versions = db.rows(  # apart from the texts, so that items never read cost nothing
        """SELECT item_id, max(version) AS version
        FROM articles SEMI JOIN given USING (item_id) GROUP BY item_id""",
        given={"item_id": items},
    )
    rows = db.rows(
        """FROM articles
        WHERE rowid IN (SELECT rowid FROM articles SEMI JOIN given USING (article_id))""",
        given={"article_id": [_article_id(**row) for row in versions]},
    )
    return {row["item_id"]: (row["version"], _article(row)) for row in rows}


def _article_id(item_id: str, version: int) -> str:
    return digest("article", item_id, str(version))


def _counted(outcome: str, reading: ReadingResult) -> list[str]:
    if reading.failure is None:
        return [outcome]
    return ["failed"] if outcome == "same" else ["failed", outcome]


def _attempt_row(
    attempt_id: str, outcome: str, article_id: str | None, reading: ReadingResult, allowed: int
) -> Row:
    to_read, failure = reading.to_read, reading.failure
    retry = None
    if failure:
        retry = cadence.next_try(
            reading.read_at,
            failure.kind,
            to_read.attempts + 1,
            allowed,
            retry_after=reading.retry_after,
            jitter=cadence.jitter(to_read.entry_id, reading.read_at.isoformat()),
        )
    return {
        "attempt_id": attempt_id,
        "step": "read",
        "item_id": to_read.item_id,
        "entry_id": to_read.entry_id,
        "run_id": reading.run_id,
        "tried_at": reading.read_at,
        "outcome": failure.kind if failure else outcome,
        "detail": failure.detail if failure else "",
        "article_id": article_id,
        "attempt": to_read.attempts + 1,
        "reading": to_read.readings + 1,
        "settled": retry is None,
        "not_before": retry or cadence.next_reading(reading.read_at, to_read.readings + 1),
    }


def _article_row(article_id: str, version: int, article: Article, reading: ReadingResult) -> Row:
    return {
        "article_id": article_id,
        "item_id": reading.to_read.item_id,
        "version": version,
        "entry_id": reading.to_read.entry_id,
        "source_id": reading.to_read.source_id,
        "run_id": reading.run_id,
        "read_at": reading.read_at,
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "author": article.author,
        "published_at": article.published.at if article.published else None,
        "date_origin": article.published.origin if article.published else None,
        "date_precise": article.published.precise if article.published else None,
        "language": article.language,
        "text_from": article.text_from,
        "page_outcome": article.page_failure,
        "words": len(article.text.split()),
        "text_hash": digest(article.text),
    }


def _article(row: Row) -> Article:
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        text_from=TextFrom(row["text_from"]),
        lead=row["lead"],
        published=_dated(row),
        language=row["language"],
        author=row["author"],
        page_failure=FailureKind(row["page_outcome"]) if row["page_outcome"] else None,
    )


def _to_read(row: Row) -> ToRead:
    entry = Entry(
        url=row["url"],
        title=row["title"],
        guid=row["guid"],
        summary=row["summary"],
        content=row["content"],
        author=row["author"],
        published=_dated(row),
        language=row["language"],
        tags=tuple(row["tags"]),
    )
    return ToRead(
        row["item_id"],
        row["entry_id"],
        row["source_id"],
        row["canonical_url"],
        entry,
        row["attempts"],
        row["readings"],
    )


def _dated(row: Row) -> Dated | None:
    if row["published_at"] is None:
        return None
    return Dated(row["published_at"], DateOrigin(row["date_origin"]), row["date_precise"])
