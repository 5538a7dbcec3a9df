"""Tidy: what was superseded long ago, and people whose time is over, go."""

from veille.pipeline import Run


def tidy(run: Run) -> None:
    """Take away what is kept no longer, as `retention:` and `subscribers:` say."""
    gone = run.tidy()
    run.tally.done = run.tally.new = sum(gone.values())
