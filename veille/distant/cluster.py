"""A Dask cluster as a run's workers, through the executor that Dask gives."""

import pickle
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

from distributed.scheduler import KilledWorker

from veille.config import ReadSettings
from veille.distant import wire, workbench
from veille.distant.connecting import connected
from veille.distant.dispatch import Dispatch
from veille.distant.kit import kit_of
from veille.distant.roll import Roll
from veille.distant.task import Done, Job, Limits
from veille.errors import FailureKind, ItemError, ReadError
from veille.lanes import GRACE

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

_CONNECTED_WITHIN = 10.0  # seconds; a scheduler that restarts is awaited so long too
_SHARE = 0.25  # seconds of our own work that a task should take, beside the 10 ms of sending it
_FIRST, _MOST = 4, 100  # items of a task, before that is known and at most
_LOOK = 0.2  # seconds between two looks at whether to stop, while nothing comes


class DaskWorkers:
    """The workers of a Dask cluster: those that work with the same versions as this process.

    A context manager; see `ports.Workers`. Entering raises NothingPossible when no scheduler
    answers or it has no worker, UsageError when the cluster may not be used as it is.
    """

    def __init__(self, address: str, settings: ReadSettings, models: Path, var: Path) -> None:
        self.cpu_seconds = 0.0
        """CPU time that the work took on the workers; not that of Dask itself."""
        self._address = address
        self._settings = settings
        self._models, self._var = models, var
        self._taught: set[str] = set()
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._client = stack.enter_context(connected(self._address, _CONNECTED_WITHIN))
            self._roll = Roll(self._client, self._address)
            stack.callback(self._roll.stop)
            self._roll.start()
            limits = Limits(self._settings.seconds, self._settings.megabytes)
            self._dispatch = Dispatch(self._client, self._address, self._roll, limits)
            stack.callback(self._leave)
            stack.callback(self._dispatch.close)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returns, called within limits in a process of some worker."""
        job = Job(function.__name__, wire.packed(function, args, kwargs))
        try:
            done = self._dispatch.put(job).result()
        except KilledWorker:
            raise ReadError(FailureKind.LIMIT, function.__name__, "exit") from None
        self._count(done)
        if isinstance(done.outcome, Exception):
            raise done.outcome
        return cast("T", pickle.loads(cast("bytes", done.outcome)))

    def each(
        self, items: Iterable[A], work: Callable[[A], B], stopping: threading.Event
    ) -> Iterator[tuple[A, B | ItemError]]:
        """Yield each item with what our own work made of it, on some worker.

        Several items go in one task, so many that it takes a quarter of a second.
        """
        waiting = iter(items)
        flying: dict[Future[Done], list[A]] = {}
        landed: queue.SimpleQueue[Future[Done]] = queue.SimpleQueue()
        size, until = _FIRST, float("inf")
        while True:
            while len(flying) < self._dispatch.room and not stopping.is_set():
                if not (batch := list(islice(waiting, size))):
                    break
                sent = self._send(work, batch)
                flying[sent] = batch
                sent.add_done_callback(landed.put)
            if not flying or time.monotonic() > until:
                return
            if stopping.is_set():
                until = min(until, time.monotonic() + GRACE)
            try:
                came = landed.get(timeout=_LOOK)
            except queue.Empty:
                continue
            batch = flying.pop(came)
            outcomes, cpu = self._outcomes(came, batch)
            size = max(1, min(_MOST, round(_SHARE * len(batch) / cpu))) if cpu else size
            yield from zip(batch, cast("list[B | ItemError]", outcomes), strict=True)

    def _send(self, work: Callable[[A], B], batch: Sequence[A]) -> "Future[Done]":
        payload, judges = wire.dumps((work, batch))
        for version in judges - self._taught:
            self._roll.teach(kit_of(version, self._models, self._var))
            self._taught.add(version)
        return self._dispatch.put(Job("", payload))

    def _outcomes(
        self, came: "Future[Done]", batch: Sequence[object]
    ) -> tuple[Sequence[object], float]:
        try:
            done = came.result()
        except KilledWorker as error:
            return [ItemError(FailureKind.DEFECT, "", type(error).__name__)] * len(batch), 0.0
        self._count(done)
        if isinstance(done.outcome, Exception):
            raise done.outcome
        return cast("Sequence[object]", done.outcome), done.cpu_seconds

    def _count(self, done: Done) -> None:
        with self._turn:
            self.cpu_seconds += done.cpu_seconds

    def _leave(self) -> None:
        """Let the workers end what they still do for this run."""
        if self._client.status == "running" and (fit := list(self._roll.fit)):
            self._client.run(workbench.leave, self._dispatch.crew, workers=fit, on_error="ignore")
