"""`veille tidy`: retention, by itself and not as a step of a run."""

from collections.abc import Mapping
from pathlib import Path

from veille.clock import Clock, SystemClock
from veille.housekeeping import keep_house, tidied
from veille.runner import only_run
from veille.store import Hold, is_there, open_watch, rewrite_watch
from veille.workspace import Workspace


def tidy_now(
    workspace: Workspace, *, dry_run: bool = False, clock: Clock | None = None
) -> Mapping[str, int]:
    """Take away what is kept no longer, or count it; return how many, by table or name.

    The working store's file is written anew, so that it shrinks; the small files of a DuckLake are
    put together. Raises LockHeld while a run is at
    work, StoreError when a store cannot be used.
    """
    clock, gone = clock or SystemClock(), dict[str, int]()
    with only_run(workspace, "tidy", clock):
        if is_there(workspace.watch):
            with open_watch(workspace.watch, now=clock.now(), hold=Hold.WHOLE) as store:
                gone |= tidied(workspace, store, clock.now(), dry_run=dry_run)
            if gone and not dry_run and isinstance(workspace.watch, Path):  # a lake sees to itself
                rewrite_watch(workspace.watch)
        else:
            gone |= keep_house(workspace, clock.now(), dry_run=dry_run)
    return gone
