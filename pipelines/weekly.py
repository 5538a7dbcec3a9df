"""Weekly: compose the bulletin, and send what was approved. What is there is left alone."""

from veille import Run, compose, send


def pipeline(run: Run) -> None:
    run.do(compose)  # catalogue -> draft: the week's issue, for a person to edit and approve
    run.do(send)  # approved issue -> outbox -> readers: at its hour, each once
