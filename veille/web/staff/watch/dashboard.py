"""The dashboard: where news comes from and where none does, what rises, how well we judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from veille.dashboard import Figures, figures
from veille.dashboard.charts import Columns, columns, map_size, months, tiles
from veille.dashboard.effort import Effort, effort
from veille.dashboard.figures import BASELINE, BLIND, QUEBEC, RECENT
from veille.digest.draft import DOMAINS
from veille.digest.view import section_name
from veille.i18n import N_, _, language
from veille.model.decisions import in_force
from veille.review.quality import Rate, quality
from veille.store.catalogue import Catalogue
from veille.store.desk import open_desk
from veille.web.routes import shown
from veille.web.site import SiteHere
from veille.web.staff.shell import Reader, staff_page

router = APIRouter(include_in_schema=False)

PERIODS: Final = {8: N_("8 weeks"), 26: N_("26 weeks"), 52: N_("One year")}

_SHORT: Final = {
    "QC-01": ("Bas-St-Laurent", "BSL"),
    "QC-02": ("Saguenay–LSJ", "SLSJ"),
    "QC-03": ("Capitale-Nat.", "CNat"),
    "QC-04": ("Mauricie", "MAU"),
    "QC-05": ("Estrie", "EST"),
    "QC-06": ("Montréal", "MTL"),
    "QC-07": ("Outaouais", "OUT"),
    "QC-08": ("Abitibi-Tém.", "A-T"),
    "QC-09": ("Côte-Nord", "CN"),
    "QC-10": ("Nord-du-Qc", "NdQ"),
    "QC-11": ("Gaspésie–Îles", "GÎM"),
    "QC-12": ("Chaudière-App.", "C-A"),
    "QC-13": ("Laval", "LAV"),
    "QC-14": ("Lanaudière", "LAN"),
    "QC-15": ("Laurentides", "LAU"),
    "QC-16": ("Montérégie", "MTG"),
    "QC-17": ("Centre-du-Qc", "CdQ"),
}
"""Names that fit a tile of the map, and those that fit it on a telephone."""

_MOST_PLACES = 10


@dataclass(frozen=True, slots=True)
class Panel:
    """One domain's chart of weeks. `months` say what stands below it, and where."""

    key: str
    label: str
    chart: Columns
    months: Sequence[tuple[float, date]]
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """How many items of this domain came out in all these weeks."""
        return sum(self.counts)


@shown(router, "/dashboard")
def dashboard(
    request: Request,
    site: SiteHere,
    who: Reader,
    weeks: int = 26,
) -> Response:
    """Show the figures of the last weeks."""
    weeks = weeks if weeks in PERIODS else 26
    zone = site.workspace.settings.zone
    today = site.clock.now().astimezone(zone).date()
    with site.catalogue() as catalogue:
        told = _figures(catalogue, today, weeks)
        [snapshot] = catalogue.rows("SELECT published_at FROM snapshot")
    with site.desk() as desk:
        stamp = site.workspace.desk.stat().st_ino, desk.decisions.last
    work, rates = _decided(site.workspace.desk, stamp, tuple(told.trend.weeks), zone)
    names = site.regions(language())
    return staff_page(
        request,
        site,
        who,
        "watch/dashboard",
        here=f"/dashboard?weeks={weeks}",
        weeks=weeks,
        periods={count: _(label) for count, label in PERIODS.items()},
        told=told,
        published_at=snapshot["published_at"].astimezone(zone),
        panels=_panels(told),
        work=work,
        effort=columns(work.decided, most=max(work.decided)),
        months=months(told.trend.weeks),
        rates=rates,
        tiles=tiles(told.regions),
        map_size=map_size(),
        short=_SHORT,
        names=names,
        elsewhere=_elsewhere(told.regions, names),
        recent=RECENT,
        baseline=BASELINE,
        blind=BLIND,
    )


@lru_cache(maxsize=8)
def _figures(catalogue: Catalogue, today: date, weeks: int) -> Figures:
    """Return the figures; a snapshot never changes, and a tenth of a second is long for a page."""
    return figures(catalogue, today, weeks, DOMAINS)


@lru_cache(maxsize=8)
def _decided(
    desk: Path, _stamp: tuple[int, int], mondays: tuple[date, ...], zone: ZoneInfo
) -> tuple[Effort, Mapping[str, tuple[Rate, Rate]]]:
    """Return the team's effort, and how right the model was: by all decisions, by the audit's.

    Remembered until somebody decides, which changes the number of the last decision, or the file is
    another: ten thousand decisions take a tenth of a second to go through.
    """
    with open_desk(desk) as opened:
        decisions = opened.decisions.since()
    told = quality(in_force(decisions).values(), DOMAINS)
    rates = {name: (rate, told.audit[name]) for name, rate in told.all.items() if rate.n}
    return effort(decisions, mondays, zone), rates


def _panels(told: Figures) -> list[Panel]:
    by_domain = told.trend.by_domain
    most = max((max(counts) for counts in by_domain.values()), default=0)
    named = months(told.trend.weeks)
    return [
        Panel(domain, section_name(domain), columns(counts, most=most), named, counts)
        for domain, counts in by_domain.items()
    ]


def _elsewhere(counts: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Return the places beyond Québec's regions that most items are about."""
    found = [(code, names.get(code, code), n) for code, n in counts.items() if code not in QUEBEC]
    return found[:_MOST_PLACES]
