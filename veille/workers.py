"""Reading other people's bytes in processes of their own, within limits of time and memory.

A page can keep a parser busy for minutes, eat all memory or crash it. So what reads is called in a
worker process; what passes a limit ends that one call, and the next goes on in a fresh process.
"""

import gc
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, Self, TypeVar

from veille.errors import FailureKind, ItemError, ReadError
from veille.lanes import through_lanes

if TYPE_CHECKING:
    from pebble import ProcessPool

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

_HEAVY = ["__main__", "pebble", "veille.workers", "veille.sources.reading", "veille.extract.page"]
_CALLS = 500  # of one process; then a fresh one, for memory that libraries do not give back
_TAKEN_UP = 50  # items of our own work at a time
_OUT_OF_MEMORY = 75  # exit status, by which a worker says that it met its limit

_NEARLY_ALL = 0.75
"""Share of its memory beyond which a call that fails has failed for want of memory. Libraries in C
tell that in words of their own: lxml as a syntax error, or as an empty document."""


class Limits(Protocol):
    """What one call may take: `config.ReadSettings`, which no worker process loads, say so."""

    @property
    def seconds(self) -> float: ...

    @property
    def megabytes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[T]):
    """What a call in a worker gave, or the expected error that it raised, and what it took.

    `is_swollen` says that the process kept more than half of its allowance, or came near its end:
    the next page is not to suffer for it.
    """

    of: T | ItemError
    cpu_seconds: float
    is_swollen: bool


