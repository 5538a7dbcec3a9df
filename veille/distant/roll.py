"""Who is there to work, and may: each worker is asked what it works with before it gets anything.

Those that come while a run is at work are asked too. One that differs is left out, with a line in
the log; where one differs from the start there is no run.
"""

import logging
import platform
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from importlib import metadata

from distributed import Client

from veille.distant import versions, workbench
from veille.distant.kit import Kit
from veille.errors import ConfigError, NothingPossible, UsageError, WorkersLost
from veille.i18n import _

LOOK = 1.0
"""Seconds between two looks at who is there."""

AWAITED = 15.0
"""Seconds that a first worker is waited for."""

PATIENCE = 60.0
"""Seconds that a run waits for workers to come back, once all are gone."""

Verdicts = dict[str, list[str]]
"""In what each worker differs, by its address; nothing for one that may work."""

_FIRST: Mapping[str, tuple[Callable[..., str], ...]] = {
    "Python": (platform.python_version,),
    versions.ENGINE: (metadata.version, versions.ENGINE),  # type: ignore[dict-item]
}
"""What any Python can answer, whatever engine it has, or none."""

log = logging.getLogger(__name__)


class Roll:
    """The workers of a cluster that work with just what works here.

    `client` belongs to the caller, who closes it after this. Safe to use from several threads.
    """

    def __init__(self, client: Client, address: str) -> None:
        self.fit: Mapping[str, int] = {}
        """Threads of each worker that may work, by its address."""
        self._client = client
        self._address = address
        self._unfit: set[str] = set()
        self._kit: Kit | None = None
        self._left_at: float | None = None  # when the last one went
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="roll", daemon=True)

    def start(self) -> None:
        """Ask all who are there, and go on asking those who come.

        Raises NothingPossible when nobody is, UsageError when scheduler or workers differ.
        """
        self.muster(AWAITED)
        self._watching.start()

    def muster(self, patience: float = 0.0) -> None:
        """Ask all who are there, once somebody is, and nobody after that; raises as `start` does.

        `patience` is how many seconds a first worker is waited for.
        """
        until = time.monotonic() + patience
        self._ask_scheduler()
        while not (differing := self.call()) and not self.fit:
            if time.monotonic() > until:
                raise NothingPossible(
                    _("The Dask scheduler at {address} has no worker.").format(
                        address=self._address
                    ),
                    _("Start some: dask worker {address} --no-nanny --nthreads 1.").format(
                        address=self._address
                    ),
                )
            time.sleep(LOOK)
        if differing:
            raise self._mismatch(differing)

    def stop(self) -> None:
        """Ask nobody any more."""
        self._over.set()
        if self._watching.is_alive():
            self._watching.join()

    def is_lost(self) -> bool:
        """Whether nobody is left, and has not been for longer than one waits."""
        left = self._left_at
        too_long = left is not None and time.monotonic() - left > PATIENCE
        return too_long or self._client.status == "closed"

    def teach(self, kit: Kit) -> None:
        """Let all workers, and those who come, have what judges.

        Raises UsageError when what judges would not be the same there, WorkersLost.
        """
        with self._turn:
            self._kit = kit
            verdicts = self._learn(list(self.fit), kit)
            self._settle(verdicts, dict(self.fit))
        if differing := {one: found for one, found in verdicts.items() if found}:
            raise self._mismatch(differing)

    def call(self) -> Verdicts:
        """Look at who is there; return in what those who are new differ.

        Raises WorkersLost once the client is closed, OSError while the scheduler is away.
        """
        if (scheduler := self._client.scheduler) is None:  # the client gave up, and is closed
            raise nobody(self._address)
        told = self._client.sync(scheduler.identity, n_workers=-1)
        present = {
            address: int(one["nthreads"])
            for address, one in told["workers"].items()
            if one["status"] == "running"
        }
        with self._turn:
            self._unfit &= present.keys()
            new = [one for one in present if one not in self.fit and one not in self._unfit]
            verdicts = self._judged(new) if new else {}
            self._settle(verdicts, present)
        return {one: found for one, found in verdicts.items() if found}

    def _settle(self, verdicts: Verdicts, present: Mapping[str, int]) -> None:
        """Hold for fit those who were and are there, and the new ones that differ in nothing."""
        self._unfit |= {one for one, found in verdicts.items() if found}
        sound = {one for one, found in verdicts.items() if not found} | self.fit.keys()
        self.fit = {one: n for one, n in present.items() if one in sound - self._unfit}
        self._left_at = None if self.fit else self._left_at or time.monotonic()

    def _watch(self) -> None:
        while not self._over.wait(LOOK) and self._client.status != "closed":
            try:
                differing = self.call()
            except (OSError, WorkersLost) as error:  # the client tries again, then closes
                log.warning("%s: %s", self._address, error)
                continue
            if differing:
                log.error("%s", self._mismatch(differing))

    def _ask_scheduler(self) -> None:
        """The scheduler looks at tasks too, so it has to know the engine."""
        told: dict[str, object] = {}
        for name, (asked, *args) in _FIRST.items():
            try:
                told[name] = self._client.run_on_scheduler(asked, *args)
            except ImportError:
                told[name] = ""
        if differing := list(versions.differences(_first(versions.here()), _texts(told))):
            raise self._mismatch({_("the scheduler"): differing})

    def _judged(self, new: Sequence[str]) -> Verdicts:
        """Ask new workers what they work with; who is gone meanwhile is not in the answer."""
        ours, verdicts = versions.here(), {}
        told = {name: self._run(new, *asked) for name, asked in _FIRST.items()}
        for one in set.intersection(*(set(answers) for answers in told.values())):
            theirs = _texts({name: answers[one] for name, answers in told.items()})
            verdicts[one] = list(versions.differences(_first(ours), theirs))
        alike = [one for one, found in verdicts.items() if not found]
        for one, made in self._run(alike, versions.here).items():
            theirs = (
                made if isinstance(made, dict) else {}
            )  # another code may not know the question
            verdicts[one] = list(versions.differences(ours, theirs))
        alike = [one for one in alike if not verdicts[one]]
        for one, may in self._run(alike, versions.may_have_children).items():
            if may is not True:
                nanny = _("its nanny forbids it to start processes: start it with --no-nanny")
                verdicts[one] = [nanny]
        alike = [one for one in alike if not verdicts[one]]
        return verdicts | (self._learn(alike, self._kit) if self._kit else {})

    def _learn(self, workers: Sequence[str], kit: Kit) -> Verdicts:
        told = self._run(workers, workbench.learn, kit.version, kit.base, kit.files)
        name = _("the model")
        return {
            one: list(versions.differences({name: kit.version}, _texts({name: found})))
            for one, found in told.items()
        }

    def _run(
        self, workers: Sequence[str], function: Callable[..., object], *args: object
    ) -> Mapping[str, object]:
        """Call something on some workers; an error of one is its answer, unless it is gone."""
        if not workers:
            return {}
        try:
            told = self._client.run(function, *args, workers=list(workers), on_error="return")
        except (OSError, CancelledError):  # the scheduler is gone, or the client is closed
            raise nobody(self._address) from None
        return {one: found for one, found in told.items() if not isinstance(found, OSError)}

    def _mismatch(self, differing: Verdicts) -> UsageError:
        told = _("{address}: these do not work with what works here, so they get no work:")
        return ConfigError(
            told.format(address=self._address),
            tuple(f"{one}: {', '.join(found)}" for one, found in differing.items()),
            _("Install the same version there, from the same requirements.lock; restart them."),
        )


def nobody(address: str) -> WorkersLost:
    """Return the error that says so."""
    return WorkersLost(
        _("{address}: no scheduler or no worker is left.").format(address=address),
        _("What was done is kept, the next run takes up the rest: start them, then run again."),
    )


def _first(known: Mapping[str, str]) -> dict[str, str]:
    return {name: known[name] for name in _FIRST}


def _texts(told: Mapping[str, object]) -> dict[str, str]:
    """Return answers as `versions` compares them: nothing for an error, 3.11 for 3.11.7."""
    texts = {name: found if isinstance(found, str) else "" for name, found in told.items()}
    if "Python" in texts:
        texts["Python"] = versions.minor(texts["Python"])
    return texts
