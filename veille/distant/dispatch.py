"""What is under way on the cluster: a few tasks for each worker, the rest waits here.

So memory is bounded on all sides, and what is lost with a worker or with the scheduler is at hand
to be sent again. Calls that wait are sent several in one task: see docs/decisions.md for why.
"""

import logging
import queue
import threading
import uuid
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from distributed import Client
from distributed.scheduler import KilledWorker

from veille.distant import task
from veille.distant.roll import LOOK, Roll, nobody
from veille.distant.task import Done, Job, Limits
from veille.errors import WorkersLost

_AHEAD = 2  # tasks for each thread of a worker: one at work, one that waits there
_TOGETHER = 8  # jobs of one task at most: a hostile page holds up those behind it
_LARGE = 1_500_000  # bytes of a task beyond which no further job joins it

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Waiting:
    """A job, and who waits for what comes of it: `done` gives that, or raises what `put` says.

    `deaths` is how many times it was given up because each worker that had it died.
    """

    job: Job
    done: "Future[Done]" = field(default_factory=Future)
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class _Flight:
    """A task on its way: its jobs, and the workers that may do it."""

    jobs: Sequence[Waiting]
    among: frozenset[str]


_Task: TypeAlias = "Future[list[Done]]"


class Dispatch:
    """Sends jobs to those on the roll, and what comes of them to who waits.

    One thread does it all; `put` is safe to call from any.
    """

    def __init__(self, client: Client, address: str, roll: Roll, limits: Limits) -> None:
        self.crew = uuid.uuid4().hex
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._address = address
        self._roll = roll
        self._limits = limits
        self._inbox: queue.SimpleQueue[Waiting | _Task | None] = queue.SimpleQueue()
        self._waiting: deque[Waiting] = deque()
        self._flights: dict[_Task, _Flight] = {}
        self._over: Exception | None = None
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="dispatch", daemon=True)
        self._thread.start()

    @property
    def room(self) -> int:
        """How many jobs keep all workers busy."""
        return _AHEAD * max(1, sum(self._roll.fit.values()))

    def put(self, job: Job) -> "Future[Done]":
        """Have a job done.

        The future raises WorkersLost when nobody is left to do it, KilledWorker when nobody who was
        given it survived.
        """
        waiting = Waiting(job)
        with self._turn:
            if self._over:
                waiting.done.set_exception(self._over)
            else:
                self._inbox.put(waiting)
        return waiting.done

    def close(self) -> None:
        """Send nothing any more; who still waits is told so."""
        self._inbox.put(None)
        self._thread.join()
        if self._client.status == "running":
            self._executor.shutdown(wait=False)

    def _work(self) -> None:
        error: Exception = RuntimeError("the workers are closed")
        try:
            while self._hear():
                if self._roll.is_lost():
                    raise nobody(self._address)
                self._send_again()
                self._send()
        except WorkersLost as lost:
            error = lost
        except Exception as defect:  # whoever waits must hear of it
            log.exception("defect while sending work to %s", self._address)
            error = defect
        self._end(error)

    def _hear(self) -> bool:
        """Take in what came; wait a little where nothing did. False when it is time to end."""
        try:
            came = self._inbox.get(timeout=LOOK)
            while came is not None:
                if isinstance(came, Waiting):
                    self._waiting.append(came)
                else:
                    self._land(came)
                came = self._inbox.get_nowait()
        except queue.Empty:
            return True
        return False

    def _send(self) -> None:
        fit = self._roll.fit
        while most := self._most(sum(fit.values())):
            jobs = self._taken(most)
            name = f"veille-{uuid.uuid4().hex}"
            order = task.Order(name, self.crew, self._limits, [one.job for one in jobs])
            flying: _Task = self._executor.submit(task.work, order, key=name, workers=list(fit))
            self._flights[flying] = _Flight(jobs, frozenset(fit))
            flying.add_done_callback(self._inbox.put)

    def _most(self, threads: int) -> int:
        """Return how many jobs the next task may have, 0 when none is to be sent.

        What idles gets its part of what waits; what is at work gets a full task ahead, or nothing.
        """
        waiting, idle = len(self._waiting), threads - len(self._flights)
        if idle > 0:
            return min(_TOGETHER, -(-waiting // idle))
        ahead = waiting >= _TOGETHER and len(self._flights) < _AHEAD * threads
        return _TOGETHER if ahead else 0

    def _taken(self, most: int) -> list[Waiting]:
        """Take jobs for one task: up to so many; one alone that lost its workers before."""
        jobs = [self._waiting.popleft()]
        while (
            self._waiting
            and len(jobs) < most
            and not any(one.deaths for one in (*jobs, self._waiting[0]))
            and sum(len(one.job.payload) for one in jobs) < _LARGE
        ):
            jobs.append(self._waiting.popleft())
        return jobs

    def _send_again(self) -> None:
        """Take back what nobody is left to do: Dask would wait for those very workers."""
        fit = self._roll.fit.keys()
        for flying in [one for one, flight in self._flights.items() if not flight.among & fit]:
            flying.cancel()  # and it lands

    def _land(self, flying: _Task) -> None:
        jobs = self._flights.pop(flying).jobs
        if flying.cancelled():  # by us, or because the scheduler is another one now
            self._waiting.extendleft(reversed(jobs))
        elif isinstance(error := flying.exception(), KilledWorker):
            self._survive(jobs, error)
        elif error:
            for one in jobs:
                one.done.set_exception(error)
        else:
            for one, done in zip(jobs, flying.result(), strict=True):
                one.done.set_result(done)

    def _survive(self, jobs: Sequence[Waiting], error: KilledWorker) -> None:
        """Try each job of a task that no worker survived once more, alone."""
        for one in jobs:
            one.deaths += 1
            if one.deaths > 1:
                one.done.set_exception(error)
            else:
                self._waiting.append(one)

    def _end(self, error: Exception) -> None:
        """Let everybody who waits, or comes later, hear this error."""
        with self._turn:
            self._over = error
        flying, self._flights = self._flights, {}
        waiting = [*self._waiting, *(one for flight in flying.values() for one in flight.jobs)]
        with suppress(queue.Empty):
            while True:
                if isinstance(came := self._inbox.get_nowait(), Waiting):
                    waiting.append(came)
        for one in waiting:
            one.done.set_exception(error)
