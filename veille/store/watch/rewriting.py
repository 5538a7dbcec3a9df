"""Write the store's file anew, so that of what was deleted no byte stays in it."""

import os
import shutil
from pathlib import Path

from veille.store.watch import opening


def rewrite(path: Path) -> None:
    """Copy what the store holds to a new file, and put that in its place. Nobody may have it open.

    DuckDB keeps deleted rows in the blocks of a file until others overwrite them. Killed midway,
    the store is as it was. Needs as much free disk as the store; raises as `opening.open_file`.
    """
    made = path.with_name(path.name + ".new")
    opening.clear(made)
    db = opening.open_to_read(path)
    try:
        db.run(f"ATTACH {opening.quoted(str(made))} AS rewritten (TYPE duckdb)")
        db.run(f"COPY FROM DATABASE {opening.STORE} TO rewritten")
        db.run("DETACH rewritten")
    finally:
        db.close()
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(path)
    shutil.rmtree(f"{path}.tmp", ignore_errors=True)  # what a killed run spilled
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
