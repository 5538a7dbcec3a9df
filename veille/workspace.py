"""A workspace: the folder an organisation owns, found by its marker, read once, passed down.

No change of directory, no global: a `Workspace` is a value, and its paths are absolute.
"""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from veille.config import SCHEMA, Settings, load_settings
from veille.errors import ConfigError, UsageError, VeilleError, WorkspaceError
from veille.faults import read_yaml
from veille.i18n import _
from veille.keeping import swap
from veille.pipeline import Run
from veille.settings.store import Place

MARKER = "config.yaml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where things are, and how this organisation wants them."""

    root: Path
    settings: Settings

    @property
    def config(self) -> Path:
        """The marker and settings file."""
        return self.root / MARKER

    @property
    def sources(self) -> Path:
        """The registry of sources."""
        return self.root / "sources.yaml"

    @property
    def pipelines(self) -> Path:
        """The folder of pipeline files."""
        return self.root / "pipelines"

    @property
    def models(self) -> Path:
        """The folder of what judges."""
        return self.root / "models"

    @property
    def var(self) -> Path:
        """All state, in one folder that is not kept in version control."""
        return self.root / "var"

    @property
    def watch(self) -> Place:
        """The working store: its file, or the DuckLake that settings name."""
        return self.settings.place(self.root)

    @property
    def desk(self) -> Path:
        """What people do: the pages and commands write it, runs read it."""
        return self.var / "desk.sqlite"

    @property
    def catalogue(self) -> Path:
        """The folder of what is published."""
        return self.var / "catalogue"

    @property
    def status(self) -> Path:
        """What the last run told: read by `veille status` while another run works."""
        return self.var / "status.json"

    @property
    def lock(self) -> Path:
        """Held by the run at work."""
        return self.var / "run.lock"


def find_root(given: Path | None = None) -> Path:
    """Return the workspace's folder: as given, else VEILLE_WORKSPACE, else here or above.

    Raises WorkspaceError that says where it looked.
    """
    if named := given or os.environ.get("VEILLE_WORKSPACE"):
        root = Path(named).resolve()
        if _is_marker(root / MARKER):
            return root
        raise WorkspaceError(
            _("{root} is not a workspace: it has no config.yaml with a « veille: » key.").format(
                root=root
            ),
            _("Make one with « veille init {root} ».").format(root=root),
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_marker(folder / MARKER):
            return folder
    raise WorkspaceError(
        _("No workspace in {here} nor in the folders above it.").format(here=here),
        _("Go to yours, name it with --workspace, or make one with « veille init FOLDER »."),
    )


def open_workspace(given: Path | None = None) -> Workspace:
    """Find a workspace and read its settings; a restore that was cut short is first brought to its
    end.

    Raises WorkspaceError when there is none or its form is newer than this engine, ConfigError
    with every fault of its settings.
    """
    root = find_root(given)
    if swap.is_decided(root):
        swap.carry_out(root)
    settings = load_settings(root / MARKER)
    if settings.veille.version > SCHEMA:
        raise WorkspaceError(
            _("{root} has form {found}, newer than the {known} that this veille knows.").format(
                root=root, found=settings.veille.version, known=SCHEMA
            ),
            _("Install a newer veille."),
        )
    return Workspace(root, settings)


def pipeline_names(workspace: Workspace) -> tuple[str, ...]:
    """Return the names of the workspace's pipelines, in alphabetical order."""
    return tuple(sorted(path.stem for path in workspace.pipelines.glob("*.py")))


def load_pipeline(workspace: Workspace, name: str) -> Callable[[Run], None]:
    """Load `pipelines/NAME.py` by path, without touching sys.path, and return its `pipeline`.

    Raises UsageError for a name that is not there, ConfigError with file and line for one that
    cannot be loaded.
    """
    path = workspace.pipelines / f"{name}.py"
    if not path.is_file() or path.parent != workspace.pipelines:
        raise UsageError(
            _("No pipeline « {name} » in {folder}.").format(name=name, folder=workspace.pipelines),
            _("There are: {names}.").format(names=", ".join(pipeline_names(workspace)) or "-"),
        )
    spec = importlib.util.spec_from_file_location(f"veille_workspace.pipelines.{name}", path)
    if spec is None or spec.loader is None:  # pragma: no cover - a .py path always has both
        raise UsageError(_("{path} cannot be loaded.").format(path=path))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - the workspace's own code: whatever it raises
        raise ConfigError(
            _("{place} cannot be loaded:").format(place=_place(error, path)),
            (f"{type(error).__name__}: {error}",),
        ) from None
    pipeline = getattr(module, "pipeline", None)
    if not callable(pipeline):
        raise ConfigError(
            _("{path} has no function « pipeline(run) ».").format(path=path),
            action=_("See pipelines/nightly.py for one."),
        )
    return _explained(pipeline, path)


def _explained(pipeline: Callable[[Run], None], path: Path) -> Callable[[Run], None]:
    """Return the pipeline, its own defects told with file and line."""

    def run_pipeline(run: Run) -> None:
        try:
            pipeline(run)
        except VeilleError:
            raise
        except Exception as error:
            raise ConfigError(
                _("{place} failed:").format(place=_place(error, path)),
                (f"{type(error).__name__}: {error}",),
            ) from error

    return run_pipeline


def _place(error: BaseException, path: Path) -> str:
    """Return `file:line` of the last line of `path` that the error passed through."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{path}:{line}" if line else str(path)


def _is_marker(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        data = read_yaml(path, [])
    except ConfigError:
        return b"veille:" in path.read_bytes()  # a broken one of ours: let loading say what breaks
    return isinstance(data, dict) and "veille" in data
