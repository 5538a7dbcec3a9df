"""Run others' SQL on a published snapshot, within limits that hold whatever they wrote.

The statement runs in a child process (`cell.py`) that is ended when it takes too long; what it
answers is a table of at most so many rows.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from veille.errors import StoreError, UsageError
from veille.i18n import _

_CELL = str(Path(__file__).with_name("cell.py"))  # by its path: half the start of `-m`, and its CPU
_GRACE = 5.0  # seconds beyond its time that a child has to start, stop and answer


@dataclass(frozen=True, slots=True)
class Limits:
    """What one statement may take."""

    seconds: float = 30.0
    megabytes: int = 512
    rows: int = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows, and whether there were more than allowed."""

    table: pa.Table
    more: bool


def query(path: Path, sql: str, limits: Limits = Limits()) -> Answer:
    """Return what one reading statement gives on the database at `path`.

    Raises UsageError, with what DuckDB says of it, for a statement that is wrong, is not one or
    does not read, or that passed its limit of time or memory; StoreError when the snapshot cannot
    be read.
    """
    if not path.is_file():
        raise StoreError(_("There is no catalogue to read in {folder}.").format(folder=path.parent))
    request = {
        "path": str(path),
        "sql": sql.encode(errors="replace").decode(),  # a shell may hand over any bytes
        "seconds": limits.seconds,
        "megabytes": limits.megabytes,
        "rows": limits.rows,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", _CELL],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.seconds + _GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refusal({"fault": "time"}, limits) from None
    head, _newline, rows = done.stdout.partition(b"\n")
    if done.returncode or not head:  # killed by a limit of the system before it could tell
        raise _refusal({"fault": "memory"}, limits)
    told = json.loads(head)
    if "fault" in told:
        raise _refusal(told, limits)
    stream = pa.ipc.open_stream(rows)  # type: ignore[no-untyped-call]
    return Answer(stream.read_all(), told["more"])


def _refusal(told: dict[str, Any], limits: Limits) -> UsageError:
    detail = told.get("detail", "")
    match told["fault"]:
        case "time":
            return UsageError(
                _("The query took longer than {seconds:g} s and was ended.").format(
                    seconds=limits.seconds
                ),
                _("Ask for less, or for a longer time (--seconds)."),
            )
        case "memory":
            return UsageError(
                _("The query needed more than {megabytes} MB and was ended.").format(
                    megabytes=limits.megabytes
                ),
                _("Ask for less: fewer columns, a filter, a LIMIT."),
            )
        case "count":
            return UsageError(
                _("One statement at a time, please; these are {count}.").format(count=detail)
            )
        case "kind":
            return UsageError(
                _("The catalogue can only be read; {kind} is refused.").format(kind=detail),
                _("Begin with SELECT, FROM, WITH, DESCRIBE, SUMMARIZE or EXPLAIN."),
            )
    return UsageError(_("DuckDB refuses the query: {error}").format(error=detail))
