"""`veille init`: make a workspace from the one this package carries.

The repository's root is that workspace; the wheel carries the same files as `veille/_starter`.
Nothing in them is a placeholder: the starter is itself checked and run by the tests.
"""

import re
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from veille.errors import WorkspaceError
from veille.i18n import _
from veille.verify import verify
from veille.workspace import MARKER, Workspace, open_workspace

_IGNORED = "/var/\n__pycache__/\n"
_LEFT = frozenset({"__pycache__", "build.py", "build.txt", "fit.py"})
"""What stays behind: compiled leftovers, and what made the tables (the wheel has none of it)."""


def make_workspace(
    folder: Path, *, name: str | None = None, sample: bool = False, now: datetime
) -> Workspace:
    """Make a workspace in `folder` and check it.

    With `sample`, its sources are the bundled sample web, dated from the day of `now` in the
    workspace's time zone. Raises WorkspaceError when the folder already holds a part of one.
    """
    folder = folder.resolve()
    for part in (MARKER, "sources.yaml", "pipelines", "models"):
        if (folder / part).exists():
            told = _("{folder} already holds « {name} »: nothing was touched.")
            raise WorkspaceError(told.format(folder=folder, name=part), _("Choose another folder."))
    starter = starter_root()
    sources = files("veille.sampleweb") if sample else starter
    for part in (MARKER, "pipelines", "models"):
        _copy(starter / part, folder / part)
    _copy(sources / "sources.yaml", folder / "sources.yaml")
    if sample:
        sender = (sources / "sender.yaml").read_text(encoding="utf-8")
        with (folder / MARKER).open("a", encoding="utf-8") as config:
            config.write(sender)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    workspace = open_workspace(folder)
    today = now.astimezone(workspace.settings.zone).date() if sample else None
    _mark(folder / MARKER, name or folder.name, today.isoformat() if today else None)
    verify(folder)
    return open_workspace(folder)


def starter_root() -> Traversable:
    """Return the workspace shipped in the wheel; in a checkout, the repository itself."""
    checkout = Path(__file__).resolve().parents[1]
    return checkout if (checkout / MARKER).is_file() else files("veille") / "_starter"


def _copy(origin: Traversable, target: Path) -> None:
    """Copy a file or a folder as new, writable files."""
    if origin.is_dir():
        for child in origin.iterdir():
            if child.name not in _LEFT:
                _copy(child, target / child.name)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(origin.read_bytes())


def _mark(config: Path, name: str, sample_day: str | None) -> None:
    """Write the name, and the sample's first day, into the `veille:` section."""
    text = config.read_text(encoding="utf-8")
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    line = f"  name: {quoted}" + (f"\n  sample: {sample_day}" if sample_day else "")
    text = re.sub(r"^  name: .*$", lambda _found: line, text, count=1, flags=re.MULTILINE)
    config.write_text(text, encoding="utf-8")
