"""The working store: all that a run asks of it and tells it, on one page.

Facts are appended and never updated; the present is a view over them, or a `*_current` table
written in the same transaction and made anew from them at will. Ids are deterministic, so what is
saved twice is there once. Moments are aware, and come back in UTC.

What every run asks is loaded with this; what a step asks, once it does.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

from veille.model import RunReport, Source
from veille.model.cadence import Pace
from veille.model.polls import PollResult, SourceHealth, SourceState
from veille.settings.store import Lake
from veille.sharing import ALONE, Share
from veille.store.database import Database
from veille.store.watch import figures, robots, runs, sources

if TYPE_CHECKING:
    from veille.model.articles import ReadingResult, ToRead
    from veille.model.judgement import Judged, ToJudge
    from veille.model.links import Told
    from veille.model.published import Edition, Label, PublishedStory
    from veille.store.watch.decisions import Decisions
    from veille.store.watch.readings import Readings
    from veille.store.watch.stories import Stories
    from veille.store.watch.withdrawals import Withdrawals


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
        self.robots = robots.Robots(db)
        """What robots.txt files said (a `ports.RobotsCache`)."""

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
                from veille.store.watch import upkeep

                upkeep.look_after(self._lake)

    @cached_property
    def decisions(self) -> "Decisions":
        """What people decided, as far as the desk was read."""
        from veille.store.watch.decisions import Decisions

        return Decisions(self.db)

    @cached_property
    def stories(self) -> "Stories":
        """Which items tell one thing."""
        from veille.store.watch.stories import Stories

        return Stories(self.db)

    @cached_property
    def withdrawals(self) -> "Withdrawals":
        """Which items are out at their source's request."""
        from veille.store.watch.withdrawals import Withdrawals

        return Withdrawals(self.db)

    def start_run(self, report: RunReport) -> None:
        """Tell that a run begins."""
        runs.start_run(self.db, report, self.share)

    def finish_run(self, report: RunReport) -> None:
        """Tell how a run ended; told twice, the first stands."""
        self.robots.flush()
        runs.finish_run(self.db, report, self.share)

    def other_share(self) -> Share | None:
        """Return the share of an engine of this store that counts with another number of them."""
        shared = self._lake and self._lake.is_shared
        return runs.other_share(self.db, self.share) if shared else None

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
        from veille.store.watch import polls

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
    ) -> "list[ToRead]":
        """Return the items to read now, newest first; see `readings.lacking_articles`."""
        from veille.store.watch import readings

        return readings.lacking_articles(self.db, now, backlog=backlog, limit=limit, since=since)

    def save_readings(self, results: "Sequence[ReadingResult]", *, attempts: int) -> "Readings":
        """Keep new versions of articles, and what was tried; return what they came to."""
        from veille.store.watch import readings

        return readings.save_readings(self.db, results, attempts=attempts)

    def told_of(self, item_ids: Sequence[str]) -> "list[Told]":
        """Return what became of items that people sent in, of those that were tried."""
        from veille.store.watch import sent

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
        from veille.store.watch import judgements

        return judgements.lacking_judgements(self.db, model_version, now, limit=limit, since=since)

    def unjudged(self) -> int:
        """Return how many items have a present version that no model ever judged."""
        return figures.unjudged(self.db)

    def last_model(self) -> str | None:
        """Return the version of the model that judged last, if any did."""
        return figures.last_model(self.db)

    def to_judge(self, article_ids: Sequence[str]) -> "list[ToJudge]":
        """Return what judges need of these articles, in the order given."""
        from veille.store.watch import judgements

        return judgements.to_judge(self.db, article_ids)

    def save_judgements(self, judged: "Sequence[Judged]") -> int:
        """Keep judgements and their tags; return how many items were relevant."""
        from veille.store.watch import judgements

        return judgements.save_judgements(self.db, judged)

    def stories_count(self) -> int:
        """Return how many stories of several items there are, as `stories.count` does."""
        return figures.stories(self.db)

    def tag_counts(self) -> dict[str, dict[str, int]]:
        """Return, by facet and tag, how many relevant items have it now."""
        return figures.tag_counts(self.db)

    def edition(
        self,
        now: datetime,
        *,
        stories: "Sequence[PublishedStory]" = (),
        labels: "Sequence[Label]" = (),
    ) -> "Edition":
        """Return what there is to publish; see `editions.edition`."""
        from veille.store.watch import editions

        return editions.edition(self.db, now, stories=stories, labels=labels)

    def look_through(self, now: datetime, *, backlog: int) -> None:
        """Note how far nothing is left to do, so that the next run looks at what came since."""
        figures.look_through(self.db, now, backlog)

    def counts(self, *, backlog: int) -> dict[str, int]:
        """Return how many `items` and `articles` there are, and how many items are `waiting`."""
        return figures.counts(self.db, backlog)

    def tidy(self, before: Mapping[str, datetime], *, dry_run: bool = False) -> dict[str, int]:
        """Take away what was superseded before these moments, by kind; see `retention.tidy`.

        A DuckLake is written anew once it is closed, unless another engine is at work on it.
        """
        self._tidied = not dry_run
        from veille.store.watch import retention

        return retention.tidy(self.db, before, dry_run=dry_run)

    def rebuild_current(self) -> None:
        """Make the `*_current` tables anew from the facts."""
        from veille.store.watch import polls

        polls.rebuild_current(self.db)
