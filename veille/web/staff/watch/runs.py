"""The nights: how the watch stands, the last runs, and the account of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.health.alerts.wording import remedy, title, what
from veille.health.incidents import Incident
from veille.health.report import causes, step_titles, step_words
from veille.health.situation import situation
from veille.i18n import N_, _
from veille.model import FailureReport, RunReport
from veille.web.routes import shown
from veille.web.site import Site, SiteHere
from veille.web.staff.shell import Reader, staff_page
from veille.wording import brief

router = APIRouter(include_in_schema=False)

STATUSES: Final = {
    "running": N_("at work"),
    "ok": N_("done"),
    "partial": N_("done, with failures"),
    "out_of_time": N_("out of time: the next one resumes"),
    "interrupted": N_("interrupted: the next one resumes"),
    "failed": N_("failed"),
    "impossible": N_("nothing could be reached"),
    "died": N_("broke off"),
}
BAD: Final = frozenset({"failed", "impossible", "died"})
_MOST_FAILURES = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of failure of a run: how often, and what failed so."""

    name: str
    count: int
    failures: Sequence[FailureReport]


@shown(router, "/runs")
def runs(request: Request, site: SiteHere, who: Reader) -> Response:
    """Show how the watch stands: what is wrong, what waits, the last runs and the next."""
    found = situation(site.workspace, site.clock.now())
    zone = site.workspace.settings.zone
    with site.desk() as desk:
        links = len(desk.links.open())
    return staff_page(
        request,
        site,
        who,
        "watch/runs",
        here="/runs",
        found=found,
        links=links,
        incidents=[_told(one, site) for one in found.incidents],
        statuses=_statuses(),
        bad=BAD,
        words=_words,
        steps=step_titles(),
        zone=zone,
    )


@shown(router, "/runs/{run_id}")
def run(
    request: Request,
    site: SiteHere,
    run_id: str,
    who: Reader,
) -> Response:
    """Show the account of one of the last runs."""
    found = situation(site.workspace, site.clock.now())
    report = next((one for one in found.runs if one.run_id == run_id), None)
    if report is None:
        raise HTTPException(404)
    return staff_page(
        request,
        site,
        who,
        "watch/run",
        here=f"/runs/{run_id}",
        run=report,
        causes=causes([{"kind": one.kind, "message": one.message} for one in report.failures]),
        kinds=_kinds(report.failures),
        sources={one.source_id: one.name for one in found.sources},
        statuses=_statuses(),
        bad=BAD,
        words=_words,
        steps=step_titles(),
        zone=site.workspace.settings.zone,
    )


def _statuses() -> dict[str, str]:
    return {name: _(label) for name, label in STATUSES.items()}


def _told(one: Incident, site: Site) -> tuple[str, str, str]:
    return title(one), what(one, site.workspace.settings.zone), remedy(one)


def _words(report: RunReport) -> list[str]:
    """Say in a few words what each step of a run did."""
    return [step_words(step.name, step.done, step.new) for step in report.steps]


def _kinds(failures: Sequence[FailureReport]) -> list[Kind]:
    """Return failures by kind, the most frequent first."""
    counted = Counter(one.kind for one in failures)
    return [
        Kind(brief(kind), count, [one for one in failures if one.kind == kind][:_MOST_FAILURES])
        for kind, count in counted.most_common()
    ]
