"""Arrays kept in files, whole or not there; never pickles."""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from veille.files import whole


def write_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write named arrays as .npz; a reader sees the old file or the new one, never half."""
    with whole(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


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
