"""Work on many things at once, in lanes beside each other; within seconds to a stop when asked."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from veille.errors import FailureKind, ItemError, WorkersLost
from veille.faults import is_the_system, why_not

A = TypeVar("A")
B = TypeVar("B")

GRACE = 5.0
"""Seconds that what is in hand is given to finish, once all is to stop: service managers kill what
has not ended ten seconds after they asked."""

_LOOK = 0.2  # seconds between two looks at whether to stop, while no result comes

log = logging.getLogger(__name__)


def through_lanes(
    items: Sequence[A],
    work: Callable[[A], B],
    *,
    lane: Callable[[A], Hashable],
    at_once: int,
    stopping: threading.Event,
) -> Iterator[tuple[A, B | ItemError] | None]:
    """Yield each item with what `work` made of it, or with the error that set it aside.

    Items of one lane are worked on one after the other, in order; `at_once` lanes at the same
    time, each in a thread. Results come in the order in which they are ready. Once `stopping` is
    set no item is begun, and those in hand get GRACE seconds: None is yielded for each one left.
    Raises WorkersLost when `work` does: that is nobody's item's fault.
    """
    lanes: dict[Hashable, list[A]] = {}
    for item in items:
        lanes.setdefault(lane(item), []).append(item)
    waiting: queue.SimpleQueue[tuple[Hashable, list[A]]] = queue.SimpleQueue()
    ready: queue.SimpleQueue[tuple[A, B | ItemError | WorkersLost] | None] = queue.SimpleQueue()
    forsaken = threading.Event()
    for one in lanes.items():
        waiting.put(one)

    def drive() -> None:
        while (taken := _next(waiting)) is not None:
            name, mine = taken
            for item in mine:
                if stopping.is_set() or forsaken.is_set():
                    ready.put(None)
                else:
                    ready.put((item, contained(work, item, str(name), forsaken)))

    for _number in range(min(at_once, len(lanes))):
        threading.Thread(target=drive, name="lane", daemon=True).start()  # may be left behind
    try:
        yield from _results(ready, len(items), stopping)
    finally:
        forsaken.set()


def _next(waiting: queue.SimpleQueue[A]) -> A | None:
    try:
        return waiting.get_nowait()
    except queue.Empty:
        return None


def _results(
    ready: queue.SimpleQueue[tuple[A, B | ItemError | WorkersLost] | None],
    count: int,
    stopping: threading.Event,
) -> Iterator[tuple[A, B | ItemError] | None]:
    """Yield so many results; None for those that do not come in time once all is to stop.

    Raises WorkersLost when that comes in the place of one.
    """
    until = float("inf")
    while count:
        try:
            result = ready.get(timeout=_LOOK)
        except queue.Empty:
            if stopping.is_set():
                until = min(until, time.monotonic() + GRACE)
            if time.monotonic() < until:
                continue
            result = None
        count -= 1
        if result is None:
            yield None
            continue
        item, outcome = result
        if isinstance(outcome, WorkersLost):
            raise outcome
        yield item, outcome


def contained(
    work: Callable[[A], B], item: A, subject: str, forsaken: threading.Event
) -> B | ItemError | WorkersLost:
    """The failure boundary: an expected error is a value, a defect is logged and becomes one.

    Once nobody waits any more, `forsaken`, a defect is no news: what it works with is closed.
    """
    try:
        return work(item)
    except (ItemError, WorkersLost) as error:
        return error
    except Exception as error:  # one bad thing must not end the night
        if isinstance(error, OSError) and is_the_system(error):
            return ItemError(FailureKind.DISK, subject, why_not(error))
        if not forsaken.is_set():
            log.exception("defect while working on %s", subject)
        return ItemError(FailureKind.DEFECT, subject, f"{type(error).__name__}: {error}"[:200])


def batches(items: Iterator[A], size: int) -> Iterator[list[A]]:
    """Yield lists of up to `size` items, or fewer when five seconds have gone since the last.

    So a batch is saved soon enough that a killed run loses little, and one that is left by its
    workers nothing: WorkersLost is raised after what came before it was yielded.
    """
    batch: list[A] = []
    since = time.monotonic()
    lost: WorkersLost | None = None
    try:
        for item in items:
            batch.append(item)
            if len(batch) >= size or time.monotonic() - since > 5:
                yield batch
                batch, since = [], time.monotonic()
    except WorkersLost as error:
        lost = error
    if batch:
        yield batch
    if lost:
        raise lost
