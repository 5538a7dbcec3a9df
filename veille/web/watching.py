"""The pages watch too: a run that is missing is told of, though no clock is left to see it."""

import logging
import threading

from veille.clock import Clock
from veille.errors import VeilleError
from veille.health import alerts
from veille.workspace import Workspace

log = logging.getLogger(__name__)


class Watching:
    """Looks at its start, and every few minutes, from a thread of its own."""

    def __init__(self, workspace: Workspace, clock: Clock, every: float = alerts.EVERY) -> None:
        self._workspace = workspace
        self._clock = clock
        self._every = every
        self._ended = threading.Event()
        self._complaint = ""

    def start(self) -> None:
        """Begin; `stop` must follow."""
        self._ended.clear()
        threading.Thread(target=self._work, name="watching", daemon=True).start()

    def stop(self) -> None:
        """End, without waiting for a mail server."""
        self._ended.set()

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                alerts.look(self._workspace, self._clock)
                self._complaint = ""
            except (VeilleError, OSError) as error:
                if str(error) != self._complaint:
                    log.warning("%s", error)
                self._complaint = str(error)
            self._ended.wait(self._every)
