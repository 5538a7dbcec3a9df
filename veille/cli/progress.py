"""How a run is looked on: bars on a terminal, plain lines in cron, both on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from veille.health.report import step_titles, step_words
from veille.i18n import _, _n
from veille.model import StepReport
from veille.watcher import Unwatched, Watcher

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def stage_titles() -> dict[str, str]:
    """Return what people call the stages in which a model is made ready."""
    return {
        "features": _("Reading the examples"),
        "vectors": _("Making their vectors"),
        "fit": _("Fitting the model"),
    }


@contextmanager
def looker_on(*, quiet: bool) -> Iterator[Watcher]:
    """Give the watcher that fits where stderr goes; `quiet` for machines."""
    if quiet:
        yield Unwatched()
    elif sys.stderr.isatty():
        with _progress() as progress:
            yield Bars(progress)
    else:
        yield Lines()


def _progress() -> "Progress":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    from veille.cli.speech import err

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
    )


class Bars:
    """One bar a step, and one for each stage of what it makes ready first."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._stages: dict[str, TaskID] = {}

    def prepare(self, stage: str, done: int, total: int) -> None:
        if stage not in self._stages:
            title = stage_titles().get(stage, stage)
            self._stages[stage] = self._progress.add_task(title, total=total)
        self._progress.update(self._stages[stage], completed=done)

    def begin(self, step: str, total: int) -> None:
        title = step_titles().get(step, step)
        self._task = self._progress.add_task(title, total=total)

    def advance(self) -> None:
        if self._task is not None:
            self._progress.advance(self._task)

    def end(self, report: StepReport) -> None:
        self._task = None


class Lines:
    """One line when a step begins, and one of what it did; one for each stage of making ready."""

    def __init__(self) -> None:
        self._stage = ""
        self._has_begun = False

    def prepare(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._stage = stage
            title = stage_titles().get(stage, stage)
            typer.echo(_("{title}: {total}").format(title=title, total=total), err=True)

    def begin(self, step: str, total: int) -> None:
        self._has_begun = True
        title = step_titles().get(step, step)
        if step != "publish":  # one catalogue, of two editions
            title = _("{title}: {total}").format(title=title, total=total)
        typer.echo(title, err=True)

    def advance(self) -> None:
        pass

    def end(self, report: StepReport) -> None:
        has_begun, self._has_begun = self._has_begun, False
        if report.name == "try" or not has_begun:  # a table says the rest; there was nothing to do
            return
        typer.echo(f"  {_did(report)}", err=True)


def _did(report: StepReport) -> str:
    told = [step_words(report.name, report.done, report.new)]
    if n := report.failed:
        told.append(_n("{n} failed", "{n} failed", n).format(n=n))
    if n := report.skipped:
        told.append(_n("{n} left for later", "{n} left for later", n).format(n=n))
    return ", ".join(told)
