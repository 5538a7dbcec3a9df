"""A run: what its steps share, the one failure boundary, and the account of what was done.

A pipeline is a page that names steps in order (`pipelines/nightly.py`). A step is a function of a
`Run`: it asks the store what lacks its result, makes it with `Run.each`, and appends it.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from veille.clock import Clock
from veille.config import Settings
from veille.errors import FailureKind, ItemError, UsageError, VeilleError
from veille.i18n import _
from veille.lanes import through_lanes
from veille.memory import peak_megabytes
from veille.model import FailureReport, RunReport, Source, StepReport
from veille.ports import Fetcher, Workers
from veille.sharing import ALONE, Share
from veille.watcher import Unwatched, Watcher
from veille.wording import explain

if TYPE_CHECKING:
    from veille.classify.judge import Judge
    from veille.classify.training import Tell
    from veille.model.deliveries import Sent
    from veille.store import Watch
    from veille.store.desk import Desk

A = TypeVar("A")
B = TypeVar("B")

NETWORK_FAILURES = frozenset(
    {FailureKind.OFFLINE, FailureKind.REFUSED_CONNECTION, FailureKind.TIMEOUT}
)


SHARED = frozenset({"poll", "read"})
"""Steps that several engines of one store divide, by the sites that they ask."""


class Interrupted(Exception):
    """The run was asked to stop while a step made ready what it works with."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asks of a run beyond its pipeline.

    `limit` bounds what each step takes; `only` names the one step to take; `force` asks sources
    that are not due too; `since` is the moment from which steps take again what they had put off or
    done by an older model; `budget` bounds the run, in seconds, in place of the settings' own.
    """

    limit: int | None = None
    only: str | None = None
    force: bool = False
    since: datetime | None = None
    budget: float | None = None


@dataclass(slots=True)
class Tally:
    """What the step at work has done so far."""

    step: str = ""
    expected: bool = False
    done: int = 0
    new: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(slots=True)
class Run:
    """One run of a pipeline in a workspace."""

    run_id: str
    pipeline: str
    started_at: datetime
    settings: Settings
    sources: Sequence[Source]
    store: "Watch"
    clock: Clock
    open_workers: Callable[[], Workers]
    open_fetcher: Callable[[], Fetcher]
    open_judge: "Callable[[Tell], Judge]"
    judge_version: Callable[[], str] | None = None
    open_desk: "Callable[[], Desk | None]" = lambda: None
    models: Path = Path("models")
    catalogue: Path = Path("var/catalogue")
    send_due: "Callable[[], Sequence[Sent]]" = tuple
    tidy: Callable[[], Mapping[str, int]] = dict
    back_up: Callable[[], None] = lambda: None
    options: Options = Options()
    share: Share = ALONE
    watcher: Watcher = field(default_factory=Unwatched)
    stopping: threading.Event = field(default_factory=threading.Event)
    out_of_time: bool = False
    tally: Tally = field(default_factory=Tally)
    asked: Counter[str] = field(default_factory=Counter)
    _workers: Workers | None = None
    _fetcher: Fetcher | None = None
    _judge: "Judge | None" = None
    _desk: "Desk | None" = None
    _failed: bool = False
    _named: list[str] = field(default_factory=list)
    _steps: list[StepReport] = field(default_factory=list)
    _failures: list[FailureReport] = field(default_factory=list)

    @property
    def workers(self) -> Workers:
        """Who does what costs time of the processor, opened when a step first needs it.

        Raises UsageError or NothingPossible where they are on other machines, and differ or do not
        answer.
        """
        if self._workers is None:
            self._workers = self.open_workers()
        return self._workers

    @property
    def fetcher(self) -> Fetcher:
        """The way to the web, opened when a step first needs it.

        Raises UsageError where the settings do not allow it (no contact address).
        """
        if self._fetcher is None:
            self._fetcher = self.open_fetcher()
        return self._fetcher

    @property
    def judge(self) -> "Judge":
        """What judges articles, opened (and fitted, if it was not) when a step first needs it."""
        if self._judge is None:
            self._judge = self.open_judge(self.prepare)
        return self._judge

    @property
    def desk(self) -> "Desk | None":
        """What people do, opened when a step first needs it; None where nobody did anything yet."""
        if self._desk is None:
            self._desk = self.open_desk()
        return self._desk

    def prepare(self, stage: str, done: int, total: int) -> None:
        """Hear of what a step makes ready (a `Tell`); raise Interrupted when the run is to end."""
        if self.stopping.is_set():
            raise Interrupted
        self.watcher.prepare(stage, done, total)

    def do(self, step: Callable[["Run"], None]) -> None:
        """Take one step and account for it; after a failed step the later ones are not taken.

        Of several engines on one store all take the `SHARED` steps, the others only the first.
        """
        name = step.__name__
        self._named.append(name)
        if self._failed or self.stopping.is_set() or self.options.only not in (None, name):
            return
        if not self.share.leads and name not in SHARED:
            return
        self.tally = Tally(name)
        cpu_before, began = self._cpu_seconds(), time.monotonic()
        try:
            step(self)
        except VeilleError as error:
            self._failed = True
            self._failures.append(FailureReport(name, type(error).__name__, name, str(error)))
            if error.exit_code != VeilleError.exit_code:
                raise
        except Interrupted:
            pass  # the next run makes it ready from where this one was
        finally:
            cpu = self._cpu_seconds() - cpu_before
            tally = self.tally
            report = StepReport(
                name,
                tally.done,
                tally.new,
                tally.failed,
                tally.skipped,
                cpu_seconds=round(cpu, 3),
                seconds=round(time.monotonic() - began, 3),
            )
            self._steps.append(report)
            self.watcher.end(report)

    def end(self) -> None:
        """The pipeline has named all its steps.

        Raises UsageError when none of them is the one that was asked for alone.
        """
        if self.options.only and self.options.only not in self._named:
            raise UsageError(
                _("The pipeline « {pipeline} » has no step « {step} ».").format(
                    pipeline=self.pipeline, step=self.options.only
                ),
                _("Its steps: {names}.").format(names=", ".join(self._named) or "-"),
            )

    def spend_no_more_time(self) -> None:
        """The run's time is over: it ends in order, and the next one resumes."""
        self.out_of_time = True
        self.stopping.set()

    def broken_by(self, error: BaseException) -> None:
        """The pipeline itself failed, outside of its steps."""
        self._failed = True
        message = str(error) or type(error).__name__
        self._failures.append(FailureReport("", type(error).__name__, self.pipeline, message))

    def each(
        self,
        items: Sequence[A],
        work: Callable[[A], B],
        *,
        lane: Callable[[A], Hashable],
        at_once: int,
    ) -> Iterator[tuple[A, B | ItemError]]:
        """Yield each item with what `work` made of it, or with the error that set it aside.

        See `lanes.through_lanes`. When the run is stopping, items left are counted as skipped.
        """
        if not self.tally.expected:
            self.expect(len(items))
        stopping = self.stopping
        for result in through_lanes(items, work, lane=lane, at_once=at_once, stopping=stopping):
            if result is None:
                self.tally.skipped += 1
                continue
            self.tally.done += 1
            self.watcher.advance()
            yield result

    def spread(
        self, items: Iterable[A], work: Callable[[A], B], *, total: int
    ) -> Iterator[tuple[A, B | ItemError]]:
        """Yield each item with what the workers made of it, or with the error that set it aside.

        See `ports.Workers.each`; `total` is how many items there are. When the run is stopping,
        items left are counted as skipped.
        """
        if not self.tally.expected:
            self.expect(total)
        if not total:
            return
        for result in self.workers.each(items, work, self.stopping):
            total -= 1
            self.tally.done += 1
            self.watcher.advance()
            yield result
        if self.stopping.is_set():
            self.tally.skipped += total

    def expect(self, total: int) -> None:
        """Tell whoever looks on how many things the step at work will take."""
        self.tally.expected = True
        self.watcher.begin(self.tally.step, total)

    def failure(self, subject: str, kind: FailureKind, detail: str = "") -> None:
        """Count one failed thing of the step at work, and keep it for the report."""
        self.tally.failed += 1
        self._failures.append(FailureReport(self.tally.step, kind, subject, explain(kind, detail)))

    def report(self, finished_at: datetime | None = None) -> RunReport:
        """Return the account of the run up to now; without a finish it is still running."""
        return RunReport(
            run_id=self.run_id,
            pipeline=self.pipeline,
            status="running" if finished_at is None else self._verdict(),
            started_at=self.started_at,
            finished_at=finished_at,
            steps=tuple(self._steps),
            failures=tuple(self._failures),
            only=self.options.only,
            memory_mb=0.0 if finished_at is None else peak_megabytes(),
        )

    def _cpu_seconds(self) -> float:
        return time.process_time() + (self._workers.cpu_seconds if self._workers else 0.0)

    def _verdict(self) -> str:
        asked, unreached = self.asked.total(), sum(self.asked[kind] for kind in NETWORK_FAILURES)
        failed = sum(count for kind, count in self.asked.items() if kind in set(FailureKind))
        if self._failed:
            return "failed"
        if asked and unreached == asked:
            return "impossible"
        if asked and failed / asked > self.settings.collect.failing_share:
            return "failed"
        if self.stopping.is_set():
            return "out_of_time" if self.out_of_time else "interrupted"
        return "partial" if self._failures else "ok"
