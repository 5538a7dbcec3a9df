"""Publish: make the catalogue anew, in both editions, where anything changed since the last one."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from veille.classify.labels import labels
from veille.clock import Clock
from veille.config import Settings
from veille.model import digest
from veille.model.published import Edition
from veille.pipeline import Interrupted, Run
from veille.store import Watch
from veille.store.catalogue import EDITIONS, TEAM, published_digest
from veille.stories import publish as told_once
from veille.version import __version__

if TYPE_CHECKING:
    from veille.store.catalogue import Published


def publish(run: Run) -> None:
    """Publish what the store holds, in both editions; a run that brought nothing publishes nothing.

    Counts the items of the team's edition as done, the snapshot made as one new thing.
    """
    run.expect(len(EDITIONS))
    edition = edition_of(run.store, run.models, run.settings, run.clock)
    if edition.digest == published_digest(run.catalogue):
        return
    made = write_catalogue(edition, run.catalogue, run.settings, partial(_go_on, run))
    run.tally.done, run.tally.new = made.items[TEAM], 1


def edition_of(store: Watch, models: Path, settings: Settings, clock: Clock) -> Edition:
    """Return what there is to publish now, as these settings want it."""
    stories = tuple(told_once(story, aliases) for story, aliases in store.stories.told())
    edition = store.edition(clock.now(), stories=stories, labels=tuple(labels(models)))
    wanted = settings.publish.model_dump_json(exclude={"keep"})
    named = (settings.veille.name, settings.language, settings.timezone)
    return replace(edition, digest=digest(edition.digest, wanted, __version__, *named))


def write_catalogue(
    edition: Edition, root: Path, settings: Settings, go_on: Callable[[], None] = lambda: None
) -> "Published":
    """Write both editions under `root` and swap them in; see `store.catalogue.publish`."""
    from veille.store.catalogue import publish as write
    from veille.syndication.edition import write_extras

    extras = partial(write_extras, settings=settings)
    keep = settings.publish.keep
    return write(edition, root, zone=settings.zone, keep=keep, extras=extras, go_on=go_on)


def _go_on(run: Run) -> None:
    if run.stopping.is_set():
        raise Interrupted  # nothing is published; the next night does
