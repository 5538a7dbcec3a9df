"""Judge: say of each article what it is about, with the reasons."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from veille.errors import ItemError
from veille.lanes import batches
from veille.model.judgement import Judged, Judgement, ToJudge
from veille.pipeline import Run

if TYPE_CHECKING:
    from veille.classify.judge import Judge

SAVED_AT_ONCE = 100
READ_AT_ONCE = 200  # to find some goes through the ids of all that is kept


def judge(run: Run) -> None:
    """Judge the articles that this model has not judged, newest first.

    What judges is opened where there are some: that takes a second, known or not.
    """
    known = run.judge_version() if run.judge_version else run.judge.version
    lacking = _lacking(run, known)
    if not lacking:
        return
    if run.judge.version != known:
        lacking = _lacking(run, run.judge.version)
    articles = _articles(run, lacking)
    outcomes = run.spread(articles, partial(_judgement, run.judge), total=len(lacking))
    for batch in batches(outcomes, SAVED_AT_ONCE):
        judged: list[Judged] = []
        for (article, _region), outcome in batch:
            if isinstance(outcome, ItemError):
                run.failure(article.url or article.item_id, outcome.kind, outcome.detail)
            else:
                judged.append(Judged(article, outcome, run.run_id, run.clock.now()))
        run.tally.new += run.store.save_judgements(judged)


def _lacking(run: Run, version: str) -> list[str]:
    options = run.options
    return run.store.lacking_judgements(
        version, run.clock.now(), limit=options.limit, since=options.since
    )


def _articles(run: Run, lacking: Sequence[str]) -> Iterator[tuple[ToJudge, str]]:
    """Yield the articles, read as they are needed, each with its source's region."""
    regions = {source.id: source.region or source.country for source in run.sources}
    for start in range(0, len(lacking), READ_AT_ONCE):
        for article in run.store.to_judge(lacking[start : start + READ_AT_ONCE]):
            yield article, regions.get(article.source_id, "")


def _judgement(judge: "Judge", given: tuple[ToJudge, str]) -> Judgement:
    from veille.classify.documents import Document

    article, region = given
    return judge.judge(
        Document(
            id=article.item_id,
            title=article.title,
            text=article.text,
            lang=article.language or "",
            url=article.url or "",
            source_region=region,
        )
    )
