"""Judge: say of each article what it is about, with the reasons."""

from collections.abc import Mapping
from functools import partial

from veille.classify.documents import Document
from veille.errors import ItemError
from veille.judgement import Judged, ToJudge
from veille.model import Source
from veille.pipeline import Run

SAVED_AT_ONCE = 50


def judge(run: Run) -> None:
    """Judge the articles that this model has not judged, newest first."""
    lacking = run.store.lacking_judgements(
        run.judge.version,
        run.clock.now(),
        limit=run.options.limit,
        since=run.options.since,
    )
    sources = {source.id: source for source in run.sources}
    run.expect(len(lacking))
    for start in range(0, len(lacking), SAVED_AT_ONCE):
        articles = run.store.to_judge(lacking[start : start + SAVED_AT_ONCE])
        work = partial(_judge_one, run, sources)
        judged: list[Judged] = []
        for article, outcome in run.each(articles, work, lane=lambda _article: "", at_once=1):
            if isinstance(outcome, ItemError):
                run.failure(article.url or article.item_id, outcome.kind, outcome.detail)
            else:
                judged.append(outcome)
        run.tally.new += run.store.save_judgements(judged)


def _judge_one(run: Run, sources: Mapping[str, Source], article: ToJudge) -> Judged:
    source = sources.get(article.source_id)
    document = Document(
        id=article.item_id,
        title=article.title,
        text=article.text,
        lang=article.language or "",
        url=article.url or "",
        source_region=source.region or source.country if source else "",
    )
    return Judged(article, run.judge.judge(document), run.run_id, run.clock.now())
