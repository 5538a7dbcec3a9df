"""Workspaces as `veille init` makes them, less what takes long with what we ship.

It checks its models, for a second: shown in tests/workspace. They are fitted on all our examples,
for a minute: shown by `make eval`, and by the slow tests. Here one example in seven has to do.
"""

from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from veille import starter
from veille.sources.editing import amend_sources
from veille.sources.registry import load_sources
from veille.workspace import Workspace


def new_workspace(
    folder: Path, *, name: str | None = None, sample: bool = False, now: datetime, share: int = 1
) -> Workspace:
    """Make a workspace; see `starter.make_workspace`. Of its sources one in `share` is at work."""
    with patch.object(starter, "verify"):
        made = starter.make_workspace(folder, name=name, sample=sample, now=now)
    examples = made.models / "domains" / "examples.jsonl"
    examples.write_bytes(b"".join(examples.read_bytes().splitlines(keepends=True)[::7]))
    if share > 1:
        ids = [source.id for source in load_sources(made.sources)]
        idle = set(ids) - set(ids[::share])
        amend_sources(made.sources, {ident: {"active": False} for ident in idle})
    return made
