"""What the pages change in sources.yaml: a source paused or put to work, how much of it is told.

Whoever changes something says which file they had seen; one that somebody changed since is left as
it is, and they are told.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from veille.errors import LockHeld, Outdated, UsageError
from veille.i18n import _
from veille.model import Excerpt, Source
from veille.sources.editing import amend_sources
from veille.sources.registry import lacking, load_sources
from veille.wording import explain_lack
from veille.workspace import Workspace

_WAIT = 5.0  # seconds that one change waits for another


def seen_of(path: Path) -> str:
    """Return what tells this file of sources from any other; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return ""


def pause(workspace: Workspace, source_id: str, *, seen: str) -> Source:
    """Ask a source no more until somebody puts it to work again; return it as it was.

    Raises Outdated when the file is not the one that was `seen`, UsageError for a source that is
    not in it, ConfigError for a file that is not valid.
    """
    return _amend(workspace, source_id, {"active": False}, seen)


def resume(workspace: Workspace, source_id: str, *, seen: str) -> Source:
    """Ask a source again from the next night on; raises as `pause`, and for what it lacks."""
    source = _named(workspace, source_id)
    if lacking(source):
        raise UsageError(
            _("{name} cannot be asked: {why}.").format(
                name=source.name, why=explain_lack(source.kind)
            )
        )
    return _amend(workspace, source_id, {"active": True}, seen)


def tell_no_more_than(
    workspace: Workspace, source_id: str, excerpt: Excerpt, *, seen: str
) -> Source:
    """Set what may be passed on of a source's texts; raises as `pause`."""
    told = f"quote:{excerpt.words}" if excerpt.policy == "quote" else excerpt.policy
    return _amend(workspace, source_id, {"excerpt": told}, seen)


def _amend(workspace: Workspace, source_id: str, values: Mapping[str, object], seen: str) -> Source:
    workspace.var.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace.var / "sources.lock", timeout=_WAIT)
    try:
        with lock:
            if seen_of(workspace.sources) != seen:
                raise Outdated(
                    _("sources.yaml was changed meanwhile; nothing of yours was written."),
                    _("Look at the source as it is now, then try again."),
                )
            source = _named(workspace, source_id)
            amend_sources(workspace.sources, {source_id: values})
    except Timeout:
        raise LockHeld(
            _("Somebody else is changing sources.yaml."), _("Try again in a moment.")
        ) from None
    return source


def _named(workspace: Workspace, source_id: str) -> Source:
    for source in load_sources(workspace.sources):
        if source.id == source_id:
            return source
    raise UsageError(
        _("Not in {path}: {names}.").format(path=workspace.sources.name, names=source_id)
    )
