"""A query's rows as files: what people's and programs' readers would stumble over."""

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from veille.errors import UsageError
from veille.store.catalogue.formats import as_csv, as_json, as_parquet, rows


def table(columns):
    return duckdb.sql(f"SELECT {columns}").to_arrow_table()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("'=cmd()'", "'=cmd()"),
        ("['=cmd()', 'b']", "'=cmd() | b"),
        ("' @SUM(1)'", "' @SUM(1)"),
        ("chr(0) || '=1'", "'=1"),
        ("'＝1'", "'＝1"),
        ("-5", "-5"),
        ("-2.5::DOUBLE", "-2,5"),
        ("INTERVAL '2 months 3 days'", "P2M3DT0S"),
        ("'\\xAA'::BLOB", "aa"),
        ("DATE '0044-03-15 (BC)'", "'-0043-03-15"),
        ("TIMESTAMP_NS '2026-01-01 00:00:00.123456789'", "2026-01-01 00:00:00.123456789"),
    ],
)
def test_a_cell_is_neither_a_formula_nor_a_riddle(value, cell):
    assert as_csv(table(f"{value} AS a"))[3:].decode() == f"a\r\n{cell}\r\n"


def test_a_column_that_is_named_as_a_formula_is_text_too():
    assert as_csv(table('1 AS "=cmd()"')).decode("utf-8-sig").startswith("'=cmd()")


def test_json_has_no_numbers_that_json_does_not_know():
    told = as_json(
        table("'NaN'::DOUBLE AS a, ['inf'::DOUBLE, 1.5] AS b, {'x': '-inf'::FLOAT} AS c")
    )
    assert json.loads(told, parse_constant=pytest.fail) == [
        {"a": None, "b": [None, 1.5], "c": {"x": None}}
    ]


def test_columns_of_one_name_are_all_told():
    twice = pa.table([[1], [2], [3], [4]], names=["a", "a", "a_1", "a"])
    named = {"a": 1, "a_2": 2, "a_1": 3, "a_3": 4}
    assert json.loads(as_json(twice)) == [named]
    assert pq.read_table(pa.BufferReader(as_parquet(twice))).to_pylist() == [named]


def test_what_cannot_be_written_is_said():
    with pytest.raises(UsageError, match="form"):
        rows(table("[DATE 'infinity'] AS a"))
    with pytest.raises(UsageError, match="form"):
        as_parquet(table("INTERVAL 1 DAY AS a"))
