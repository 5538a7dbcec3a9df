"""The newest snapshots, opened once for all requests; the last ones are closed when unused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from veille.store.catalogue import TEAM, Catalogue, newest


class Snapshots:
    """Lends the newest snapshot of an edition to whoever asks, from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._newest: dict[str, Catalogue] = {}
        self._lent: dict[Catalogue, int] = {}

    @contextmanager
    def lent(self, root: Path, edition: str = TEAM) -> Iterator[Catalogue]:
        """Give the newest snapshot for the length of a `with`, even if a newer one comes meanwhile.

        Raises Unpublished before the first publication, StoreError when it cannot be read.
        """
        catalogue = self._borrow(root, edition)
        try:
            yield catalogue
        finally:
            self._give_back(catalogue)

    def close(self) -> None:
        """Lend no more: what nobody has in hand is closed now."""
        with self._turn:
            for edition in list(self._newest):
                self._retire(edition)

    def _borrow(self, root: Path, edition: str) -> Catalogue:
        path = newest(root, edition)
        with self._turn:
            catalogue = self._newest.get(edition)
            if catalogue is None or catalogue.path != path:
                catalogue = Catalogue(root, edition)
                self._retire(edition)
                self._newest[edition] = catalogue
            self._lent[catalogue] = self._lent.get(catalogue, 0) + 1
            return catalogue

    def _give_back(self, catalogue: Catalogue) -> None:
        with self._turn:
            self._lent[catalogue] -= 1
            if not self._lent[catalogue]:
                del self._lent[catalogue]
                if catalogue not in self._newest.values():
                    catalogue.__exit__(None, None, None)

    def _retire(self, edition: str) -> None:
        last = self._newest.pop(edition, None)
        if last and last not in self._lent:
            last.__exit__(None, None, None)
