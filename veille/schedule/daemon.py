"""`veille schedule`: look at the time, run what is due, end in order when asked to.

The store's account of runs is the truth, as the last run told it (`var/status.json`): at its start
and every twenty seconds the daemon asks what should have begun and has not. So nothing is kept in
its memory that a restart would lose, and a clock that jumps, or a machine that slept, is noticed.

- Missed: what should have begun while nothing ran begins at once, however late.
- Coalesced: many missed moments of a pipeline make one run.
- One at a time: what is due while a run is at work waits for its end, the oldest first.
- In vain: a run that could not even begin (wrong settings, say) is tried again after a quarter of
  an hour.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from veille.clock import Clock, SystemClock
from veille.errors import LockHeld, StoreError, VeilleError
from veille.health import alerts
from veille.health.report import read_begun, read_status
from veille.hours import jobs_of, watch_from_now
from veille.i18n import _
from veille.runlock import at_work, hold
from veille.schedule import command
from veille.timetable import Moment, due
from veille.workspace import Workspace, open_workspace

TICK = 20
"""Seconds between two looks at the time."""

IN_VAIN = timedelta(minutes=15)
"""Time before a run that could not begin is tried again."""

ENDING = 9
"""Seconds that a run has to end in order: its promise is ten."""

Launch = Callable[[str], int]
"""Runs a pipeline to its end; returns its exit code."""

Say = Callable[[str], None]

Look = Callable[[Workspace, Clock], object]

_ENDS = (signal.SIGINT, signal.SIGTERM)


class Ticker:
    """What the daemon does at each tick; `launch` runs pipelines, `say` tells what happens, `look`
    tells staff what is wrong."""

    def __init__(
        self,
        workspace: Workspace,
        clock: Clock,
        launch: Launch,
        say: Say,
        look: Look = alerts.look,
    ) -> None:
        self._workspace = workspace
        self._clock = clock
        self._launch = launch
        self._say = say
        self._look_around = look
        self._read_at = _stamp(workspace.config)
        self._since = watch_from_now(workspace, clock.now())
        self._tried: dict[str, datetime] = {}
        self._looked: datetime | None = None
        self._complaint = ""

    def tick(self) -> int | None:
        """Run what is due for longest, if nothing is at work; what else is due, the next tick.

        Return the exit code of what was run; None if nothing was.
        """
        try:
            self._read_settings_again()
            self._look()
            moments = self._due()
            if not moments or at_work(self._workspace.lock):
                return None
            return self._run(moments[0])
        except (VeilleError, OSError) as error:
            self._complain(str(error))
            return None

    def _read_settings_again(self) -> None:
        """Take over what was changed in config.yaml since."""
        stamp = _stamp(self._workspace.config)
        if stamp != self._read_at:
            self._workspace = open_workspace(self._workspace.root)
            self._read_at = stamp

    def _look(self) -> None:
        """Every few minutes, and after each run, tell staff what is wrong.

        In a thread, so that a signal is heeded whatever a mail server does.
        """
        now = self._clock.now()
        if self._looked and self._looked <= now < self._looked + timedelta(seconds=alerts.EVERY):
            return
        self._looked = now

        def look() -> None:
            try:
                self._look_around(self._workspace, self._clock)
            except (VeilleError, OSError) as error:
                self._complain(str(error))

        looking = threading.Thread(target=look, name="alerts", daemon=True)
        looking.start()
        looking.join()

    def _due(self) -> list[Moment]:
        now = self._clock.now()
        first, begun = self._begun()
        since = min(first or self._since, self._since)
        zone = self._workspace.settings.zone
        moments = due(jobs_of(self._workspace), begun, now, zone, since=since)
        return [one for one in moments if not self._tried_lately(one.pipeline, now)]

    def _begun(self) -> tuple[datetime | None, dict[str, datetime]]:
        """Return when runs began; as if none ever had, where that is damaged: a run mends it."""
        try:
            return read_begun(read_status(self._workspace.status))
        except StoreError as error:
            self._complain(str(error))
            return None, {}

    def _tried_lately(self, pipeline: str, now: datetime) -> bool:
        tried = self._tried.get(pipeline)
        return tried is not None and tried <= now < tried + IN_VAIN

    def _run(self, moment: Moment) -> int:
        at = moment.at.astimezone(self._workspace.settings.zone)
        told = _("{pipeline}: begins, due on {day} at {hour}")
        self._say(told.format(pipeline=moment.pipeline, day=f"{at:%Y-%m-%d}", hour=f"{at:%H:%M}"))
        code = self._launch(moment.pipeline)
        self._complaint, self._looked = "", None
        if code != LockHeld.exit_code:
            self._tried[moment.pipeline] = self._clock.now()
        told = _("{pipeline}: ended with code {code}")
        self._say(told.format(pipeline=moment.pipeline, code=code))
        return code

    def _complain(self, complaint: str) -> None:
        """Say what is wrong, once and not at every tick."""
        if complaint != self._complaint:
            self._say(complaint)
        self._complaint = complaint


class Child:
    """The run at work, a process of its own that outlives the daemon by no more than its ending."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self, pipeline: str) -> int:
        """Run a pipeline to its end; return its exit code."""
        self._process = subprocess.Popen(
            command(self._root, "run", pipeline),
            cwd=self._root,  # it speaks the language of where it stands
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches it through us, once
        )
        return self._process.wait()

    def stop(self) -> None:
        """Ask the run at work, if any, to end in order; kill it and its own if it does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def serve(workspace: Workspace, say: Say) -> None:
    """Run what is due when it is due, until SIGTERM or SIGINT.

    Raises LockHeld when this workspace has its daemon already.
    """
    with _ticking(workspace, say) as ticker:
        while True:
            ticker.tick()
            time.sleep(TICK)


def run_due(workspace: Workspace, say: Say) -> int:
    """Run all that is due now, one after the other; return the worst of their exit codes, or 0.

    Beside a daemon, or another of its kind that has not ended, it leaves the work to that one.
    """
    worst = 0
    with suppress(LockHeld), _ticking(workspace, say) as ticker:
        while (code := ticker.tick()) is not None:
            worst = max(worst, abs(code))
    return worst


@contextmanager
def _ticking(workspace: Workspace, say: Say) -> Iterator[Ticker]:
    """Yield what ticks, alone in its workspace; a signal ends the block, and its run in order."""
    clock, child, zone = SystemClock(), Child(workspace.root), workspace.settings.zone
    workspace.var.mkdir(parents=True, exist_ok=True)
    lock = workspace.var / "schedule.lock"
    with hold(lock, "schedule", lambda: clock.now().astimezone(zone)), _ended_by_sigterm():
        try:
            yield Ticker(workspace, clock, child.launch, say)
        except KeyboardInterrupt:
            say(_("Asked to stop: the run at work ends in order."))
        finally:
            _heed_no_more()
            child.stop()


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does; put things back as they were."""
    before = {name: signal.getsignal(name) for name in _ENDS}
    for name in _ENDS:
        signal.signal(name, signal.default_int_handler)
    try:
        yield
    finally:
        for name in _ENDS:
            signal.signal(name, before[name])


def _heed_no_more() -> None:
    """One is enough: a second signal does not cut short the orderly end."""
    for name in _ENDS:
        signal.signal(name, signal.SIG_IGN)


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file does."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (told.st_mtime_ns, told.st_size)