class LocalWorkers:
    """A number of worker processes, each started when first needed and restarted when it dies.

    A context manager; leaving it ends the processes, and with them the calls that nobody waits for
    any more. `call` is safe to use from many threads; those that find no process free wait for one.
    See `ports.Workers`.
    """

    def __init__(self, limits: Limits, count: int) -> None:
        self.cpu_seconds = 0.0
        """CPU time that calls took up to now; not that of starting the processes."""
        self._limits = limits
        # One pool for each process: what breaks one pool then breaks no other call. The last one
        # used is the first used again, so that little work starts few processes.
        self._idle: queue.LifoQueue[ProcessPool | None] = queue.LifoQueue()
        self._pools: set[ProcessPool] = set()
        self._is_open = True
        self._turn = threading.Lock()
        for _ in range(count):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._turn:
            self._is_open = False
            pools, self._pools = self._pools, set()
        for pool in pools:
            pool.stop()  # type: ignore[no-untyped-call]
        for pool in pools:
            pool.join()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returns, called in a worker.

        Function, arguments and result must pickle. An ItemError that it raises is raised here
        unchanged; any other exception too, as the defect it is. Raises ReadError(LIMIT) with the
        function's name as subject when the call took too long (« 15 s »), more memory than allowed
        (« 400 MB »), or killed its process (« exit -11 »).
        """
        outcome, seconds = self.measured(function, args, kwargs)
        with self._turn:
            self.cpu_seconds += seconds
        if isinstance(outcome, ItemError):
            raise outcome
        return outcome

    def measured(
        self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[T | ItemError, float]:
        """Return what `call` returns, or the ItemError that it raises, and the CPU seconds of it.

        Raises what else the function raises.
        """
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired  # on nights without news nothing is called

        pool = self._idle.get()
        try:
            pool = pool or self._start()
            future = pool.schedule(
                _measured,
                (function, args, kwargs, self._limits.megabytes),
                timeout=self._limits.seconds,
            )
            outcome: _Outcome[T] = future.result()
            if outcome.is_swollen:
                self._end(pool)
                pool = None
        except TimeoutError:
            return self._limit(function, f"{self._limits.seconds:g} s"), self._limits.seconds
        except ProcessExpired as death:
            memory = death.exitcode == _OUT_OF_MEMORY
            detail = f"{self._limits.megabytes} MB" if memory else f"exit {death.exitcode}"
            return self._limit(function, detail), 0.0
        except BrokenProcessPool:  # the process died while it took or gave, not while it worked
            if pool:
                self._end(pool)
            pool = None
            return self._limit(function, "exit"), 0.0
        finally:
            self._idle.put(pool)
        return outcome.of, outcome.cpu_seconds

    def each(
        self, items: Iterable[A], work: Callable[[A], B], stopping: threading.Event
    ) -> Iterator[tuple[A, B | ItemError]]:
        """Yield each item with what our own work made of it; in this process (docs/decisions.md).

        In a thread beside the caller's, which can so leave it behind when all is to stop.
        """
        waiting = iter(items)
        while not stopping.is_set() and (taken := list(islice(waiting, _TAKEN_UP))):
            for result in through_lanes(
                taken, work, lane=lambda _item: "", at_once=1, stopping=stopping
            ):
                if result is not None:
                    yield result

    def _start(self) -> "ProcessPool":
        import multiprocessing

        from pebble import ProcessPool

        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        context.set_forkserver_preload(_HEAVY)
        pool = ProcessPool(
            max_workers=1,
            max_tasks=_CALLS,
            initializer=_limit_memory,
            initargs=(self._limits.megabytes,),
            context=context,
        )
        with self._turn:
            if not self._is_open:  # whoever calls was left behind: no process is started for it
                raise RuntimeError("the workers are closed")
            self._pools.add(pool)
        return pool

    def _end(self, pool: "ProcessPool") -> None:
        with self._turn:
            self._pools.discard(pool)
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()

    def _limit(self, function: Callable[..., object], detail: str) -> ReadError:
        return ReadError(FailureKind.LIMIT, function.__name__, detail)


def _limit_memory(megabytes: int) -> None:
    """Let this process grow by so much; and let it be ended even while it is deep in C code."""
    gc.freeze()  # what was loaded stays: not to be looked through for garbage, nor copied for that
    gc.set_threshold(20_000)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the run's affair: it ends in order
    size, _most = _sizes()
    if size:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size + megabytes * 1_000_000, most))


def _sizes() -> tuple[int, int]:
    """Return the bytes of this process's address space, now and at most since it began.

    0 where the system does not tell, that is anywhere but on Linux: there the time limit alone
    holds.
    """
    try:
        status = Path("/proc/self/status").read_bytes()
    except OSError:
        return 0, 0
    now, most = (
        int(status.partition(name)[2].split(maxsplit=1)[0]) for name in (b"VmSize:", b"VmPeak:")
    )
    return now * 1024, most * 1024


def _is_swollen(megabytes: int) -> bool:
    """Whether this process uses more than half of its allowance, or came near its end.

    Not asked in detail unless so much was ever resident: /proc takes 0.3 ms right after a page.
    """
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < megabytes * 500_000:
        return False
    now, most = _shares_used(megabytes)
    return now > 0.5 or most > _NEARLY_ALL


def _came_near_its_limit(megabytes: int) -> bool:
    return _shares_used(megabytes)[1] > _NEARLY_ALL


def _shares_used(megabytes: int) -> tuple[float, float]:
    """Return how much of its allowance this process uses, and used at its peak: from 0 to 1."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return 0.0, 0.0
    now, most = (1.0 - (limit - size) / (megabytes * 1_000_000) for size in _sizes())
    return now, most


def _measured(
    function: Callable[..., T],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    megabytes: int,
) -> _Outcome[T]:
    """Call, in the worker."""
    before = time.process_time()
    try:
        outcome: T | ItemError = function(*args, **kwargs)
    except ItemError as error:
        outcome = error
        _give_up_if(_came_near_its_limit(megabytes))
    except Exception as error:
        _give_up_if(isinstance(error, MemoryError) or _came_near_its_limit(megabytes))
        raise
    return _Outcome(outcome, time.process_time() - before, _is_swollen(megabytes))


def _give_up_if(out_of_memory: bool) -> None:
    if out_of_memory:
        os._exit(_OUT_OF_MEMORY)  # what is left of its memory is best given back
