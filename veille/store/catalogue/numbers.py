"""A growing table of numbers by key, for millions of words in little memory.

Sixteen bytes an entry and half as many empty, where a dict of strings takes a hundred and fifty;
and all the words of a thousand texts are looked up at once.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

UNKNOWN = -1
"""What stands for the number of a key that is not in the table."""

_NO_KEY = 0
_SMALLEST = 1 << 12
_FULLEST = 2 / 3


def keys_of(words: Iterable[str | bytes], salt: int | Array = 0) -> Array:
    """Return words' keys: their hashes, of 64 bits, different in each process.

    That two of a million different words have the same one happens once in thirty million times.
    """
    keys = np.fromiter(map(hash, words), np.int64) ^ salt
    keys[keys == _NO_KEY] = 1
    return keys


class Numbers:
    """Numbers, none of them `UNKNOWN`, by key."""

    def __init__(self) -> None:
        self._keys = np.full(_SMALLEST, _NO_KEY, np.int64)
        self._numbers = np.zeros(_SMALLEST, np.int64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def find(self, keys: Array) -> Array:
        """Return the number of each key."""
        found = np.full(len(keys), UNKNOWN, np.int64)
        at = self._first(keys)
        left = np.arange(len(keys))
        while len(left):
            met = self._keys[at[left]]
            hit = met == keys[left]
            found[left[hit]] = self._numbers[at[left[hit]]]
            left = left[~hit & (met != _NO_KEY)]
            at[left] = self._next(at[left])
        return found

    def add(self, keys: Array, numbers: Array) -> None:
        """Enter numbers by keys that are not in the table yet, each once."""
        if self._size + len(keys) > _FULLEST * len(self._keys):
            self._grow(self._size + len(keys))
        self._size += len(keys)
        at = self._first(keys)
        left = np.arange(len(keys))
        while len(left):
            free = left[self._keys[at[left]] == _NO_KEY]
            self._keys[at[free]] = keys[free]  # where several want one place, the last has it
            placed = self._keys[at[left]] == keys[left]
            self._numbers[at[left[placed]]] = numbers[left[placed]]
            left = left[~placed]
            at[left] = self._next(at[left])

    def _grow(self, size: int) -> None:
        keys, numbers = self._keys, self._numbers
        while size > _FULLEST * len(self._keys):
            self._keys = np.full(2 * len(self._keys), _NO_KEY, np.int64)
        self._numbers = np.zeros(len(self._keys), np.int64)
        self._size = 0
        used = keys != _NO_KEY
        self.add(keys[used], numbers[used])

    def _first(self, keys: Array) -> Array:
        return np.asarray(keys & (len(self._keys) - 1))

    def _next(self, places: Array) -> Array:
        return np.asarray((places + 1) & (len(self._keys) - 1))
