"""Workspaces as `veille init` makes them, less its check of what we ship: that takes a second.

The check itself is shown in tests/workspace.
"""

from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from veille import starter
from veille.workspace import Workspace


def new_workspace(
    folder: Path, *, name: str | None = None, sample: bool = False, now: datetime
) -> Workspace:
    """Make a workspace; see `starter.make_workspace`."""
    with patch.object(starter, "verify"):
        return starter.make_workspace(folder, name=name, sample=sample, now=now)
