"""Send: approved issues leave at their hour, and what the mail server put off is tried again."""

from veille.errors import FailureKind
from veille.model.deliveries import State
from veille.pipeline import Run


def send(run: Run) -> None:
    """Send what is due. What a person has to look at is told with the run's failures."""
    for sent in run.send_due():
        run.tally.done += sum(sent.now.values())
        run.tally.new += sent.now.get(State.SENT, 0)
        if unknown := sent.counts.get(State.UNKNOWN, 0):
            run.failure(sent.issue, FailureKind.UNKNOWN_FATE, str(unknown))
        if sent.halted:
            told = sent.halted.words or str(sent.halted.code)
            run.failure(sent.issue, FailureKind.SENDING_ENDED, told)
