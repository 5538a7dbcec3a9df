"""One item of the working store, whole: for a person who asks about it."""

from dataclasses import dataclass
from datetime import datetime

from veille.model.decisions import Decision
from veille.model.judgement import Judgement
from veille.model.story import Story
from veille.store.database import Database, Row
from veille.store.watch.decisions import Decisions
from veille.store.watch.judgements import judgement_of
from veille.store.watch.stories import Stories


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an item's article."""

    number: int
    title: str
    read_at: datetime
    text_from: str
    page_outcome: str | None


@dataclass(frozen=True, slots=True)
class Telling:
    """An item of a story, by its last version."""

    item_id: str
    source_id: str
    title: str
    url: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """An item: where it comes from, its versions (oldest first), what was judged of the last.

    `tellings` are the items of its `story`, in order, itself among them; none where it is alone.
    `decisions` are those that runs took in, oldest first.
    """

    item_id: str
    url: str | None
    title: str
    lead: str
    author: str
    words: int
    published_at: datetime | None
    date_origin: str | None
    sources: tuple[str, ...]
    versions: tuple[Version, ...]
    judgement: Judgement | None
    story: Story | None
    tellings: tuple[Telling, ...]
    decisions: tuple[Decision, ...] = ()


def find_item(db: Database, asked: str) -> Item | None:
    """Return the item whose id starts with `asked`, or whose address it is; None when none has an
    article. Of several, the one read last.
    """
    rows = db.rows(
        """FROM article_current
        WHERE starts_with(item_id, $asked) OR url = $asked
        ORDER BY read_at DESC LIMIT 1""",
        asked=asked,
    )
    return _item(db, rows[0]) if rows else None


def _item(db: Database, row: Row) -> Item:
    item_id = row["item_id"]
    sources = db.rows(
        """SELECT DISTINCT source_id, min(seen_at) AS first_seen_at
        FROM entries WHERE item_id = $item GROUP BY source_id ORDER BY first_seen_at""",
        item=item_id,
    )
    versions = db.rows(
        """SELECT version AS number, title, read_at, text_from, page_outcome
        FROM articles WHERE item_id = $item ORDER BY version""",
        item=item_id,
    )
    story = Stories(db).of(item_id)
    return Item(
        item_id=item_id,
        url=row["url"],
        title=row["title"],
        lead=row["lead"],
        author=row["author"],
        words=row["words"],
        published_at=row["published_at"],
        date_origin=row["date_origin"],
        sources=tuple(source["source_id"] for source in sources),
        versions=tuple(Version(**version) for version in versions),
        judgement=judgement_of(db, item_id),
        story=story,
        tellings=_tellings(db, story) if story else (),
        decisions=tuple(Decisions(db).of(item_id)),
    )


def _tellings(db: Database, story: Story) -> tuple[Telling, ...]:
    order = [member.item_id for member in story.members]
    rows = db.rows(
        """SELECT item_id, source_id, title, url, published_at
        FROM articles SEMI JOIN given USING (item_id)
        QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY version DESC) = 1""",
        given={"item_id": order},
    )
    by_id = {row["item_id"]: Telling(**row) for row in rows}
    return tuple(by_id[item_id] for item_id in order if item_id in by_id)
