"""Retention outside of the working store: people, messages of old issues, what was set aside."""

import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from veille.errors import StoreError
from veille.i18n import _
from veille.keeping.swap import SET_ASIDE, set_aside_at
from veille.store import Watch
from veille.store.outbox import Outbox
from veille.store.watch.retention import KINDS
from veille.subscriptions import open_readers
from veille.workspace import Workspace


def tidied(
    workspace: Workspace, store: Watch, now: datetime, *, dry_run: bool = False
) -> dict[str, int]:
    """Take away what is kept no longer, or count it; return how many, by table or name.

    Raises StoreError when a store cannot be used.
    """
    settings = workspace.settings.retention
    days = {kind: getattr(settings, f"{kind}_days") for kind in KINDS}
    before = {kind: now - timedelta(days=count) for kind, count in days.items() if count}
    return store.tidy(before, dry_run=dry_run) | keep_house(workspace, now, dry_run=dry_run)


def back_up_apart(root: Path) -> None:
    """Make a backup in a process of its own, for one that has the working store open: to close the
    store's file there would let go of DuckDB's lock.

    Raises StoreError with what that process has to say.
    """
    command = [sys.executable, "-P", "-m", "veille", "backup", "--workspace", str(root)]
    done = subprocess.run(
        command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip() or _("The backup ended with code {n}.").format(n=done.returncode)
        raise StoreError(told)


def keep_house(workspace: Workspace, now: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Take away what is too old, or count it; return how many, by name: people, messages…

    Files that held something personal are written anew. Raises StoreError when one could not be.
    """
    told: dict[str, int] = {}
    if (workspace.var / "subscribers.sqlite").is_file():
        told |= _people(workspace, now, dry_run=dry_run)
    return told | _set_aside(workspace, now, dry_run=dry_run)


def _people(workspace: Workspace, now: datetime, *, dry_run: bool) -> dict[str, int]:
    days = workspace.settings.retention.mailings_days
    with open_readers(workspace) as readers:
        purged = readers.purge(now=now, dry_run=dry_run)
        old = now - timedelta(days=max(days, 30))
        messages = Outbox(readers.db).forget(old, dry_run=dry_run) if days else 0
        rewritten = purged.rewritten and (dry_run or not messages or readers.rewrite())
    if not rewritten:
        raise StoreError(
            _("The store of subscribers could not be written anew: old bytes are left in it."),
            _("« veille subscribers purge » tries again."),
        )
    people = sum(purged.people.values()) + purged.lapsed + purged.sign_ups
    return {name: n for name, n in (("people", people), ("messages", messages)) if n}


def _set_aside(workspace: Workspace, now: datetime, *, dry_run: bool) -> dict[str, int]:
    days, place = workspace.settings.retention.set_aside_days, workspace.root / SET_ASIDE
    if not days or not place.is_dir():
        return {}
    old = [
        folder
        for folder in place.iterdir()
        if (at := set_aside_at(folder)) and at < now - timedelta(days=days)
    ]
    for folder in () if dry_run else old:
        shutil.rmtree(folder)
    return {"set_aside": len(old)} if old else {}
