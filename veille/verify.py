"""`veille check`: is this workspace whole? Quick enough to run before each commit.

Nothing is asked beyond this machine, but where the workspace works with others: a store that
several engines share, a Dask cluster.
"""

from collections.abc import Iterator
from pathlib import Path

from veille.classify.soundness import look_at
from veille.config import Settings
from veille.digest.render import template_faults
from veille.distant.opening import look_at_workers
from veille.errors import ConfigError, UsageError, VeilleError
from veille.health.alerts import why_untold
from veille.i18n import _, _n
from veille.settings.store import Lake
from veille.sources.codes import Codes, unknown
from veille.sources.registry import load_registry
from veille.store import check_watch, is_there
from veille.timetable import absent_pipelines
from veille.workspace import MARKER, Workspace, load_pipeline, open_workspace, pipeline_names


def verify(root: Path) -> list[str]:
    """Look at every part of a workspace and tell what was found sound, a line each.

    Raises ConfigError with the faults of all parts together, each with its file.
    """
    told: list[str] = []
    faults: list[str] = []
    try:
        workspace = open_workspace(root)
    except ConfigError as error:
        faults += _placed(MARKER, error)
        workspace = Workspace(root, Settings.model_construct())
    models = look_at(workspace.root / "models")
    faults += models.faults
    codes = Codes(models.regions, models.domains) if models.regions and models.domains else None
    faults += _bundles(workspace.settings, codes) if codes else ()
    try:
        told += _sources(workspace, codes)
    except ConfigError as error:
        faults += _placed(workspace.sources.name, error)
    told.append(
        _("models: {examples} examples, {domains} domains, {regions} regions.").format(
            examples=models.examples, domains=len(models.domains), regions=len(models.regions)
        )
    )
    for part in (_pipelines, _templates, _store, _workers, _delivery, _alerts):
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


def _placed(name: str, error: ConfigError) -> list[str]:
    return [f"{name}: {one}" for one in error.faults] or [str(error)]


def _sources(workspace: Workspace, codes: Codes | None) -> list[str]:
    registry = load_registry(workspace.sources, codes)
    total = len(registry.sources)
    active = sum(source.active for source in registry.sources)
    told = [
        _n(
            "sources.yaml: {total} source, {active} at work, {waiting} waiting.",
            "sources.yaml: {total} sources, {active} at work, {waiting} waiting.",
            total,
        ).format(total=total, active=active, waiting=total - active)
    ]
    if located_later := len(registry.to_locate):
        told.append(
            _n(
                "sources.yaml: {n} organisation whose site is still to be found.",
                "sources.yaml: {n} organisations whose site is still to be found.",
                located_later,
            ).format(n=located_later)
        )
    if active and not workspace.settings.fetch.contact and not workspace.settings.veille.sample:
        told.append(
            _("config.yaml: fetch.contact is empty; live sources are not asked until it is set.")
        )
    return told


def _bundles(settings: Settings, codes: Codes) -> Iterator[str]:
    for n, bundle in enumerate(settings.publish.bundles):
        place = f"{MARKER}: publish.bundles.{n}.filter"
        yield from unknown(f"{place}.domains", bundle.filter.domains, codes.domains)
        yield from unknown(f"{place}.regions", bundle.filter.regions, codes.regions)


def _pipelines(workspace: Workspace) -> list[str]:
    names = pipeline_names(workspace)
    if not names:
        raise ConfigError(_("pipelines: there is none; a file such as nightly.py is wanted."))
    faults: list[str] = []
    for name in names:
        try:
            load_pipeline(workspace, name)
        except ConfigError as error:
            faults.append(str(error).replace("\n  - ", " "))
    if absent := absent_pipelines(workspace.settings, names):
        told = _("config.yaml: schedule.others names what is not in pipelines/: {names}.")
        faults.append(told.format(names=", ".join(absent)))
    if faults:
        raise ConfigError("", tuple(faults))
    return [_("pipelines: {names}.").format(names=", ".join(names))]


def _templates(workspace: Workspace) -> list[str]:
    folder = workspace.root / "digests" / "weekly"
    if faults := tuple(template_faults(folder)):
        raise ConfigError("", faults)
    own = ", ".join(sorted(path.name for path in folder.glob("*.*")))
    return [_("digests/weekly: your own {names}.").format(names=own)] if own else []


def _store(workspace: Workspace) -> list[str]:
    place = workspace.watch
    name = str(place) if isinstance(place, Lake) else "var/watch.duckdb"
    if not is_there(place) or check_watch(place) == 0:
        return [_("{store}: not there yet; the first run makes it.").format(store=name)]
    return [_("{store}: sound.").format(store=name)]


def _workers(workspace: Workspace) -> list[str]:
    """Tell who works on a Dask cluster; of this machine's own processes nothing is said."""
    try:
        return look_at_workers(workspace.settings)
    except ConfigError as error:  # one fault, whoever differs
        raise UsageError(str(error).replace("\n  - ", " ")) from None


def _delivery(workspace: Workspace) -> list[str]:
    """Tell whether the bulletin can leave; without a mail server nothing is said."""
    settings = workspace.settings.deliver
    if not settings.host:
        return []
    from veille.deliver.readiness import refuse_unready
    from veille.mailout.sending import signer_of  # a third of a second

    refuse_unready(settings)
    signs = signer_of(workspace) is not None
    told = (
        _("deliver: by {host}, signed here.")
        if signs
        else _("deliver: by {host}, not signed here.")
    )
    return [told.format(host=settings.host)]


def _alerts(workspace: Workspace) -> list[str]:
    """Tell whether staff can be told what is wrong; raise ConfigError where they cannot."""
    to = workspace.settings.alerts.to
    if why := why_untold(workspace):
        raise ConfigError("", (why,))
    told = _n("alerts: {n} person is told.", "alerts: {n} people are told.", len(to))
    return [told.format(n=len(to))] if to else []
