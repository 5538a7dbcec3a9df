"""The working store: all that a run asks of it and tells it, on one page.

Facts are appended and never updated; the present is a view over them, or a `*_current` table
written in the same transaction and made anew from them at will. Ids are deterministic, so what is
saved twice is there once. Moments are aware, and come back in UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import TracebackType

from veille.model import RunReport, Source
from veille.model.articles import ReadingResult, ToRead
from veille.model.cadence import Pace
from veille.model.judgement import Judged, ToJudge
from veille.model.links import Told
from veille.model.polls import PollResult, SourceHealth, SourceState
from veille.model.published import Edition, Label, PublishedStory
from veille.settings.store import Lake, Place
from veille.sharing import ALONE
from veille.store.database import Database
from veille.store.watch import (
    copying,
    decisions,
    editions,
    items,
    judgements,
    lakes,
    moving,
    opening,
    polls,
    readings,
    retention,
    robots,
    runs,
    sent,
    sources,
    stories,
    turns,
    upkeep,
    withdrawals,
)
from veille.store.watch.recent import opened_to_read
from veille.store.watch.rewriting import rewrite

Contents = copying.Contents
Item = items.Item
Version = items.Version
Readings = readings.Readings
Stories = stories.Stories
Trace = withdrawals.Trace
Withdrawal = withdrawals.Withdrawal


class Hold(Enum):
    """What an engine holds of a DuckLake: nothing, its share of the sites, or the whole store."""

    NOTHING = 0
    SHARE = 1
    WHOLE = 2


class Watch:
    """The working store, open for one run; close it, or use it in a `with`.

    Everything raises StoreError when the database cannot be used. What is saved is saved whole, in
    one transaction, or not at all.
    """

    def __init__(
        self, db: Database, lake: Lake | None = None, held: ExitStack | None = None
    ) -> None:
        self.db = db
        self.share = lake.share if lake else ALONE
        """Which part of the sites is this engine's."""
        self._lake, self._tidied = lake, False
        self._held = held or ExitStack()
        if not held:
            self._held.callback(db.close)
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
            self._held.close()
            if self._lake and self._tidied:
                upkeep.look_after(self._lake)
            if self._lake and self._tidied:
                upkeep.look_after(self._lake)

    def start_run(self, report: RunReport) -> None:
        """Tell that a run begins."""
        runs.start_run(self.db, report, self.share)

    def finish_run(self, report: RunReport) -> None:
        """Tell how a run ended; told twice, the first stands."""
        self.robots.flush()
        runs.finish_run(self.db, report)

    def last_runs(self, limit: int) -> list[RunReport]:
        """Return the last runs, newest first; one that never came to its end is `died`."""
        return runs.last_runs(self.db, limit)

    def begun(self, now: datetime) -> runs.Begun:
        """Return when the first run began, and the last whole one of each pipeline."""
        return runs.begun(self.db, now, self.share)

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
        """Take away what was superseded before these moments, by kind; see `retention.tidy`.

        A DuckLake is written anew once it is closed, unless another engine is at work on it.
        """
        self._tidied = not dry_run
        return retention.tidy(self.db, before, dry_run=dry_run)

    def rebuild_current(self) -> None:
        """Make the `*_current` tables anew from the facts."""
        polls.rebuild_current(self.db)


def open_watch(place: Place, *, now: datetime, hold: Hold = Hold.NOTHING) -> Watch:
    """Open the working store where it is, made or brought up to date as needed.

    `hold` is what a DuckLake is held for until it is closed; a file is held whole anyway. Raises
    SchemaError for a newer store or a file that is no store, LockHeld when another program has it,
    StoreError when it cannot be opened.
    """
    if isinstance(place, Path):
        return Watch(opening.open_file(place, now=now))
    with ExitStack() as stack:
        db = stack.enter_context(closing(lakes.open_lake(place, now=now)))
        if hold is not Hold.NOTHING and place.is_shared:
            held = turns.engine_at_work if hold is Hold.SHARE else turns.nobody_at_work
            stack.enter_context(held(db.connection, place))
        return Watch(db, place, stack.pop_all())


def is_there(place: Place) -> bool:
    """Whether there is a working store in this place; a DuckLake is taken to be."""
    return not isinstance(place, Path) or place.is_file()


def read_item(place: Place, asked: str) -> Item | None:
    """Return one item of the store in this place, by the start of its id or by its address.

    Raises LockHeld while a run holds the file of the store.
    """
    with closing(opened_to_read(place)) as db:
        return items.find_item(db, asked)


def check_watch(place: Place) -> int | None:
    """Return the schema version of a store, 0 where there is none, None while a run holds it."""
    if isinstance(place, Path):
        return opening.check_file(place)
    return lakes.check_lake(place)


def rewrite_watch(place: Place) -> None:
    """Write the store anew, so that of what was erased no byte stays; see `rewriting`."""
    if isinstance(place, Path):
        rewrite(place)
    else:
        upkeep.rewrite_lake(place)


def copy_watch(place: Place, copy: Path) -> copying.Contents:
    """Copy a store to a file, though a run may be writing it; see `copying.copy_store`."""
    if isinstance(place, Path):
        return copying.copy_store(place, copy)
    return moving.copy_lake(place, copy)


def fill_lake(path: Path, lake: Lake, *, now: datetime) -> copying.Contents:
    """Fill an empty DuckLake with the store in a file; see `moving.fill_lake`."""
    return moving.fill_lake(path, lake, now=now)


def empty_lake(lake: Lake, copy: Path) -> AbstractContextManager[copying.Contents]:
    """Copy a DuckLake to a file, and leave it for good; see `moving.empty_lake`."""
    return moving.empty_lake(lake, copy)


def look_through_watch(path: Path) -> copying.Contents:
    """Read every block of a store that nobody writes; see `copying.look_through`."""
    return copying.look_through(path)
