"""Sources, polls and readings as a run makes them, in a few words for the store’s tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from veille.config import CollectSettings
from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, Failure, Source, SourceKind, digest
from veille.model.articles import Article, ReadingResult, TextFrom, ToRead
from veille.model.polls import Announced, PollResult

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PACE = CollectSettings(min_interval=12, max_interval=168)  # 12 hours to a week
DAY = timedelta(days=1)


def new_store(path: Path) -> Path:
    """Put an empty working store there: a copy, since migrations take a tenth of a second."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    from veille.store import open_watch

    with TemporaryDirectory() as folder:
        path = Path(folder) / "watch.duckdb"
        open_watch(path, now=NOW).close()
        return path.read_bytes()


def source(ident: str = "tiess", **changes) -> Source:
    return replace(
        Source(ident, ident.title(), f"https://{ident}.example.org/", SourceKind.FEED, active=True),
        **changes,
    )


def address(ident: str) -> str:
    return source(ident).address


def announced(name: str, *, title: str | None = None, published=None, **changes) -> Announced:
    """The item called `name`, as one announcement of it."""
    url = f"https://example.org/{name}"
    entry = Entry(
        url=url,
        title=name if title is None else title,
        published=published and Dated(published, DateOrigin.FEED),
        **changes,
    )
    return Announced(digest(url), url, entry)


def poll(ident: str = "tiess", *items: str | Announced, at: datetime = NOW, **changes):
    """A good poll that announces these items, newest first."""
    return replace(
        PollResult(
            run_id=at.isoformat(),
            source_id=ident,
            polled_at=at,
            declared=address(ident),
            asked=address(ident),
            status=200,
            etag='"good"',
            body_hash="body",
            items_hash="items",
            announced=tuple(announced(one) if isinstance(one, str) else one for one in items),
        ),
        **changes,
    )


def not_modified(ident: str = "tiess", *, at: datetime = NOW, **changes):
    """A 304."""
    return (
        poll(ident, at=at, status=304, unchanged=True, etag=None, body_hash=None, items_hash=None)
        if not changes
        else replace(not_modified(ident, at=at), **changes)
    )


def failed(ident: str, kind: FailureKind, *, at: datetime = NOW, status=None, **changes):
    return replace(
        PollResult(
            run_id=at.isoformat(),
            source_id=ident,
            polled_at=at,
            declared=address(ident),
            asked=address(ident),
            status=status,
            failure=Failure(kind, "why"),
        ),
        **changes,
    )


def read(item: ToRead, text: str = "Un texte.", *, at: datetime = NOW, **changes):
    """A reading whose page gave this text."""
    article = Article(
        item.url, item.entry.title, text, TextFrom.PAGE, published=item.entry.published
    )
    return ReadingResult(item, at.isoformat(), at, replace(article, **changes))


def unread(item: ToRead, kind: FailureKind = FailureKind.TIMEOUT, *, at: datetime = NOW, **changes):
    """A reading whose page failed, and of which nothing was kept."""
    return replace(ReadingResult(item, at.isoformat(), at, failure=Failure(kind, "why")), **changes)
