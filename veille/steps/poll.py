"""Poll: ask each source that is due what it announces, and keep what is new."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from veille.ask import Answer, Asker
from veille.errors import FailureKind, FetchError, ItemError
from veille.lanes import batches
from veille.model import Entry, Failure, Request, Source, digest
from veille.model.polls import Announced, PollResult, SourceState
from veille.pipeline import Run
from veille.sources.links import web_link
from veille.urls import canonical, host_of, identity, is_web, item_id

SAVED_AT_ONCE = 500

LONGEST_VALIDATOR = 500
"""Characters of an ETag or a date beyond which it is not kept: real ones stay under a hundred."""

FIRST_HARVEST = timedelta(days=365)
"""How far back a repository is harvested the first time; some hold millions of records."""


def poll(run: Run) -> None:
    """Ask each source that is due what it announces, and keep what is new."""
    if other := run.store.other_share():
        run.failure(str(run.share), FailureKind.OTHER_SHARE, str(other))
    sources = {source.id: source for source in run.sources if source.active}
    states = run.store.due(tuple(sources.values()), run.clock.now(), force=run.options.force)
    ours = (state for state in states if run.share.has(host_of(state.address)))
    due = [(sources[state.source_id], state) for state in ours][: run.options.limit]
    if not due:
        return
    collect = run.settings.collect
    asker = Asker(run.fetcher, run.workers, run.settings)
    outcomes = run.each(
        due,
        partial(_poll_one, run, asker),
        lane=lambda one: host_of(one[1].address),
        at_once=run.settings.fetch.hosts_at_once,
    )
    for batch in batches(outcomes, SAVED_AT_ONCE):
        results = [
            _failed(run, *one, outcome) if isinstance(outcome, ItemError) else outcome
            for one, outcome in batch
        ]
        run.tally.new += sum(run.store.save_polls(results, pace=collect).values())
        for result in results:
            run.asked[str(result.failure.kind) if result.failure else "ok"] += 1
            if result.failure:
                run.failure(result.source_id, result.failure.kind, result.failure.detail)


def _poll_one(run: Run, asker: Asker, due: tuple[Source, SourceState]) -> PollResult:
    source, state = due
    request = Request(state.address, state.etag, state.last_modified)
    before = time.monotonic()
    try:
        answer = asker.ask(source, request, known_body=state.body_hash, since=_since(state, run))
    except ItemError as error:
        return _failed(run, source, state, error, time.monotonic() - before)
    return _answered(run, source, state, answer, time.monotonic() - before)


def _since(state: SourceState, run: Run) -> datetime:
    """Return from when a repository tells its records: all over again if some were left out."""
    if run.options.since:
        return run.options.since
    if state.last_success and not state.flaw:
        return state.last_success
    return run.clock.now() - FIRST_HARVEST


def _answered(
    run: Run, source: Source, state: SourceState, answer: Answer, seconds: float
) -> PollResult:
    fetched, reading = answer.fetched, answer.reading
    announced = _announced(source, reading.entries) if reading else ()
    items_hash = _items_hash(announced) if reading else None
    unchanged = reading is None or items_hash == state.items_hash
    moved_to = fetched.moved_to
    return PollResult(
        run_id=run.run_id,
        source_id=source.id,
        polled_at=run.clock.now(),
        declared=source.address,
        asked=fetched.asked,
        status=fetched.status,
        unchanged=unchanged,
        final_url=web_link("", fetched.url),
        moved_to=moved_to if moved_to == web_link("", moved_to) else None,
        etag=_validator(answer, "etag"),
        last_modified=_validator(answer, "last-modified"),
        body_hash=answer.body_hash if answer.whole else None,
        items_hash=items_hash,
        bytes=len(fetched.body),
        seconds=seconds,
        flaw=reading.flaw if reading else None,
        announced=() if unchanged else announced,
    )


def _validator(answer: Answer, name: str) -> str | None:
    value = answer.fetched.headers.get(name) if answer.whole else None
    return value if value and len(value) <= LONGEST_VALIDATOR else None


def _failed(
    run: Run, source: Source, state: SourceState, error: ItemError, seconds: float = 0.0
) -> PollResult:
    fetch_error = error if isinstance(error, FetchError) else None
    return PollResult(
        run_id=run.run_id,
        source_id=source.id,
        polled_at=run.clock.now(),
        declared=source.address,
        asked=state.address,
        status=fetch_error.status if fetch_error else 200,
        failure=Failure(error.kind, error.detail),
        seconds=seconds,
        retry_after=fetch_error.retry_after if fetch_error else None,
    )


def _announced(source: Source, entries: Sequence[Entry]) -> tuple[Announced, ...]:
    return tuple(_one(source, entry) for entry in entries)


def _one(source: Source, entry: Entry) -> Announced:
    url = entry.url if entry.url and is_web(entry.url) and not _leads_home(entry) else None
    content = entry.title + entry.summary + entry.content
    ident = item_id(url, source.id, entry.guid, content)
    return Announced(ident, canonical(url) if url else None, entry)


def _leads_home(entry: Entry) -> bool:
    """Whether an entry has an identifier of its own, but its site's home page for an address.

    Some feeds give all their items that one address: they would be one item, and that a page that
    is no article.
    """
    address = identity(entry.url or "")  # `//host`, then `/path?query#route`
    if set("/?#").intersection(address[2:]) or not (entry.guid and entry.title):
        return False
    return not is_web(entry.guid) or identity(entry.guid) != address


def _items_hash(announced: Sequence[Announced]) -> str:
    """Return a hash of what is announced, whatever its order."""
    told = (repr((one.item_id, one.entry)) for one in announced)
    return digest(*sorted(told))
