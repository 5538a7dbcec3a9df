"""The status file, as a run writes it: what the store holds, for those who may not open it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from veille.clock import Clock
from veille.errors import StoreError
from veille.health.report import read_status, write_status
from veille.store import Watch
from veille.workspace import Workspace

_Figures = tuple[Sequence[Any], dict[str, int], dict[str, dict[str, int]]]
"""How the sources are, how much there is, and how many items have each tag."""


def tell(workspace: Workspace, clock: Clock, store: Watch, *, begins: bool = False) -> None:
    """Write what `veille status` reads; when a run begins, with the last one's figures.

    To count all that is stored takes a second for 500,000 items, to look at 500 sources a
    fiftieth, and a run's beginning changes nothing of it. Raises StoreError.
    """
    now = clock.now()
    begun = store.begun(now)
    known = _told(workspace) if begins else None
    sources, counts, tags = known or _found(workspace, store, now)
    write_status(
        workspace.status,
        now,
        store.last_runs(10),
        sources,
        counts,
        tags,
        first_run=begun.first,
        begun=begun.last,
        good=begun.good,
        model=store.last_model(),
    )


def _told(workspace: Workspace) -> _Figures | None:
    """Return the figures that the last run told; None where there are none to go by."""
    try:
        told = read_status(workspace.status)
    except StoreError:  # damaged: it is about to be written anew
        return None
    return (told["sources"], told["counts"], told.get("tags", {})) if told["counts"] else None


def _found(workspace: Workspace, store: Watch, now: datetime) -> _Figures:
    backlog = workspace.settings.collect.backlog
    store.look_through(now, backlog=backlog)
    counts = store.counts(backlog=backlog)
    counts |= {"unjudged": store.unjudged(), "stories": store.stories_count()}
    return store.health(now), counts, store.tag_counts()
