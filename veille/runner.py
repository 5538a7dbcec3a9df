"""Run a pipeline of a workspace: one at a time, with all it needs opened and closed around it.

What not every run needs is imported where it is opened: a night on which nothing changed takes less
time than all of it would.
"""

import logging
import signal
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from veille.clock import Clock, SystemClock
from veille.disk import sizes
from veille.errors import StoreError, UsageError
from veille.health import alerts
from veille.health.telling import tell
from veille.i18n import _
from veille.model import RunReport, Source
from veille.pipeline import Options, Run
from veille.ports import Fetcher, RobotsCache, Workers
from veille.runlock import hold
from veille.sources.registry import load_sources
from veille.store import Hold, Watch, is_there, open_watch
from veille.watcher import Unwatched, Watcher
from veille.workspace import Workspace, load_pipeline

if TYPE_CHECKING:
    from veille.classify.judge import Judge
    from veille.classify.training import Tell
    from veille.model.deliveries import Sent
    from veille.store.catalogue import Published
    from veille.store.desk import Desk

log = logging.getLogger(__name__)

Opener = Callable[[Workspace, Clock, RobotsCache], AbstractContextManager[Fetcher]]
"""Opens the way to the web for one run; raises UsageError where the settings do not allow it."""


def run_pipeline(
    workspace: Workspace,
    name: str,
    options: Options | None = None,
    *,
    clock: Clock | None = None,
    watcher: Watcher | None = None,
    opener: Opener | None = None,
    wait: float = 0,
) -> RunReport:
    """Run `pipelines/NAME.py` to its end, and return (and keep) its account.

    `opener` stands in for `online.open_fetcher`. SIGINT and SIGTERM let the items in hand finish,
    as the end of the time budget does; the next run resumes. Raises UsageError for an unknown
    pipeline or settings that do not allow it, LockHeld when another run is still at work after
    `wait` seconds, StoreError when the store cannot be used.
    """
    clock, opener, options = clock or SystemClock(), opener or _open_fetcher, options or Options()
    pipeline = load_pipeline(workspace, name)
    sources = register_of(workspace)
    workspace.var.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        ended: list[RunReport] = []
        stack.callback(alerts.after_run, workspace, ended, clock)  # once the lock is free
        stack.enter_context(only_run(workspace, name, clock, wait=wait))
        store = stack.enter_context(_store_of(workspace, clock))
        run = Run(
            run_id=uuid.uuid4().hex,
            pipeline=name,
            started_at=clock.now(),
            settings=workspace.settings,
            sources=sources,
            store=store,
            clock=clock,
            open_workers=lambda: stack.enter_context(_open_workers(workspace)),
            open_fetcher=lambda: stack.enter_context(opener(workspace, clock, store.robots)),
            open_judge=partial(_open_judge, workspace),
            judge_version=partial(_judge_version, workspace),
            open_desk=lambda: _desk_if_whole(workspace, stack),
            models=workspace.models,
            catalogue=workspace.catalogue,
            send_due=lambda: _send_due(workspace, clock, run.stopping),
            tidy=lambda: _tidied(workspace, store, clock),
            back_up=lambda: _back_up_apart(workspace),
            options=options,
            share=store.share,
            watcher=watcher or Unwatched(),
        )
        if store.share.leads:
            store.remember_sources(sources, run.started_at)
        return _carried_out(pipeline, run, workspace, store, ended)


def _carried_out(
    pipeline: Callable[[Run], None],
    run: Run,
    workspace: Workspace,
    store: Watch,
    ended: list[RunReport],
) -> RunReport:
    """Carry a run out, and keep its account however it ends; it is `ended` for whoever is told."""
    clock = run.clock
    store.start_run(run.report())
    try:
        tell(workspace, clock, store, begins=True)
        with stopped_by_signals(run.stopping), _within_budget(run):
            pipeline(run)
        run.end()
    except BaseException as error:
        run.broken_by(error)
        raise
    finally:
        report = replace(run.report(clock.now()), stores=sizes(workspace.var))
        store.finish_run(report)
        tell(workspace, clock, store)
        if not run.stopping.is_set() or run.out_of_time:  # who stops it does not wait for mail
            ended.append(report)
    return report


