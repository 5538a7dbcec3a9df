"""A query's rows as files: CSV that a French Excel opens well, JSON, Parquet."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

FORMATS = ("table", "csv", "json", "parquet")


def as_csv(table: pa.Table) -> bytes:
    """Return CSV: semicolons, decimal commas, a byte-order mark, lists joined by « | ».

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.column_names)
    for row in rows(table):
        writer.writerow(map(_cell, row))
    return b"\xef\xbb\xbf" + out.getvalue().encode(errors="replace")


def as_json(table: pa.Table) -> bytes:
    """Return a JSON array of objects; moments and days in ISO 8601."""
    told = [dict(zip(table.column_names, row, strict=True)) for row in rows(table)]
    text = json.dumps(told, default=_plain, ensure_ascii=False, indent=1)
    return text.encode(errors="replace") + b"\n"


def as_parquet(table: pa.Table) -> bytes:
    """Return a Parquet file."""
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")  # type: ignore[no-untyped-call]
    return bytes(out.getvalue().to_pybytes())


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    """Return the rows as Python values; two columns may have one name."""
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def shown(value: object) -> str:
    """Return a value as a person reads it in a table."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case list():
            return " | ".join(map(shown, value))
        case dict():
            return json.dumps(value, default=_plain, ensure_ascii=False)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _cell(value: object) -> str:
    text = shown(value)
    if isinstance(value, float | Decimal):
        return text.replace(".", ",")
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t") else text


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
