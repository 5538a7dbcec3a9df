"""Others' SQL: what it may do, and that attacks end in a clear error, in time and in memory."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes.cells import forked_cells
from fakes.published import item, publish_items

from veille.errors import StoreError, UsageError
from veille.store.catalogue import newest
from veille.store.catalogue.formats import as_csv, as_json, as_parquet
from veille.store.catalogue.query import Limits, query

LIMITS = Limits(seconds=2, megabytes=300, rows=1_000)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    publish_items(root, item("a", "L’été", title="=1+1;été"), item("b", "Un texte"))
    return newest(root)


@pytest.fixture(scope="module")
def cells():
    with forked_cells() as cells:
        yield cells


@pytest.fixture
def forked(cells, monkeypatch):
    """For many statements at a time; others see children started as programs start them."""
    monkeypatch.setattr("veille.store.catalogue.query.subprocess", cells)


def test_a_query_gives_rows_up_to_the_limit(snapshot):
    answer = query(snapshot, "SELECT titre FROM articles ORDER BY titre", LIMITS)
    assert (answer.table.to_pylist(), answer.more) == (
        [{"titre": ""}, {"titre": "=1+1;été"}],
        False,
    )
    answer = query(snapshot, "FROM range(5_000)", LIMITS)
    assert (answer.table.num_rows, answer.more) == (1_000, True)


@pytest.mark.parametrize(
    "sql",
    ["FROM search('été')", "DESCRIBE items", "SUMMARIZE items", "EXPLAIN SELECT 1", "SHOW TABLES",
     "PIVOT items ON language USING count(*)", "VALUES (1)", "FROM query('FROM items')"],
)  # fmt: skip
def test_reading_statements_are_served(snapshot, forked, sql):
    assert query(snapshot, sql, LIMITS).table.num_rows > 0


REFUSED = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "FROM glob('/*')",
    "FROM read_csv('http://127.0.0.1/x.csv')",
    "FROM read_parquet('../open/items.parquet')",
    "FROM sniff_csv('/etc/passwd')",
    "ATTACH '/tmp/other.duckdb'",
    "INSTALL fts",
    "LOAD fts",
    "COPY items TO '/tmp/stolen.csv'",
    "EXPORT DATABASE '/tmp/stolen'",
    "SET memory_limit = '100GB'",
    "RESET lock_configuration",
    "PRAGMA enable_external_access = true",
    "CREATE TEMP TABLE hoard AS FROM range(10)",
    "INSERT INTO items FROM items",
    "DELETE FROM items",
    "FROM read_blob('/etc/passwd')",
    "FROM read_json('/etc/passwd')",
    "FROM read_duckdb('/tmp/other.duckdb')",
    "FROM query('FROM ' || chr(39) || '/etc/passwd' || chr(39))",
    "FROM duckdb_secrets()",
    "FROM duckdb_extensions()",
    "SELECT getenv('HOME')",
    "CALL pragma_version()",
    "USE memory",
    "CHECKPOINT",
    "CREATE TEMP TYPE one AS ENUM ('a'); SELECT 1",
    "PIVOT items ON language USING count(*); DROP TABLE items",
    "SELECT " + "abs(" * 5_000 + "1" + ")" * 5_000,
    "SELECT 1; SELECT 2",
    "",
    "SELEC 1",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_attacks_are_refused(snapshot, forked, sql):
    with pytest.raises(UsageError):
        query(snapshot, sql, LIMITS)


HUNGRY = [
    "SELECT count(*) FROM range(1_000_000) AS a, range(1_000_000) AS b",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "SELECT length(repeat('x', 1_000_000_000))",
    "SELECT repeat('x', 1_000_000_000)",
    "SELECT list(range) FROM range(200_000_000)",
    "SELECT string_agg(repeat('x', 10_000), '') FROM range(1_000_000)",
    "SELECT repeat('x', 1_000_000) FROM range(1_000)",
    "SELECT list_aggregate(range(1_000_000_000), 'sum')",
    "SELECT list_sort(list_transform(range(50_000_000), lambda n: hash(n)))",
]


@pytest.mark.parametrize("sql", HUNGRY)
def test_hungry_statements_end_in_time(snapshot, sql):
    limits = replace(LIMITS, seconds=0.5)
    begun = time.monotonic()
    with pytest.raises(UsageError, match=r"query|requête"):
        query(snapshot, sql, limits)
    assert time.monotonic() - begun < limits.seconds + 10


def test_an_answer_does_not_tell_where_the_machine_keeps_it(snapshot, forked):
    for sql in (
        "PRAGMA database_list",
        "FROM duckdb_databases()",
        "FROM duckdb_settings()",
        "SELECT current_setting('temp_directory')",
    ):
        told = str(query(snapshot, sql, LIMITS).table.to_pylist())
        assert str(snapshot.parent) not in told
    with pytest.raises(UsageError) as refused:
        query(snapshot, "FROM duckdb_secrets()", LIMITS)
    assert str(Path.home()) not in str(refused.value)


def test_a_snapshot_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StoreError):
        query(tmp_path / "catalogue.duckdb", "SELECT 1")


def test_csv_opens_well_in_a_french_excel(snapshot):
    sql = "SELECT titre, 1.5 AS nombre, regions, true AS vrai FROM articles ORDER BY titre DESC"
    text = as_csv(query(snapshot, sql, LIMITS).table)
    assert text.startswith(b"\xef\xbb\xbf")
    assert text[3:].decode().splitlines()[:2] == [
        "titre;nombre;regions;vrai",
        '"\'=1+1;été";1,5;;1',
    ]


def test_json_and_parquet_read_back(snapshot):
    table = query(snapshot, "SELECT titre, publie_le, domaines FROM articles", LIMITS).table
    assert {row["publie_le"] for row in json.loads(as_json(table))} == {"2026-11-21"}
    assert pq.read_table(pa.BufferReader(as_parquet(table))).equals(table)


def test_moments_are_in_the_zone_of_the_catalogue(snapshot):
    sql = "SELECT TIMESTAMPTZ '2026-07-01 01:00:00Z'::DATE::VARCHAR AS jour"
    assert query(snapshot, sql, LIMITS).table.to_pylist() == [{"jour": "2026-06-30"}]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 1::VARIANT", "VARIANT"),
        ("\udcff SELECT 1", "\\?"),
        ("SELECT " + "{'a':" * 200 + "1" + "}" * 200, "Recursion"),
        ("SELECT sleep_ms(1) FROM range(100_000_000)", r"2\ss"),
    ],
)
def test_a_refusal_tells_the_right_cause(snapshot, sql, told):
    with pytest.raises(UsageError, match=told):
        query(snapshot, sql, LIMITS)
