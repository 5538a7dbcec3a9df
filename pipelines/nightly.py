"""Nightly: take in what people decided, ask what is due, read, tell stories once, judge, publish.

What is there stays.
"""

from veille import Run, group, judge, poll, publish, read, take


def pipeline(run: Run) -> None:
    run.do(take)  # the desk -> facts: what people decided and ruled, the links they sent in
    run.do(poll)  # sources -> entries: what each source announces
    run.do(read)  # entries -> articles: the text, dated, sourced
    run.do(group)  # articles -> stories: what several sources tell, once
    run.do(judge)  # articles -> tags: relevant, domains, regions… with the reasons
    run.do(publish)  # the catalogue that people search and query, anew where anything changed
