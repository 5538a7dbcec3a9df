"""Nightly: ask what is due, read what is new, judge it, publish. What is there is left alone."""

from veille import Run, judge, poll, publish, read


def pipeline(run: Run) -> None:
    run.do(poll)  # sources -> entries: what each source announces
    run.do(read)  # entries -> articles: the text, dated, sourced
    run.do(judge)  # articles -> tags: relevant, domains, regions… with the reasons
    run.do(publish)  # the catalogue that people search and query, anew where anything changed