def publish_now(workspace: Workspace, *, clock: Clock | None = None) -> "Published":
    """Publish what the working store holds, whether anything changed since the last time or not.

    Raises UsageError when there is nothing yet, LockHeld while a run is at work, StoreError when
    the store cannot be used or the catalogue not be written.
    """
    from veille.steps.publish import edition_of, write_catalogue

    clock = clock or SystemClock()
    if not is_there(workspace.watch):
        raise UsageError(
            _("Nothing was collected yet in {root}.").format(root=workspace.root),
            _("« veille run nightly » collects, then publishes."),
        )
    sources = register_of(workspace)
    with (
        only_run(workspace, "publish", clock),
        _store_of(workspace, clock) as store,
    ):
        store.remember_sources(sources, clock.now())  # what they let pass on may have changed
        edition = edition_of(store, workspace.models, workspace.settings, clock)
        return write_catalogue(edition, workspace.catalogue, workspace.settings)


def _store_of(workspace: Workspace, clock: Clock) -> Watch:
    return open_watch(workspace.watch, now=clock.now(), hold=Hold.SHARE)


def desk_of(workspace: Workspace) -> "Desk | None":
    """Open the desk; None where nobody did anything yet. Raises StoreError, SchemaError."""
    if not workspace.desk.is_file():
        return None
    from veille.store.desk import open_desk

    return open_desk(workspace.desk)


def register_of(workspace: Workspace) -> list[Source]:
    """Return the declared sources, then those that stand for the links that people sent in."""
    declared = load_sources(workspace.sources)
    with ExitStack() as stack:
        desk = _desk_if_whole(workspace, stack)
        sent_from = desk.links.regions() if desk else []
    return [*declared, *(_senders(workspace, sent_from) if sent_from else ())]


def _senders(workspace: Workspace, regions: Collection[str]) -> tuple[Source, ...]:
    from veille.classify.regions.names import region_names
    from veille.steps.links import senders

    return senders(regions, region_names(workspace.models / "regions") if any(regions) else {})


def _desk_if_whole(workspace: Workspace, stack: ExitStack) -> "Desk | None":
    """Open the desk for as long as the stack lasts; None, and a line in the log, for a broken one.

    A night goes on without it: what was taken in before holds, and the step `take` tells.
    """
    try:
        desk = desk_of(workspace)
    except StoreError as error:
        log.warning("%s", error)
        return None
    return stack.enter_context(desk) if desk else None


@contextmanager
def only_run(workspace: Workspace, what: str, clock: Clock, *, wait: float = 0) -> Iterator[None]:
    """Hold the workspace's lock; raise LockHeld when another run does after `wait` seconds."""
    zone = workspace.settings.zone
    action = _("Wait for its end, or let --wait do so; « veille status » shows it.")
    with hold(workspace.lock, what, lambda: clock.now().astimezone(zone), wait=wait, action=action):
        yield


@contextmanager
def _within_budget(run: Run) -> Iterator[None]:
    """End the run in order when its time is over; the time is real, whatever its clock says."""
    given, usual = run.options.budget, run.settings.run.budget_minutes * 60
    seconds = usual if given is None else given
    timer = threading.Timer(seconds, run.spend_no_more_time)
    timer.daemon = True
    if seconds:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _open_fetcher(
    workspace: Workspace, clock: Clock, robots: RobotsCache
) -> AbstractContextManager[Fetcher]:
    from veille.online import open_fetcher

    return open_fetcher(workspace, clock, robots)


def _open_workers(workspace: Workspace) -> AbstractContextManager[Workers]:
    from veille.distant.opening import open_workers

    return open_workers(workspace.settings, workspace.models, workspace.var)


def _open_judge(workspace: Workspace, tell: "Tell") -> "Judge":
    from veille.classify.opening import open_judge

    return open_judge(workspace.models, workspace.var, tell)


def _judge_version(workspace: Workspace) -> str:
    from veille.classify.versions import judge_version

    return judge_version(workspace.models, workspace.var)


def _send_due(workspace: Workspace, clock: Clock, stopping: threading.Event) -> "Sequence[Sent]":
    from veille.mailout import send_due

    return send_due(workspace, clock=clock, stopping=stopping)


def _tidied(workspace: Workspace, store: Watch, clock: Clock) -> Mapping[str, int]:
    from veille.housekeeping import tidied

    return tidied(workspace, store, clock.now())


def _back_up_apart(workspace: Workspace) -> None:
    from veille.housekeeping import back_up_apart

    back_up_apart(workspace.root)


@contextmanager
def stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Let SIGINT and SIGTERM ask for an orderly end; a second one has its usual effect."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.getsignal(name) for name in names}

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        for name in names:
            signal.signal(name, before[name])

    for name in names:
        signal.signal(name, stop)
    try:
        yield
    finally:
        for name in names:
            signal.signal(name, before[name])
