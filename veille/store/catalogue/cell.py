"""The child process in which others' SQL runs: `python -P cell.py`, which loads nothing of veille.

It reads one JSON request on stdin, and writes to stdout one line of JSON (what was found, or the
fault) and then the rows as an Arrow stream. Nothing of the machine is in its reach: the database is
open read-only, without access to files, network or settings, and memory is limited by the system.
"""

import json
import os
import resource
import sys
import threading
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

_ALLOWED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)
_BATCH = 2_048
_GRACE = 2.0


def main() -> None:
    """Answer the one request."""
    request = json.load(sys.stdin)
    result = os.fdopen(os.dup(1), "wb")  # what DuckDB itself may print goes elsewhere
    os.dup2(2, 1)
    _limit(request["megabytes"], request["seconds"])
    try:
        connection = _open(Path(request["path"]), request["megabytes"])
        fault = _statement_fault(connection, request["sql"])
        table, more = (None, False) if fault else _answer(connection, request)
    except duckdb.InterruptException:
        fault = {"fault": "time"}
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        fault = {"fault": "memory"}
    except duckdb.Error as error:
        fault = {"fault": "sql", "detail": str(error)}
    except (OSError, ValueError, pa.ArrowException) as error:  # met while the rows came
        fault = _streamed(str(error))
    if fault:
        if "detail" in fault:
            fault["detail"] = fault["detail"].replace(f"{Path(request['path']).parent}/", "")
        _tell(result, fault)
        return
    assert table is not None
    _tell(result, {"rows": table.num_rows, "more": more})
    with pa.ipc.new_stream(result, table.schema) as stream:  # type: ignore[no-untyped-call]
        stream.write_table(table)
    result.close()


def _streamed(detail: str) -> dict[str, Any]:
    """Return the fault that Arrow tells of in words; it wraps DuckDB's errors in its own."""
    if "INTERRUPT Error" in detail:
        return {"fault": "time"}
    if "Out of Memory Error" in detail:
        return {"fault": "memory"}
    return {"fault": "sql", "detail": detail}


def _limit(megabytes: int, seconds: float) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    size = pages * resource.getpagesize() + (megabytes + 256) * 1_000_000
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cpu = int(seconds * 2 + _GRACE) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _open(path: Path, megabytes: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        str(path),
        read_only=True,
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "enable_external_access": False,
            "extension_directory": "extensions",
            "home_directory": "/",
            "max_temp_directory_size": "0KB",
            "memory_limit": f"{megabytes}MB",
            "python_enable_replacements": False,
            "secret_directory": "secrets",
            "threads": 2,
        },
    )
    [(zone,)] = connection.execute("SELECT timezone FROM snapshot").fetchall()
    connection.execute(f"SET TimeZone = '{zone}'")  # as the days of its items
    connection.execute("SET lock_configuration = true")
    return connection


def _statement_fault(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any] | None:
    statements = connection.extract_statements(sql)
    if _is_pivot(statements):
        return None
    if len(statements) != 1:
        return {"fault": "count", "detail": str(len(statements))}
    if statements[0].type not in _ALLOWED:
        return {"fault": "kind", "detail": statements[0].type.name}
    return None


def _is_pivot(statements: list[duckdb.Statement]) -> bool:
    """Whether one PIVOT was asked: DuckDB makes a temporary type of its columns, then a SELECT.

    Only what it makes by itself is without a text of its own.
    """
    return [one.type for one in statements] == [
        duckdb.StatementType.CREATE,
        duckdb.StatementType.SELECT,
    ] and not any(one.query for one in statements)


def _without(folder: str, table: pa.Table) -> pa.Table:
    """Return the table without the place of this machine where the snapshot is."""
    columns = [
        pc.replace_substring(column, pattern=folder, replacement="")  # type: ignore[attr-defined]
        if pa.types.is_string(column.type)
        else column
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _answer(
    connection: duckdb.DuckDBPyConnection, request: dict[str, Any]
) -> tuple[pa.Table, bool]:
    """Return the first rows, and whether there are more."""
    timer = threading.Timer(request["seconds"], connection.interrupt)
    timer.daemon = True
    timer.start()
    reader = connection.execute(request["sql"]).to_arrow_reader(_BATCH)
    batches, rows, limit = [], 0, request["rows"]
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        if rows > limit:
            break
    timer.cancel()
    table = pa.Table.from_batches(batches, reader.schema).slice(0, limit)
    return _without(f"{Path(request['path']).parent}/", table), rows > limit


def _tell(result: IO[bytes], value: dict[str, Any]) -> None:
    result.write(json.dumps(value).encode() + b"\n")
    result.flush()


if __name__ == "__main__":
    main()
