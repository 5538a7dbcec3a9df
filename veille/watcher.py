"""Who looks on while a run works."""

from typing import Protocol

from veille.model import StepReport


class Watcher(Protocol):
    """Looks on while a run works: a progress bar, or lines in a log."""

    def prepare(self, stage: str, done: int, total: int) -> None:
        """A step makes something ready: so much of this stage is done."""
        ...

    def begin(self, step: str, total: int) -> None:
        """A step starts on so many things."""
        ...

    def advance(self) -> None:
        """One thing of the step at work is done."""
        ...

    def end(self, report: StepReport) -> None:
        """The step is over."""
        ...


class Unwatched:
    """Nobody looks on."""

    def prepare(self, stage: str, done: int, total: int) -> None:
        pass

    def begin(self, step: str, total: int) -> None:
        pass

    def advance(self) -> None:
        pass

    def end(self, report: StepReport) -> None:
        pass
