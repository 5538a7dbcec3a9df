"""The working store: all that a run asks of it and tells it, on one page.

Facts are appended and never updated; the present is a view over them, or a `*_current` table
written in the same transaction and made anew from them at will. Ids are deterministic, so what is
saved twice is there once. Moments are aware, and come back in UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType

from veille.articles import ReadingResult, ToRead
from veille.cadence import Pace
from veille.judgement import Judged, ToJudge
from veille.links import Told
from veille.model import RunReport, Source
from veille.polls import PollResult, SourceHealth, SourceState
from veille.published import Edition, Label, PublishedStory
from veille.store.database import Database
from veille.store.watch import (
    copying,
    decisions,
    editions,
    items,
    judgements,
    opening,
    polls,
    readings,
    retention,
    robots,
    runs,
    sent,
    sources,
    stories,
    withdrawals,
)
from veille.store.watch.rewriting import rewrite

Item = items.Item
Version = items.Version
Readings = readings.Readings
Stories = stories.Stories
Trace = withdrawals.Trace
Withdrawal = withdrawals.Withdrawal


class Watch:
    """The working store, open for one run; close it, or use it in a `with`.

    Everything raises StoreError when the database cannot be used. What is saved is saved whole, in
    one transaction, or not at all.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.decisions = decisions.Decisions(db)
        """What people decided, as far as the desk was read."""
        self.robots = robots.Robots(db)
        """What robots.txt files said (a `ports.RobotsCache`)."""
        self.stories = stories.Stories(db)
        """Which items tell one thing."""
        self.withdrawals = withdrawals.Withdrawals(db)
        """Which items are out at their source's request."""

    def __enter__(self) -> "Watch":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what waits in memory, and close."""
        try:
            self.robots.flush()
        finally:
            self.db.close()

    def start_run(self, report: RunReport) -> None:
        """Tell that a run begins."""
        runs.start_run(self.db, report)

    def finish_run(self, report: RunReport) -> None:
        """Tell how a run ended; told twice, the first stands."""
        self.robots.flush()
        runs.finish_run(self.db, report)

    def last_runs(self, limit: int) -> list[RunReport]:
        """Return the last runs, newest first; one that never came to its end is `died`."""
        return runs.last_runs(self.db, limit)

    def begun(self, now: datetime) -> runs.Begun:
        """Return when the first run began, and the last whole one of each pipeline."""
        return runs.begun(self.db, now)

    def remember_sources(self, register: Sequence[Source], now: datetime) -> None:
        """Keep the declarations of the whole register, where they changed or went."""
        sources.remember_sources(self.db, register, now)

    def due(
        self, register: Iterable[Source], now: datetime, *, force: bool = False
    ) -> list[SourceState]:
        """Return what is known of those to poll now (`force`: of all), never polled ones first."""
        return sources.due(self.db, register, now, force=force)

    def save_polls(self, results: Sequence[PollResult], pace: Pace) -> dict[str, int]:
        """Keep polls, new entries and their sources' state; return new items by source."""
        self.robots.flush()
        return polls.save_polls(self.db, results, pace)

    def health(self, now: datetime) -> list[SourceHealth]:
        """Return how each declared source is, by id."""
        return sources.health(self.db, now)

    def lacking_articles(
        self,
        now: datetime,
        *,
        backlog: int,
        limit: int | None = None,
        since: datetime | None = None,
    ) -> list[ToRead]:
        """Return the items to read now, newest first; see `readings.lacking_articles`."""
        return readings.lacking_articles(self.db, now, backlog=backlog, limit=limit, since=since)

    def save_readings(self, results: Sequence[ReadingResult], *, attempts: int) -> Readings:
        """Keep new versions of articles, and what was tried; return what they came to."""
        return readings.save_readings(self.db, results, attempts=attempts)

    def told_of(self, item_ids: Sequence[str]) -> list[Told]:
        """Return what became of items that people sent in, of those that were tried."""
        return sent.told_of(self.db, item_ids)

    def lacking_judgements(
        self,
        model_version: str,
        now: datetime,
        *,
        limit: int | None = None,
        since: datetime | None = None,
    ) -> list[str]:
        """Return the articles to judge by this model; see `judgements.lacking_judgements`."""
        return judgements.lacking_judgements(self.db, model_version, now, limit=limit, since=since)

    def unjudged(self) -> int:
        """Return how many items have a present version that no model ever judged."""
        return judgements.unjudged(self.db)

    def last_model(self) -> str | None:
        """Return the version of the model that judged last, if any did."""
        return judgements.last_model(self.db)

    def to_judge(self, article_ids: Sequence[str]) -> list[ToJudge]:
        """Return what judges need of these articles, in the order given."""
        return judgements.to_judge(self.db, article_ids)

    def save_judgements(self, judged: Sequence[Judged]) -> int:
        """Keep judgements and their tags; return how many items were relevant."""
        return judgements.save_judgements(self.db, judged)

    def tag_counts(self) -> dict[str, dict[str, int]]:
        """Return, by facet and tag, how many relevant items have it now."""
        return judgements.tag_counts(self.db)

    def edition(
        self,
        now: datetime,
        *,
        stories: Sequence[PublishedStory] = (),
        labels: Sequence[Label] = (),
    ) -> Edition:
        """Return what there is to publish; see `editions.edition`."""
        return editions.edition(self.db, now, stories=stories, labels=labels)

    def counts(self, *, backlog: int) -> dict[str, int]:
        """Return how many `items` and `articles` there are, and how many items are `waiting`."""
        return readings.counts(self.db, backlog)

    def tidy(self, before: Mapping[str, datetime], *, dry_run: bool = False) -> dict[str, int]:
        """Take away what was superseded before these moments, by kind; see `retention.tidy`."""
        return retention.tidy(self.db, before, dry_run=dry_run)

    def rebuild_current(self) -> None:
        """Make the `*_current` tables anew from the facts."""
        polls.rebuild_current(self.db)


def open_watch(path: Path, *, now: datetime) -> Watch:
    """Open the working store in a file, made or brought up to date as needed.

    Raises SchemaError for a newer store or a file that is no store, LockHeld when another program
    has it open, StoreError when it cannot be opened.
    """
    return Watch(opening.open_file(path, now=now))


def open_watch_in_ducklake(catalogue: Path, data: Path, *, now: datetime) -> Watch:
    """Open the working store in a DuckLake; needs the package duckdb-extension-ducklake."""
    return Watch(opening.open_ducklake(catalogue, data, now=now))


def read_item(path: Path, asked: str) -> Item | None:
    """Return one item of the store in this file, by the start of its id or by its address.

    Raises LockHeld while a run holds the store.
    """
    db = opening.open_to_read(path)
    try:
        return items.find_item(db, asked)
    finally:
        db.close()


def check_watch(path: Path) -> int | None:
    """Return the schema version of a store, 0 where there is none, None while a run holds it."""
    return opening.check_file(path)


def rewrite_watch(path: Path) -> None:
    """Write the store's file anew, so that of what was erased no byte stays; see `rewriting`."""
    rewrite(path)


def copy_watch(path: Path, copy: Path) -> copying.Contents:
    """Copy a store's file, though a run may be writing it; see `copying.copy_store`."""
    return copying.copy_store(path, copy)


def look_through_watch(path: Path) -> copying.Contents:
    """Read every block of a store that nobody writes; see `copying.look_through`."""
    return copying.look_through(path)
