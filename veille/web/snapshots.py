"""The team's newest snapshot, opened once for all requests; the last one is closed when unused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from veille.store.catalogue import TEAM, Catalogue, newest


class Snapshots:
    """Lends the newest snapshot to whoever asks, from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._newest: Catalogue | None = None
        self._lent: dict[Catalogue, int] = {}

    @contextmanager
    def lent(self, root: Path) -> Iterator[Catalogue]:
        """Give the newest snapshot for the length of a `with`, even if a newer one comes meanwhile.

        Raises Unpublished before the first publication, StoreError when it cannot be read.
        """
        catalogue = self._borrow(root)
        try:
            yield catalogue
        finally:
            self._give_back(catalogue)

    def close(self) -> None:
        """Lend no more: what nobody has in hand is closed now."""
        with self._turn:
            self._retire()

    def _borrow(self, root: Path) -> Catalogue:
        path = newest(root, TEAM)
        with self._turn:
            if self._newest is None or self._newest.path != path:
                opened = Catalogue(root, TEAM)
                self._retire()
                self._newest = opened
            self._lent[self._newest] = self._lent.get(self._newest, 0) + 1
            return self._newest

    def _give_back(self, catalogue: Catalogue) -> None:
        with self._turn:
            self._lent[catalogue] -= 1
            if not self._lent[catalogue]:
                del self._lent[catalogue]
                if catalogue is not self._newest:
                    catalogue.__exit__(None, None, None)

    def _retire(self) -> None:
        if self._newest and self._newest not in self._lent:
            self._newest.__exit__(None, None, None)
        self._newest = None
