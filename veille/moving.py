"""`veille store move`: the working store carried to a DuckLake that several engines share, or back.

`store` in config.yaml says which place is in force. It is changed once all has arrived and was
compared: before that the old place is as it was, and a move that is cut short is begun again.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from veille.clock import Clock, SystemClock
from veille.config import Settings, load_settings
from veille.errors import ConfigError, UsageError
from veille.files import write
from veille.i18n import _
from veille.keeping.swap import SET_ASIDE, STAMP
from veille.runner import only_run
from veille.settings.store import FILE, LAKE, Lake, Place
from veille.sharing import ALONE
from veille.store import empty_lake, fill_lake, is_there
from veille.workspace import MARKER, Workspace

_KEYS = re.compile(r"^(store|store_data)[ \t]*:.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the working store is now, what it holds by table, and where its old file was put."""

    store: str
    rows: dict[str, int]
    set_aside: Path | None = None


def move_store(
    workspace: Workspace, to: str, data: str = "", *, clock: Clock | None = None
) -> Moved:
    """Move the working store to a DuckLake and the folder of its data, or back to `file`.

    What it held is compared before it is in force there. Raises UsageError where it is there
    already, or another store is; LockHeld while a run is at work, StoreError when it cannot be
    done: then the old place stays in force.
    """
    clock, before = clock or SystemClock(), workspace.watch
    if to == FILE and isinstance(before, Lake) and before.share != ALONE:
        raise UsageError(
            _("This engine has the share {share} of a DuckLake.").format(share=before.share),
            _("Stop the other engines for good, take « share » out of config.yaml, then move it."),
        )
    if to.startswith(LAKE) and not data:
        raise UsageError(
            _("A DuckLake wants a folder for its data files."),
            _("Name one that all engines have under the same path: « --data /mnt/veille »."),
        )
    text = _rewritten(workspace.config.read_text(encoding="utf-8"), to, data)
    settings = _checked(text, to)
    after = settings.place(workspace.root)
    if type(before) is type(after):
        raise UsageError(
            _("The working store cannot be moved from {store} to {other}.").format(
                store=before, other=after
            ),
            _("Move it to « file » first, or to a DuckLake."),
        )
    with only_run(workspace, "store move", clock):
        if not is_there(before):
            raise UsageError(
                _("Nothing was collected yet in {root}.").format(root=workspace.root),
                _("There is nothing to move: write {lines} in config.yaml.").format(
                    lines=f"« store: {to} »" + (f", « store_data: {data} »" if data else "")
                ),
            )
        return _moved(workspace, before, after, text, clock)


def _moved(workspace: Workspace, before: Place, after: Place, text: str, clock: Clock) -> Moved:
    aside = workspace.root / SET_ASIDE / clock.now().astimezone(UTC).strftime(STAMP)
    if isinstance(after, Lake) and isinstance(before, Path):
        held = fill_lake(before, after, now=clock.now())
        write(workspace.config, text)
        return Moved(str(after), held.rows, _set_aside(before, aside))
    if isinstance(before, Lake) and isinstance(after, Path):
        with empty_lake(before, after.with_name(f"{after.name}.new")) as held:
            old = _set_aside(after, aside) if after.exists() else None
            after.with_name(f"{after.name}.new").replace(after)
            write(workspace.config, text)
        return Moved(str(after), held.rows, old)
    raise AssertionError("one of the two is a file")


def _set_aside(path: Path, aside: Path) -> Path:
    """Put a store's file, and its journal, where retention finds them; return where."""
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in (path, path.with_name(f"{path.name}.wal")):
        if part.exists():
            part.replace(aside / part.name)
    return aside / path.name


def _rewritten(text: str, to: str, data: str) -> str:
    """Return config.yaml with this store in the place of what it says."""
    lines = "" if to == FILE else f"store: {json.dumps(to)}\nstore_data: {json.dumps(data)}\n"
    if found := _KEYS.search(text):
        return text[: found.start()] + lines + _KEYS.sub("", text[found.start() :])
    return f"{text.rstrip()}\n\n{lines}" if lines else text


def _checked(text: str, to: str) -> Settings:
    """Read settings that are to be; raise ConfigError, UsageError where they say something else."""
    with TemporaryDirectory() as folder:
        write(Path(folder) / MARKER, text)
        try:
            settings = load_settings(Path(folder) / MARKER)
        except ConfigError as error:
            raise ConfigError(
                _("The working store cannot be moved so; nothing was changed:"), error.faults
            ) from None
    if settings.store != to:
        raise UsageError(
            _("config.yaml, or the environment (VEILLE_STORE), says {store}.").format(
                store=settings.store
            ),
            _("Write « store » and « store_data » on one line each; let the environment be."),
        )
    return settings
