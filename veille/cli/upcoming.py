"""When pipelines run: what the clock says as it goes."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.text import Text
from tzlocal import get_localzone

from veille.cli.speech import err
from veille.cli.tables import moment
from veille.clock import SystemClock
from veille.errors import UsageError
from veille.hours import coming, jobs_of
from veille.i18n import _
from veille.schedule.crontab import crontab
from veille.schedule.daemon import run_due, serve
from veille.timetable import absent_pipelines
from veille.workspace import Workspace, pipeline_names


def keep_hours(workspace: Workspace) -> None:
    """Run pipelines at their hours until told to stop, saying when each is due first."""
    _refuse_unknown(workspace)
    for line in next_lines(workspace, SystemClock().now()):
        _say(line)
    serve(workspace, _say)


def catch_up(workspace: Workspace) -> int:
    """Run what is due now; return the exit code for it."""
    _refuse_unknown(workspace)
    return run_due(workspace, _say)


def cron_lines(workspace: Workspace) -> str:
    """Return the jobs as lines for the cron of this server."""
    _refuse_unknown(workspace)
    return crontab(
        jobs_of(workspace),
        workspace.root,
        zone=workspace.settings.zone,
        server=_server_zone(),
        now=SystemClock().now(),
    )


def next_lines(workspace: Workspace, now: datetime) -> list[str]:
    """Return a line that tells when each pipeline is due next."""
    zone = workspace.settings.zone
    moments = coming(workspace, now)
    if not moments:
        return [_("Nothing is due by itself: « schedule: » in config.yaml names no day.")]
    told = [
        _("{pipeline} {at}").format(pipeline=one.pipeline, at=moment(one.at, zone))
        for one in moments
    ]
    return [_("Next runs: {runs}.").format(runs=", ".join(told))]


def _server_zone() -> ZoneInfo:
    try:
        return get_localzone()
    except ZoneInfoNotFoundError as error:
        raise UsageError(
            _("This server's time zone cannot be told: {problem}").format(problem=error.args[0]),
            _("« timedatectl set-timezone America/Toronto » sets one; see also the variable TZ."),
        ) from None


def _refuse_unknown(workspace: Workspace) -> None:
    """Raise UsageError for a pipeline that is scheduled and is not there."""
    if absent := absent_pipelines(workspace.settings, pipeline_names(workspace)):
        raise UsageError(
            _("config.yaml: schedule.others names what is not in pipelines/: {names}.").format(
                names=", ".join(absent)
            ),
        )


def _say(line: str) -> None:
    err.print(Text(line))
