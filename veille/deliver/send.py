"""Send what is due of an issue: several connections, at the pace asked for, to an orderly end.

Each message is in one place at any moment: it waits in the outbox, or its bytes are with the server
(`sending`, written down before they go), or what became of it is written down. A death at any
moment leaves at most one message per connection whose fate nobody knows.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from veille.clock import Clock
from veille.deliver.retry import next_try
from veille.errors import FailureKind
from veille.model.deliveries import Answer, Outcome, Outgoing, Queued, State, Transport

GRACE = 7.0
"""Seconds that answers are awaited for once the sending is asked to stop."""

SUSPICIOUS = 10
"""Refusals in a row, with nothing accepted before, after which the server is not asked further: it
has something against us, not against these readers."""

AGAIN = 60.0
"""Seconds after which a server that could not be reached is tried again."""

_STATES = {
    Outcome.ACCEPTED: State.SENT,
    Outcome.REFUSED: State.REFUSED,
    Outcome.UNKNOWN: State.UNKNOWN,
}
_LASTING = frozenset({FailureKind.TLS})


class Outbox(Protocol):
    """What sending needs of the outbox (`store.outbox.Outbox`)."""

    def due(self, issue: str, now: datetime, *, limit: int) -> list[Queued]: ...

    def next_due(self, issue: str) -> datetime | None: ...

    def begin(self, key: str, now: datetime) -> bool: ...

    def conclude(
        self, key: str, state: State, answer: Answer, now: datetime, due_at: datetime | None = None
    ) -> bool: ...

    def drop(self, key: str, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Pacing:
    """How fast, over how many connections, and how long what is put off is tried again."""

    per_minute: int = 60
    connections: int = 1
    retry_hours: float = 48.0
    patience_minutes: float = 15.0


@dataclass(slots=True)
class Tally:
    """What a sending came to: messages by state, and why it halted before its end, if it did."""

    states: Counter[State] = field(default_factory=Counter)
    halted: Answer | None = None
    refused_in_a_row: int = 0

    def add(self, state: State, answer: Answer) -> None:
        self.states[state] += 1
        self.refused_in_a_row = self.refused_in_a_row + 1 if state is State.REFUSED else 0
        if self.refused_in_a_row >= SUSPICIOUS and not self.states[State.SENT]:
            self.halted = answer


class Sender:
    """Sends the messages of one outbox.

    `write` makes the message for what is queued, None when its reader is not to be written to any
    more; ValueError when they have no address that can be. `stopping` asks for an orderly end;
    `on_wait` is told until when nothing is done.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        write: Callable[[Queued], Outgoing | None],
        clock: Clock,
        *,
        pacing: Pacing,
        stopping: threading.Event,
        on_wait: Callable[[datetime], None] | None = None,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._write = write
        self._clock = clock
        self._pacing = pacing
        self._stopping = stopping
        self._on_wait = on_wait
        self._pace = _Pace(clock, 60 / pacing.per_minute, pacing.connections)
        self._turn = threading.Lock()

    def send(self, issue: str, *, limit: int | None = None) -> Tally:
        """Send what is due, and wait a while for what comes due; return what was done.

        A server that cannot be reached at all ends it at once; one that goes away is waited for.
        What a store could not write down (StoreError: a full disk) ends the sending, and is raised
        once the messages in hand are done with.
        """
        tally = Tally()
        until = self._clock.now() + timedelta(minutes=self._pacing.patience_minutes)
        while True:
            tally.halted = None
            left = 1_000_000 if limit is None else limit - tally.states.total()
            self._pass(self._outbox.due(issue, self._clock.now(), limit=left), tally)
            resume_at = self._resume_at(issue, tally)
            done = limit is not None and tally.states.total() >= limit
            if done or resume_at is None or resume_at > until or self._stopping.is_set():
                return tally
            self._pause(resume_at)

    def _resume_at(self, issue: str, tally: Tally) -> datetime | None:
        if tally.halted is None:
            return self._outbox.next_due(issue)
        lasting = tally.halted.code >= 500 or tally.halted.words in _LASTING or not tally.states
        return None if lasting else self._clock.now() + timedelta(seconds=AGAIN)

    def _pass(self, items: Sequence[Queued], tally: Tally) -> None:
        faults: list[BaseException] = []
        waiting = iter(items)
        work = partial(self._work, waiting, tally, faults)
        workers = [
            threading.Thread(target=work, daemon=True)
            for _ in range(min(self._pacing.connections, len(items)))
        ]
        for worker in workers:
            worker.start()
        self._await(workers)
        if faults:
            raise faults[0]

    def _await(self, workers: Sequence[threading.Thread]) -> None:
        """Wait for the workers' end; asked to stop, no longer than GRACE."""
        slices = GRACE
        while any(worker.is_alive() for worker in workers):
            for worker in workers:
                worker.join(0.1 / len(workers))
            slices -= 0.1 if self._stopping.is_set() else 0.0
            if slices <= 0:
                self._transport.abort()
                for worker in workers:
                    worker.join(1.0)
                return

    def _work(self, waiting: Iterator[Queued], tally: Tally, faults: list[BaseException]) -> None:
        try:
            while not (self._stopping.is_set() or tally.halted or faults):
                with self._turn:
                    one = next(waiting, None)
                if one is None:
                    return
                self._pace.wait(self._stopping)
                if not (self._stopping.is_set() or tally.halted or faults):
                    self._deliver(one, tally)
        except BaseException as fault:  # noqa: BLE001 - raised again by the thread that waits
            faults.append(fault)

    def _deliver(self, one: Queued, tally: Tally) -> None:
        try:
            message = self._write(one)
        except ValueError:
            return self._conclude(one, Answer(Outcome.REFUSED, status="5.1.3"), tally)
        if message is None:
            if self._outbox.drop(one.key, self._clock.now()):
                with self._turn:
                    tally.states[State.DROPPED] += 1
            return None
        try:
            answer = self._transport.deliver(message, partial(self._begin, one.key))
        except _TakenByAnother:
            return None
        if answer.outcome is Outcome.UNREACHED:
            with self._turn:
                tally.halted = answer
            return None
        return self._conclude(one, answer, tally)

    def _begin(self, key: str) -> None:
        if not self._outbox.begin(key, self._clock.now()):
            raise _TakenByAnother

    def _conclude(self, one: Queued, answer: Answer, tally: Tally) -> None:
        now, due_at = self._clock.now(), None
        if answer.outcome is Outcome.DEFERRED:
            tried = one.attempts + 1
            due_at = next_try(one.key, tried, one.queued_at, now, hours=self._pacing.retry_hours)
            state = State.DEFERRED if due_at else State.EXPIRED
        else:
            state = _STATES[answer.outcome]
        self._outbox.conclude(one.key, state, answer, now, due_at)
        with self._turn:
            tally.add(state, answer)

    def _pause(self, until: datetime) -> None:
        if self._on_wait:
            self._on_wait(until)
        _sleep(self._clock, (until - self._clock.now()).total_seconds(), 1.0, self._stopping)


class _TakenByAnother(Exception):
    """Another hand took this message meanwhile, or it is not to go any more."""


class _Pace:
    """Lets one message go in each `gap` of seconds, however many threads ask."""

    def __init__(self, clock: Clock, gap: float, threads: int) -> None:
        self._clock = clock
        self._gap = timedelta(seconds=gap)
        self._most = self._gap * threads
        self._next = clock.now()
        self._turn = threading.Lock()

    def wait(self, stopping: threading.Event) -> None:
        with self._turn:
            now = self._clock.now()
            turn = max(min(self._next, now + self._most), now)  # a clock set back delays nobody
            self._next = turn + self._gap
        _sleep(self._clock, (turn - now).total_seconds(), 0.5, stopping)


def _sleep(clock: Clock, seconds: float, slice_: float, stopping: threading.Event) -> None:
    """Sleep so long, unless asked to stop, whatever the clock is set to meanwhile."""
    while seconds > 0 and not stopping.is_set():
        clock.sleep(min(seconds, slice_))
        seconds -= slice_
