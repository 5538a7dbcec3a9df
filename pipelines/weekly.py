"""Weekly: compose the bulletin from the newest catalogue. What is there is left alone."""

from veille import Run, compose


def pipeline(run: Run) -> None:
    run.do(compose)  # catalogue -> draft: the week's issue, for a person to edit and approve
