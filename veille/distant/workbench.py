"""What a worker keeps between tasks: processes to call distrusted work in, and what judges.

Work on other people's bytes is called in processes of the worker's own, as it is on one machine: a
page that takes all memory ends one of these, and neither the Dask worker nor its other tasks.
"""

import asyncio
import logging
import pickle
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, cast

from distributed import Worker

from veille.distant import wire
from veille.distant.task import Done, Job, Limits
from veille.lanes import contained
from veille.workers import LocalWorkers

if TYPE_CHECKING:
    from veille.classify.judge import Judge

_AT_ONCE = 64  # calls of one crew on one worker: more than it has threads
_FORGOTTEN = 3600.0  # seconds after which a crew that did not say goodbye is held for gone
_JUDGES = 4  # kept: those of a few engines that share a cluster

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Crew:
    """What one run has here."""

    workers: LocalWorkers
    used: float = field(default_factory=time.monotonic)


_crews: dict[str, _Crew] = {}
_judges: dict[str, "Judge"] = {}
_turn = threading.Lock()


def do(crew: str, limits: Limits, job: Job) -> Done:
    """Do one job; an error that it raises is its outcome."""
    try:
        if job.called:
            call = wire.Packed(job.called, bytes(job.payload))
            return Done(*_workers(crew, limits).measured(call, (), {}))
        before = time.thread_time()
        outcomes = _each(job.payload)
        return Done(outcomes, time.thread_time() - before)
    except Exception as error:
        log.exception("defect")
        return Done(_portable(error), 0.0)


def leave(crew: str) -> None:
    """End what a crew has here, and what is still at work for it."""
    with _turn:
        left = _crews.pop(crew, None)
    if left:
        left.workers.__exit__(None, None, None)


async def learn(version: str, base: str, files: Mapping[str, bytes], *, dask_worker: Worker) -> str:
    """Make what judges from its files, unless it is here; return the version that came of it.

    `base` is the version that the recipe among the files has where they come from. What has another
    one here would be fitted anew, so it is returned at once. The worker's own folder holds them:
    Dask gives `dask_worker`, and clears it away.
    """
    if version in _judges:
        return version
    return await asyncio.to_thread(_learn, Path(dask_worker.local_directory), base, files)


def _learn(scratch: Path, base: str, files: Mapping[str, bytes]) -> str:
    from veille.classify.opening import open_judge
    from veille.classify.recipe import load_recipe
    from veille.classify.versions import model_version, recipe_path

    folder = Path(mkdtemp(dir=scratch, prefix="veille-"))
    for name, held in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held)
    models = folder / "models"
    found = model_version(models, load_recipe(recipe_path(models)))
    if found != base:
        return found
    judge = open_judge(models, folder / "var")
    with _turn:
        _judges[judge.version] = judge
        for oldest in list(_judges)[:-_JUDGES]:
            del _judges[oldest]
    return judge.version


def _workers(crew: str, limits: Limits) -> LocalWorkers:
    with _turn:
        if crew not in _crews:
            _crews[crew] = _Crew(LocalWorkers(limits, _AT_ONCE))
        ours = _crews[crew]
        ours.used = time.monotonic()
        gone = [name for name, one in _crews.items() if one.used < ours.used - _FORGOTTEN]
    for name in gone:
        leave(name)
    return ours.workers


def _each(payload: bytes | memoryview) -> list[object]:
    work, items = cast(
        "tuple[Callable[[object], object], Sequence[object]]", wire.loads(payload, _judge_of)
    )
    awaited = threading.Event()
    return [contained(work, item, "", awaited) for item in items]


def _judge_of(version: str) -> "Judge":
    try:
        return _judges[version]
    except KeyError:
        raise LookupError(f"this worker does not know {version}") from None


def _portable(error: Exception) -> Exception:
    """Return the error, or what it says where it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        log.warning("an error that does not pickle: %r", error, exc_info=True)
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
