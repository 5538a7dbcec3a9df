"""Nightly: ask what is due, read what is new. What is already there is left alone."""

from veille import Run, poll, read


def pipeline(run: Run) -> None:
    run.do(poll)  # sources -> entries: what each source announces
    run.do(read)  # entries -> articles: the text, dated, sourced
