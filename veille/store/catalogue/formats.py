"""A query's rows as files: CSV that a French Excel opens well, JSON, Parquet."""

import csv
import io
import json
import math
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from veille.errors import UsageError
from veille.i18n import _

FORMATS = ("table", "csv", "json", "parquet")
_FORMULA = frozenset("=+-@＝＋－＠")  # Excel obeys the wide ones too


def as_csv(table: pa.Table) -> bytes:
    """Return CSV: semicolons, decimal commas, a byte-order mark, lists joined by « | ».

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_cell, table.column_names))
    for row in rows(table):
        writer.writerow(map(_cell, row))
    return b"\xef\xbb\xbf" + out.getvalue().encode(errors="replace")


def as_json(table: pa.Table) -> bytes:
    """Return a JSON array of objects; moments and days in ISO 8601, null for what is no number."""
    names = _names(table)
    told = [dict(zip(names, map(_finite, row), strict=True)) for row in rows(table)]
    text = json.dumps(told, default=_plain, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode(errors="replace") + b"\n"


def as_parquet(table: pa.Table) -> bytes:
    """Return a Parquet file. Raises UsageError for what it cannot hold, as a span of time."""
    out = pa.BufferOutputStream()
    named = table.rename_columns(_names(table))
    try:
        pq.write_table(named, out, compression="zstd")  # type: ignore[no-untyped-call]
    except pa.ArrowException:
        raise _unwritable() from None
    return bytes(out.getvalue().to_pybytes())


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    """Return the rows as Python values; two columns may have one name.

    Raises UsageError for a list of days or moments that Python has no value for.
    """
    return list(zip(*map(_values, table.columns), strict=True))


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
            return json.dumps(_finite(value), default=_plain, ensure_ascii=False)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case bytes():
            return value.hex()
        case pa.MonthDayNano():
            return f"P{value.months}M{value.days}DT{value.nanoseconds / 1e9:g}S"
    return str(value)


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values; days before our era, nanoseconds, infinity as texts."""
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        try:
            return list(column.cast(pa.string()).to_pylist())
        except pa.ArrowException:
            raise _unwritable() from None


def _unwritable() -> UsageError:
    return UsageError(
        _("A column holds values that cannot be written in this form."),
        _("Make it a text: CAST(… AS VARCHAR)."),
    )


def _names(table: pa.Table) -> list[str]:
    """Return the columns' names, a number after those that came before: « a », « a_1 »."""
    taken, count = set(table.column_names), Counter[str]()
    names: list[str] = []
    for name in table.column_names:
        own = name
        while count[name] and own in taken:
            own = f"{name}_{count[name]}"
            count[name] += own in taken
        count[name] += 1
        taken.add(own)
        names.append(own)
    return names


def _cell(value: object) -> str:
    text = shown(value)
    match value:
        case float() | Decimal():
            return text.replace(".", ",")
        case None | int() | date() | time():
            return text
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip()[:1] in _FORMULA else text


def _finite(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return None
        case list() | tuple() if not isinstance(value, pa.MonthDayNano):
            return [_finite(one) for one in value]
        case dict():
            return {name: _finite(one) for name, one in value.items()}
        case pa.MonthDayNano() | bytes():
            return shown(value)
    return value


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
