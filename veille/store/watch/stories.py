"""Stories in the working store: what lacks a signature, what to compare it with, what was found.

What is looked up for a night is looked up by item or by day, or by band: of what is kept, only the
bands are gone through.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from veille.model import digest
from veille.model.story import Grouped, Link, Ruling, Signed, Story, ToSign
from veille.store.database import Database, Row
from veille.store.watch import figures, looking, story_rows

_PUBLISHERS = """
publishers AS (   -- as they were last declared, those withdrawn too
    SELECT source_id, arg_max(name, declared_at) AS publisher
    FROM source_declarations GROUP BY source_id
)
"""


class Stories:
    """What the step `group` asks of the working store and tells it, and what others read of it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def lacking(self, scheme: str, *, limit: int | None = None) -> list[str]:
        """Return the articles to sign, by id: present versions without a signature of this scheme.

        Those of the items that we saw first come first: stories are named after them.
        """
        done = looking.done(self._db, looking.signed(scheme))
        rows = self._db.rows(
            f"{figures.UNSIGNED} SELECT article_id FROM unsigned"
            " ORDER BY read_at, item_id LIMIT $limit",
            scheme=scheme,
            limit=limit,
            start=done.until,
            answered_start=done.answered_until,
        )
        return [row["article_id"] for row in rows]

    def to_sign(self, article_ids: Sequence[str]) -> list[ToSign]:
        """Return what signing needs of these articles, in the order given."""
        rows = self._db.rows(
            f""", {_PUBLISHERS},
            wanted AS (   -- by row: of the texts of all that is kept none but these are read
                FROM articles
                WHERE rowid IN (SELECT rowid FROM articles SEMI JOIN given USING (article_id))
            ),
            seen AS (
                SELECT item_id, min(seen_at) AS first_seen_at
                FROM entries SEMI JOIN wanted USING (item_id) GROUP BY item_id
            )
            SELECT * FROM wanted
            LEFT JOIN seen USING (item_id) LEFT JOIN publishers USING (source_id)""",
            given={"article_id": list(article_ids)},
        )
        by_id = {row["article_id"]: story_rows.to_sign(row) for row in rows}
        return [by_id[article_id] for article_id in article_ids]

    def sharing(self, scheme: str, bands: Collection[int]) -> list[tuple[str, list[int]]]:
        """Return each version that has one of these bands, as its item and all of its bands."""
        rows = self._db.rows(
            """SELECT item_id, bands FROM story_signatures
            WHERE rowid IN (
                SELECT place FROM (
                    SELECT rowid AS place, unnest(bands) AS band
                    FROM story_signatures WHERE scheme = $scheme
                )
                WHERE band IN (SELECT unnest(from_json_strict($bands, '["BIGINT"]')))
            )""",
            scheme=scheme,
            bands=json.dumps(list(bands)),  # as a list of Python's, 42,000 bands take 2 s
        )
        return [(row["item_id"], row["bands"]) for row in rows]

    def candidates(
        self, scheme: str, item_ids: Collection[str], days: Collection[date]
    ) -> list[Signed]:
        """Return these items, and those that were told on one of these days."""
        return self._signed(
            """
            SELECT item_id FROM story_signatures
            WHERE scheme = $scheme
            AND told_on IN (SELECT unnest(from_json_strict($days, '["DATE"]')))
            UNION
            SELECT unnest(from_json_strict($ids, '["VARCHAR"]')) AS item_id""",
            scheme=scheme,
            ids=json.dumps(list(item_ids)),
            days=json.dumps([day.isoformat() for day in days]),
        )

    def signed(self, scheme: str, item_ids: Collection[str]) -> list[Signed]:
        """Return these items by the last version signed, under this scheme if it was."""
        wanted = """SELECT unnest(from_json_strict($ids, '["VARCHAR"]')) AS item_id"""
        ids = json.dumps(list(item_ids))
        return self._signed(wanted, scheme=scheme, ids=ids) if item_ids else []

    def links(self, item_ids: Collection[str]) -> list[Link]:
        """Return the links that these items have now."""
        return [story_rows.link(row) for row in self._revisions_of_links(item_ids) if row["kind"]]

    def rulings(self) -> list[Ruling]:
        """Return the rulings in force: of each two items the newest, where not taken back."""
        rows = self._db.rows(
            """FROM (
                FROM story_rulings
                QUALIFY row_number() OVER (
                    PARTITION BY least(one, other), greatest(one, other)
                    ORDER BY ruled_at DESC, number DESC NULLS LAST
                ) = 1
            )
            WHERE together IS NOT NULL ORDER BY ruled_at, number"""
        )
        return [story_rows.ruling(row) for row in rows]

    def last_ruled(self) -> datetime | None:
        """Return the moment of the newest ruling of all, None without any."""
        [row] = self._db.rows("SELECT max(ruled_at) AS last FROM story_rulings")
        last: datetime | None = row["last"]
        return last

    def unfollowed(self) -> list[Ruling]:
        """Return what people ruled since stories were last told."""
        rows = self._db.rows(
            """FROM story_rulings ANTI JOIN story_rulings_followed USING (ruling_id)
            ORDER BY ruled_at"""
        )
        return [story_rows.ruling(row) for row in rows]

    def save_rulings(self, rulings: Sequence[Ruling]) -> None:
        """Keep what people ruled; the next grouping follows it."""
        rows = [story_rows.ruling_row(ruling) for ruling in rulings]
        with self._db.transaction():
            self._db.append("story_rulings", rows, key="ruling_id")

    def story_of(self, item_ids: Collection[str]) -> dict[str, str]:
        """Return the story that each of these items is told in, of those that are in one."""
        rows = self._db.rows(
            "SELECT item_id, story_id FROM story_member_current SEMI JOIN given USING (item_id)",
            given={"item_id": list(item_ids)},
        )
        return {row["item_id"]: row["story_id"] for row in rows}

    def of(self, item_id: str) -> Story | None:
        """Return the story of several items that tells this one, if there is one."""
        rows = self._db.rows(
            """FROM story_current
            WHERE len(members) > 1
            AND story_id IN (SELECT story_id FROM story_member_current WHERE item_id = $item)""",
            item=item_id,
        )
        if not rows:
            return None
        links = self.links([member["item_id"] for member in rows[0]["members"]])
        return story_rows.story(rows[0], {link.ends: link for link in links})

    def told(self) -> Iterator[tuple[Story, tuple[str, ...]]]:
        """Yield each story of several items, with the ids it had before (its aliases)."""
        kept = self._db.rows("FROM story_current WHERE len(members) > 1 ORDER BY story_id")
        links = {
            link.ends: link
            for link in map(story_rows.link, self._db.rows("FROM story_link_current"))
        }
        former = _former(self._db.rows("FROM story_alias_current"))
        for row in kept:
            yield story_rows.story(row, links), tuple(sorted(former.get(row["story_id"], ())))

    def count(self) -> int:
        """Return how many stories of several items there are."""
        return figures.stories(self._db)

    def save(self, grouped: Grouped) -> int:
        """Keep what grouping led to, where it is not known so yet, in one transaction.

        A story of one item is kept only once it had others. Returns how many stories are new.
        """
        db = self._db
        with db.transaction():
            signatures = [story_rows.signature_row(one, grouped) for one in grouped.signed]
            stories = list(self._changed_stories(grouped))
            db.append("story_signatures", signatures, key="signature_id")
            db.append("story_links", list(self._changed_links(grouped)), key="link_id")
            db.append("stories", stories, key="telling_id")
            followed = [story_rows.followed_row(ruling, grouped) for ruling in grouped.rulings]
            db.append("story_rulings_followed", followed, key="ruling_id")
        return sum(row["revision"] == 1 for row in stories)

    def _signed(self, wanted: str, **values: object) -> list[Signed]:
        """Return the items that a query wants, by their last version signed."""
        rows = self._db.rows(
            f"""
            WITH {_PUBLISHERS},
            wanted AS ({wanted}),
            present AS (
                SELECT
                    article_id, item_id, version, scheme, language, first_seen_at, told_on,
                    signature
                FROM story_signatures
                WHERE rowid IN (SELECT rowid FROM story_signatures SEMI JOIN wanted USING (item_id))
                QUALIFY row_number() OVER (
                    PARTITION BY item_id ORDER BY scheme = $scheme DESC, version DESC
                ) = 1
            ),
            told AS (   -- by row: of the titles of all that is kept none but these are read
                SELECT article_id, source_id, title, published_at, date_origin, date_precise
                FROM articles
                WHERE rowid IN (SELECT rowid FROM articles SEMI JOIN present USING (article_id))
            )
            SELECT present.*, publisher, told.* EXCLUDE (article_id)
            FROM present JOIN told USING (article_id) LEFT JOIN publishers USING (source_id)""",
            given=None,
            **values,
        )
        return [story_rows.signed(row) for row in rows]

    def _revisions_of_links(self, item_ids: Collection[str]) -> list[Row]:
        """Return the last row of each pair of which one is among these items."""
        return self._db.rows(
            """FROM story_links
            WHERE one IN (FROM given) OR other IN (FROM given)
            QUALIFY row_number() OVER (PARTITION BY one, other ORDER BY revision DESC) = 1
            ORDER BY one, other""",
            given={"item_id": list(item_ids)},
        )

    def _changed_links(self, grouped: Grouped) -> Iterator[Row]:
        told: dict[tuple[str, str], Link | None] = dict.fromkeys(grouped.broken)
        told |= {link.ends: link for link in grouped.links}
        ends = {end for pair in told for end in pair}
        known = {(row["one"], row["other"]): row for row in self._revisions_of_links(ends)}
        for pair, link in told.items():
            before = known.get(pair)
            if link != (story_rows.link(before) if before and before["kind"] else None):
                yield story_rows.link_row(
                    pair, link, before["revision"] + 1 if before else 1, grouped
                )

    def _changed_stories(self, grouped: Grouped) -> Iterator[Row]:
        became = {alias.alias: alias.story_id for alias in grouped.aliases}
        known = {
            row["story_id"]: row
            for row in self._db.rows(
                """FROM stories SEMI JOIN given USING (story_id)
                QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY revision DESC) = 1""",
                given={"story_id": [*(story.story_id for story in grouped.stories), *became]},
            )
        }
        rows = [story_rows.story_row(story) for story in grouped.stories]
        rows += [story_rows.ended_row(known[old], new) for old, new in became.items()]
        for row in rows:
            before = known.get(row["story_id"])
            if before is None and len(row["members"]) == 1:
                continue
            if before is None or any(before[name] != value for name, value in row.items()):
                revision = before["revision"] + 1 if before else 1
                yield row | {
                    "telling_id": digest("telling", row["story_id"], str(revision)),
                    "revision": revision,
                    "run_id": grouped.run_id,
                    "grouped_at": grouped.at,
                }


def _former(aliases: Sequence[Row]) -> dict[str, list[str]]:
    """Return, by story, the ids that lead to it, some by way of others."""
    became = {row["alias"]: row["story_id"] for row in aliases}
    former: dict[str, list[str]] = {}
    for alias in became:
        story = became[alias]
        while story in became:
            story = became[story]
        former.setdefault(story, []).append(alias)
    return former
