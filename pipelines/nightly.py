"""Nightly: ask what is due, read what is new, judge it. What is already there is left alone."""

from veille import Run, judge, poll, read


def pipeline(run: Run) -> None:
    run.do(poll)  # sources -> entries: what each source announces
    run.do(read)  # entries -> articles: the text, dated, sourced
    run.do(judge)  # articles -> tags: relevant, domains, regions… with the reasons
