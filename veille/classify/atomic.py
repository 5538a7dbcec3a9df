"""Files that are whole or not there: written beside, then renamed into place; never pickles."""

import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from tokenize import TokenError
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


def write_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write named arrays as .npz; a reader sees the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    _put(Path(file.name), path)


def write_text(path: Path, text: str) -> None:
    """Write a text file the same way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _put(Path(file.name), path)


_NOT_OURS = (
    *(OSError, ValueError, KeyError, EOFError, AttributeError, MemoryError),
    *(BadZipFile, RuntimeError, TypeError, SyntaxError, TokenError, struct.error, zlib.error),
)
"""What numpy and zipfile raise on damaged bytes: a version, a size or a flag that cannot be."""


def read_arrays(path: Path) -> dict[str, NDArray[np.generic]] | None:
    """Return the arrays of a file; None when it is not there, or not what was written here."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except _NOT_OURS:
        return None


def _put(made: Path, path: Path) -> None:
    made.chmod(0o644)  # a temporary file is for its maker alone
    made.replace(path)
