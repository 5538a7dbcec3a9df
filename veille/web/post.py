"""Letters go out beside the requests, so that no page waits for a mail server, or tells by its pace
whether somebody is known.

They wait in memory, not in a store: a letter lost with the process costs its reader a second asking
(docs/decisions.md). What the server puts off is tried again as the bulletin's messages are.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from veille.clock import Clock
from veille.deliver.letter import Letter, write_letter
from veille.deliver.message import letterhead
from veille.deliver.retry import next_try
from veille.errors import VeilleError
from veille.model.deliveries import Answer, Outcome, Outgoing, Transport, message_key
from veille.workspace import Workspace

log = logging.getLogger(__name__)

PATIENCE_HOURS = 6.0
"""How long a letter is tried for; its reader has given up waiting by then."""

_MOST_WAITING = 1_000
_AGAIN = frozenset({Outcome.DEFERRED, Outcome.UNREACHED})


@dataclass(order=True)
class _Waiting:
    due_at: datetime
    key: str
    letter: Letter = field(compare=False)
    queued_at: datetime = field(compare=False)
    attempts: int = field(compare=False, default=0)


class Post:
    """Sends letters from a thread of its own, one after the other."""

    def __init__(
        self, workspace: Workspace, clock: Clock, transport: Transport | None = None
    ) -> None:
        self._workspace = workspace
        self._clock = clock
        self._transport = transport
        self._letters: queue.Queue[_Waiting | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether letters go out."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin; `stop` must follow."""
        self._thread = threading.Thread(target=self._work, name="post", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what waits for its first try, say what is left, and end."""
        self._letters.put(None)
        if self._thread is not None:
            self._thread.join(timeout=10)

    def send(self, letter: Letter, key: str) -> None:
        """Have a letter sent; return at once. `key` is what makes it one of its own."""
        now = self._clock.now()
        named = message_key("letter", key)
        try:
            self._letters.put_nowait(_Waiting(now, named, letter, now))
        except queue.Full:
            log.error("letter %s is lost: too many wait", named[:12])

    def _work(self) -> None:
        put_off: list[_Waiting] = []
        while True:
            try:
                one = self._letters.get(timeout=self._pause(put_off))
            except queue.Empty:
                one = min(put_off)
                put_off.remove(one)
            if one is None:
                break
            if again := self._try(one):
                put_off.append(again)
        if put_off:
            log.warning("%d letters were put off and are lost", len(put_off))
        if self._transport is not None:
            self._transport.close()

    def _pause(self, put_off: list[_Waiting]) -> float | None:
        """Return the seconds until a letter is due again."""
        if not put_off:
            return None
        return max(0.0, (min(put_off).due_at - self._clock.now()).total_seconds())

    def _try(self, one: _Waiting) -> _Waiting | None:
        """Try a letter; return it if it is to be tried again."""
        try:
            answer = self._deliver(one.letter, one.key)
        except (VeilleError, ValueError) as error:
            log.error("letter %s is not sent: %s", one.key[:12], error)
            return None
        if answer.outcome not in _AGAIN:
            if answer.outcome is not Outcome.ACCEPTED:
                told = (answer.code, answer.status, answer.words)
                log.warning("letter %s: %s %s %s", one.key[:12], *told)
            return None
        attempts, now = one.attempts + 1, self._clock.now()
        due_at = next_try(one.key, attempts, one.queued_at, now, hours=PATIENCE_HOURS)
        log.warning("letter %s is put off: %s %s", one.key[:12], answer.code, answer.words)
        if due_at is None:
            log.error("letter %s is given up", one.key[:12])
            return None
        return _Waiting(due_at, one.key, one.letter, one.queued_at, attempts)

    def _deliver(self, letter: Letter, key: str) -> Answer:
        from veille.mailout.sending import open_transport, signer_of  # costs 0.3 s: here alone

        settings = self._workspace.settings.deliver
        if self._transport is None:
            self._transport = open_transport(settings)
        head = letterhead(settings)
        message = write_letter(letter, head, key=key, at=self._clock.now())
        signer = signer_of(self._workspace)
        signed = signer.sign(message) if signer else message
        outgoing = Outgoing(key, head.return_to(key), letter.address, signed)
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        return self._transport.deliver(outgoing, nothing)
