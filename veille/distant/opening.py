"""Opening who works: processes of this machine, or a Dask cluster."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from veille.config import Settings
from veille.errors import UsageError
from veille.i18n import _
from veille.ports import Workers
from veille.workers import LocalWorkers


def open_workers(settings: Settings, models: Path, var: Path) -> AbstractContextManager[Workers]:
    """Open who does what costs time of the processor: processes here, or a Dask cluster.

    `models` and `var` are the workspace's: where what judges is found, for those who do not have
    it. Entering raises NothingPossible when the cluster does not answer, UsageError when it may not
    be used: other versions, certificates, no `distributed` here.
    """
    if settings.scheduler is None:
        return LocalWorkers(settings.read, settings.processes)
    with _dask_for(settings):
        from veille.distant.cluster import DaskWorkers
    return DaskWorkers(settings.scheduler, settings.read, models, var)


def look_at_workers(settings: Settings) -> list[str]:
    """Tell, a line each, whether those on a Dask cluster are there and fit; of others nothing.

    Raises what entering the workers of a run does, but waits for nobody.
    """
    if settings.scheduler is None:
        return []
    with _dask_for(settings):
        from veille.distant.look import look_at
    return look_at(settings.scheduler)


@contextmanager
def _dask_for(settings: Settings) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            _("« workers: {address} » needs « {module} », which is not installed.").format(
                address=settings.workers, module=error.name
            ),
            _("Install it, in the folder of veille’s repository: « pip install '.[dask]' »."),
        ) from None
