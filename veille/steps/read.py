"""Read: fetch the page of each new item and keep its text; the feed's own where the page fails."""

from functools import partial

from veille.errors import FailureKind, FetchError, ItemError
from veille.lanes import batches
from veille.model import Failure, Page, Request
from veille.model.articles import Article, ReadingResult, TextFrom, ToRead
from veille.pipeline import Run
from veille.ports import Workers
from veille.steps.links import tell_links
from veille.text import plain
from veille.urls import host_of

SAVED_AT_ONCE = 200
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"

NOTHING_TO_KEEP = frozenset(
    {FailureKind.NOT_AN_ARTICLE, FailureKind.OFFLINE, FailureKind.DISK, FailureKind.DEFECT}
)
"""Failures after which the feed's own text is not kept either: no article, or not even tried."""


def read(run: Run) -> None:
    """Fetch the page of each new item and keep its text; the feed's own where the page fails."""
    waiting = run.store.lacking_articles(
        run.clock.now(),
        backlog=run.settings.collect.backlog,
        limit=run.options.limit if run.share.count == 1 else None,
        since=run.options.since,
    )
    ours = [item for item in waiting if run.share.has(_site(item))]
    outcomes = run.each(
        ours[: run.options.limit],
        partial(_read_one, run, run.workers),
        lane=_site,
        at_once=run.settings.fetch.hosts_at_once,
    )
    for batch in batches(outcomes, SAVED_AT_ONCE):
        results = [
            _result(run, item, error=outcome) if isinstance(outcome, ItemError) else outcome
            for item, outcome in batch
        ]
        kept = run.store.save_readings(results, attempts=run.settings.read.attempts)
        run.tally.new += kept.new
        for result in results:
            if result.failure:
                subject = result.to_read.url or result.to_read.item_id
                run.failure(subject, result.failure.kind, result.failure.detail)
    if run.desk:
        tell_links(run, run.desk)


def _site(item: ToRead) -> str:
    return host_of(item.url) if item.url else item.source_id


def _read_one(run: Run, workers: Workers, item: ToRead) -> ReadingResult:
    from veille.extract import read_page

    if item.url is None:
        return _result(run, item)
    try:
        fetched = run.fetcher.get(Request(item.url, accept=ACCEPT))
        page = workers.call(
            read_page,
            fetched.body,
            fetched.url,
            charset=fetched.charset,
            zone=run.settings.zone,
            need_title=not item.entry.title,
            need_date=item.entry.published is None,
            min_words=run.settings.read.min_words,
            now=run.clock.now(),
        )
    except ItemError as error:
        return _result(run, item, error=error)
    return _result(run, item, page=page)


def _result(
    run: Run, item: ToRead, *, page: Page | None = None, error: ItemError | None = None
) -> ReadingResult:
    keep = error is None or error.kind not in NOTHING_TO_KEEP
    return ReadingResult(
        to_read=item,
        run_id=run.run_id,
        read_at=run.clock.now(),
        article=_article(item, page, error.kind if error else None) if keep else None,
        failure=Failure(error.kind, error.detail) if error else None,
        retry_after=error.retry_after if isinstance(error, FetchError) else None,
    )


def _article(item: ToRead, page: Page | None, failure: FailureKind | None) -> Article | None:
    """Put together what the feed and the page say; the feed's title, date and author win."""
    entry = item.entry
    own_text = plain(entry.content) or entry.summary
    title = entry.title or (page.title if page else "")
    if not title and not own_text:
        return None
    return Article(
        url=item.url,
        title=title,
        text=page.text if page else own_text,
        text_from=TextFrom.PAGE if page else TextFrom.FEED,
        lead=entry.summary,
        published=entry.published or (page.published if page else None),
        language=entry.language or (page.language if page else None),
        author=entry.author or (page.author if page else ""),
        page_failure=failure,
    )
