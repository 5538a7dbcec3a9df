"""Put values into the tables of a catalogue's editions, a batch at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from veille.model.published import Label, PublishedSource, PublishedStory, PublishedTag
from veille.store.catalogue import rows
from veille.store.catalogue.snapshots import EDITIONS, OPEN, TEAM

TAGS = {"domain": "item_domains", "region": "item_regions", "theme": "item_themes"}
"""The tables of items' tags, by kind."""

HISTORY = ("item_versions", "item_judgements", "item_beginnings")
"""What the team's pages show of items, in its edition alone."""

_ARROW = {
    "VARCHAR": pa.string(),
    "JSON": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
    "INTEGER": pa.int32(),
    "UTINYINT": pa.uint8(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR[]": pa.list_(pa.string()),
}
_TOLD = """
CREATE TEMP TABLE told_stories (story_id VARCHAR, reason VARCHAR, aliases VARCHAR[]);
CREATE TEMP TABLE told_members
    (story_id VARCHAR, item_id VARCHAR, place INTEGER, kind VARCHAR, share DOUBLE);
CREATE TEMP TABLE told_sources (source_id VARCHAR, name VARCHAR);
"""


class Tables:
    """The tables of the editions attached to a connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._shapes: dict[tuple[str, str], pa.Schema] = {}
        connection.execute(_TOLD)

    def fill(self, table: str, of: Sequence[rows.Row], *databases: str) -> None:
        """Append rows to a table of these databases; "temp" has those of this run."""
        if not of:
            return
        names = self._shape(databases[0], table).names
        self.append(table, dict(zip(names, zip(*of, strict=True), strict=True)), *databases)

    def append(self, table: str, columns: Mapping[str, Sequence[Any]], *databases: str) -> None:
        """Append rows, given in columns, to a table of these databases."""
        if not columns:
            return
        shape = self._shape(databases[0], table)
        batch = pa.Table.from_pydict(columns, schema=shape)  # noqa: F841 - read by the statement
        for database in databases:
            self._connection.execute(f"INSERT INTO {database}.{table} BY NAME FROM batch")

    def stories(self, stories: Iterable[PublishedStory]) -> dict[str, str]:
        """Keep the stories for later; return the story of each item in one."""
        told = list(stories)
        members = [row for story in told for row in rows.member_rows(story)]
        self.fill("told_stories", [rows.story_row(story) for story in told], "temp")
        self.fill("told_members", members, "temp")
        return {item: story for story, item, *_rest in members}

    def sources(self, sources: Iterable[PublishedSource]) -> dict[str, str]:
        """Write the sources; return their names by id. Those that pass on nothing stay inside."""
        told = list(sources)
        self.fill("sources", [rows.source_row(one) for one in told], TEAM)
        shown = [one for one in told if one.source.excerpt.policy != "none"]
        self.fill("sources", [rows.source_row(one) for one in shown], OPEN)
        self.fill("told_sources", [(one.source.id, one.source.name) for one in told], "temp")
        return {one.source.id: one.source.name for one in told}

    def labels(self, labels: Iterable[Label]) -> None:
        """Write what identifiers are called."""
        self.fill(
            "labels", [(one.kind, one.id, one.label, one.parent) for one in labels], *EDITIONS
        )

    def tags(self, tags: Iterable[PublishedTag], go_on: Callable[[], None]) -> None:
        """Write the tags of items; the open edition's, of its items, without the text's words."""
        for batch in rows.batched(tags, 20_000):
            go_on()
            for kind, table in TAGS.items():
                self.fill(table, [rows.tag_row(tag) for tag in batch if tag.kind == kind], TEAM)
        for table in TAGS.values():
            self._connection.execute(
                f"INSERT INTO {OPEN}.{table} SELECT * REPLACE (NULL AS evidence)"
                f" FROM {TEAM}.{table} SEMI JOIN {OPEN}.items USING (item_id)"
                f" ANTI JOIN {OPEN}.{table} USING (item_id)"
            )

    def empty(self, *tables: str) -> None:
        """Take all rows out of tables of both editions."""
        for one in EDITIONS:
            for table in tables:
                self._connection.execute(f"DELETE FROM {one}.{table}")

    def choose(self, items: Sequence[str]) -> None:
        """Keep for later which items are to be taken out."""
        asked = pa.table({"item_id": pa.array(items, pa.string())})  # noqa: F841
        self._connection.execute(
            "CREATE TEMP TABLE gone AS"
            " SELECT item_id, item_no FROM ledger.items SEMI JOIN asked USING (item_id)"
        )

    def take_out(self) -> None:
        """Take out the items chosen, their tags and their words."""
        for one in EDITIONS:
            for table in ("items", *TAGS.values()):
                self._delete(f"{one}.{table}", "item_id")
            self._delete(f"{one}.word_items", "item_no")
        for table in HISTORY:
            self._delete(f"{TEAM}.{table}", "item_id")
        self._delete("ledger.items", "item_id")

    def _delete(self, table: str, key: str) -> None:
        self._connection.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM temp.gone)"
        )

    def _shape(self, database: str, table: str) -> pa.Schema:
        if (database, table) not in self._shapes:
            found = self._connection.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table"
                " AND database_name = $database ORDER BY column_index",
                {"table": table, "database": database},
            ).fetchall()
            self._shapes[database, table] = pa.schema(
                [(name, _ARROW[kind]) for name, kind in found]
            )
        return self._shapes[database, table]
