"""Withdraw an item at its source's request: out of every store, snapshot, feed and issue.

Each part looks for what is still there, so that a command that was killed is run again to its end.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from veille.bulletins import Bulletins, Cleared, clear
from veille.clock import Clock, SystemClock
from veille.errors import UsageError
from veille.files import write
from veille.health.report import read_status
from veille.i18n import _
from veille.runner import only_run
from veille.steps.group import tell_without_erased
from veille.steps.publish import edition_of, write_catalogue
from veille.store import Hold, Trace, Watch, is_there, open_watch, rewrite_watch
from veille.store.catalogue import EDITIONS, Published, kept, published_digest
from veille.store.catalogue.withdrawing import (
    remove_snapshots,
    snapshots_with,
    write_all_anew,
)
from veille.urls import is_web, item_id
from veille.workspace import Workspace

_SHORTEST = 8  # characters of an id: a slip of the hand must not erase what it happens to name
_CANDIDATES = 10
_NEAREST = 5
_RUNS_TOLD = 10


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was done, or (`dry`) would be, to withdraw an item.

    `at` is when it was first withdrawn, `rows` how many rows told of it by table of the working
    store, `retold` how many items have their story told again without it. `removed` are the older
    snapshots that held it; `published` is None where what is published does not.
    """

    item: Trace
    at: datetime
    rows: dict[str, int]
    bulletins: Cleared
    removed: tuple[Path, ...]
    retold: int = 0
    published: Published | None = None
    dry: bool = False


def withdraw(
    workspace: Workspace, asked: str, reason: str, *, dry: bool = False, clock: Clock | None = None
) -> Withdrawn:
    """Take an item out for good, given its address or the start of its id; `dry` only says.

    Raises UsageError for one that is not known (or several), LockHeld while a run is at work,
    StoreError when a store cannot be used; run again, it resumes.
    """
    clock = clock or SystemClock()
    now = clock.now()
    bulletins = Bulletins.of(workspace.root, workspace.settings, ())
    with only_run(workspace, "items withdraw", clock):
        with _open(workspace, now) as store:
            item = _known(store, asked)
            rows = store.withdrawals.rows_of(item.item_id)
            if dry:
                cleared = clear(bulletins, item.item_id, now, dry=True)
                held = snapshots_with(workspace.catalogue, item.item_id)
                return Withdrawn(item, now, rows, cleared, tuple(held), dry=True)
            if rows:
                write_all_anew(workspace.catalogue)
            at, retold = _erase(store, item.item_id, reason, now)
        rewrite_watch(workspace.watch)
        with _open(workspace, now) as store:
            published = _publish(workspace, store, clock)
            _tell_runs(workspace.status, store)
        removed = remove_snapshots(workspace.catalogue, item.item_id)
        cleared = clear(bulletins, item.item_id, now)
    return Withdrawn(item, at, rows, cleared, tuple(removed), retold, published)


def restore(workspace: Workspace, asked: str, reason: str, *, clock: Clock | None = None) -> Trace:
    """Let a withdrawn item in again, when a source next announces it; nothing else comes back.

    Raises UsageError for one that is not withdrawn, and as `withdraw` does.
    """
    clock = clock or SystemClock()
    with only_run(workspace, "items withdraw", clock), _open(workspace, clock.now()) as store:
        item = _known(store, asked)
        if store.withdrawals.of(item.item_id) is None:
            raise UsageError(_("« {item} » is not withdrawn.").format(item=asked))
        store.withdrawals.restore(item.item_id, reason, clock.now())
    return item


def _open(workspace: Workspace, now: datetime) -> Watch:
    if not is_there(workspace.watch):
        raise UsageError(
            _("Nothing was collected yet in {root}.").format(root=workspace.root),
            _("« veille run nightly » collects, then publishes."),
        )
    return open_watch(workspace.watch, now=now, hold=Hold.WHOLE)


def _known(store: Watch, asked: str) -> Trace:
    """Return the one item asked for; raise UsageError, with what it may be, for none or several."""
    begins = item_id(asked, "", None, "") if is_web(asked) else asked
    is_enough = len(begins) >= _SHORTEST
    found = store.withdrawals.known(begins, limit=_CANDIDATES + 1) if is_enough else []
    if not found:
        nearest = store.withdrawals.nearest(asked, limit=_NEAREST)
        told = [_("No item « {item} » is known.").format(item=asked)]
        told += [_("The nearest addresses:")] * bool(nearest) + [f"  {url}" for url in nearest]
        raise UsageError("\n".join(told), _("« veille items list » lists those published."))
    if len(found) > 1:
        told = [_("Several items begin with « {item} »:").format(item=asked)]
        told += [f"  {one.item_id[:12]}  {one.title}" for one in found[:_CANDIDATES]]
        told += ["  …"] * (len(found) > _CANDIDATES)
        raise UsageError("\n".join(told), _("Give more of the id."))
    return found[0]


def _erase(store: Watch, item: str, reason: str, now: datetime) -> tuple[datetime, int]:
    """Erase an item, and tell its story without it; return since when it is out, and `retold`."""
    store.withdrawals.withdraw(item, reason, now)
    retold = tell_without_erased(store, f"withdraw {now.isoformat()}", now)
    store.withdrawals.forget_memberships()
    decided = store.withdrawals.of(item)
    return decided.decided_at if decided else now, retold


def _publish(workspace: Workspace, store: Watch, clock: Clock) -> Published | None:
    """Publish what is left, where anything is published and it is not that already."""
    root = workspace.catalogue
    if not any(kept(root, edition) for edition in EDITIONS):
        return None
    edition = edition_of(store, workspace.models, workspace.settings, clock)
    if edition.digest == published_digest(root):
        return None
    return write_catalogue(edition, root, workspace.settings)


def _tell_runs(status: Path, store: Watch) -> None:
    """Tell the last runs anew in the status file: one may have named the item's address."""
    if status.is_file():
        runs = [asdict(run) for run in store.last_runs(_RUNS_TOLD)]
        told = json.dumps(read_status(status) | {"runs": runs}, default=datetime.isoformat)
        write(status, told)
