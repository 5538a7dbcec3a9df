"""Lists of values, as they stand in the SQL of questions to a catalogue."""

import json
from collections.abc import Mapping, Sequence

_NONE = "-1"


def strings(name: str) -> str:
    """Return what gives the strings of the list bound under this name, a row for each."""
    return f"""unnest(from_json_strict(${name}, '["VARCHAR"]'))"""


def bound(values: Mapping[str, object]) -> dict[str, object]:
    """Return values as they are bound: lists as JSON.

    Of a list of Python's, DuckDB (1.5.5) looks for pandas at each value: 0.2 ms where it is absent.
    """
    return {
        name: json.dumps(value) if isinstance(value, list) else value
        for name, value in values.items()
    }


def numbers(listed: Sequence[int]) -> str:
    """Return row numbers as they stand within parentheses; for none, one that no row has."""
    return ", ".join(map(str, listed)) or _NONE


def these_rows(listed: Sequence[int]) -> str:
    """Return row numbers as they stand within the parentheses of `rowid IN (…)`.

    As a table: of a plain list of more than a few, DuckDB goes through all rows (five of 100,000
    take 2 ms so, and 16 as a list).
    """
    return f"SELECT unnest([{', '.join(map(str, listed))}]::BIGINT[])"
