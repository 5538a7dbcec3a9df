"""`veille check`: is this workspace whole? Offline, and quick enough to run before each commit."""

from pathlib import Path

from veille.config import Settings
from veille.errors import ConfigError, VeilleError
from veille.i18n import _, _n
from veille.sources.registry import load_registry
from veille.store import check_watch
from veille.workspace import Workspace, load_pipeline, open_workspace, pipeline_names


def verify(root: Path) -> list[str]:
    """Look at every part of a workspace and tell what was found sound, a line each.

    Raises ConfigError with the faults of all parts together.
    """
    told: list[str] = []
    faults: list[str] = []
    try:
        workspace = open_workspace(root)
    except ConfigError as error:
        faults += error.faults or [str(error)]
        workspace = Workspace(root, Settings.model_construct())
    for part in (_sources, _pipelines, _store):
        try:
            told += part(workspace)
        except ConfigError as error:
            faults += error.faults or [str(error)]
        except VeilleError as error:
            faults.append(str(error))
    if faults:
        raise ConfigError(
            _n("{n} fault in {root}:", "{n} faults in {root}:", len(faults)).format(
                n=len(faults), root=root
            ),
            tuple(faults),
            _("Mend what is named, then run « veille check » again."),
        )
    return told


def _sources(workspace: Workspace) -> list[str]:
    registry = load_registry(workspace.sources)
    active = sum(source.active for source in registry.sources)
    told = [
        _("sources.yaml: {total} sources, {active} at work, {waiting} waiting.").format(
            total=len(registry.sources), active=active, waiting=len(registry.sources) - active
        )
    ]
    if located_later := len(registry.to_locate):
        told.append(
            _("sources.yaml: {n} organisations whose site is still to be found.").format(
                n=located_later
            )
        )
    if active and not workspace.settings.fetch.contact and not workspace.settings.veille.sample:
        told.append(
            _("config.yaml: fetch.contact is empty; live sources are not asked until it is set.")
        )
    return told


def _pipelines(workspace: Workspace) -> list[str]:
    names = pipeline_names(workspace)
    faults: list[str] = []
    for name in names:
        try:
            load_pipeline(workspace, name)
        except ConfigError as error:
            faults.append(str(error))
    if faults:
        raise ConfigError("", tuple(faults))
    return [_("pipelines: {names}.").format(names=", ".join(names) or "-")]


def _store(workspace: Workspace) -> list[str]:
    if not workspace.watch.is_file():
        return [_("var/watch.duckdb: not there yet; the first run makes it.")]
    check_watch(workspace.watch)
    return [_("var/watch.duckdb: sound.")]
