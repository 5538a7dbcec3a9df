"""What people decided since the newest snapshot, as searches have it laid over them."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from veille.store.catalogue import Catalogue
from veille.store.catalogue.overlay import Overlay
from veille.store.desk import Desk
from veille.store.desk.laying import decided_items, decided_since, last_gesture


@dataclass
class Overlays:
    """Reads the desk once for a snapshot until somebody decides again. Threads share it.

    The catalogue knows by its tags an overlay that it has laid already: they are the same object.
    """

    _turn: threading.Lock = field(default_factory=threading.Lock)
    _known: tuple[Path, tuple[int, str]] | None = None
    _since: Overlay = field(default_factory=lambda: Overlay({}))
    _whole: Overlay | None = None

    def over(self, desk: Desk, catalogue: Catalogue, *, decided: bool = False) -> Overlay:
        """Return what is to be laid over a snapshot; with `decided`, with all items decided on."""
        known = catalogue.path, last_gesture(desk)  # before what is read: never older than that
        with self._turn:
            if self._known != known:
                [row] = catalogue.told("SELECT published_at FROM snapshot")
                self._since = Overlay(decided_since(desk, row["published_at"]))
                self._known, self._whole = known, None
            if decided and self._whole is None:
                self._whole = Overlay(self._since.tags, decided_items(desk))
            return self._whole if decided and self._whole else self._since
