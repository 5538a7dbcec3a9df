"""The bulletin desk: the weeks and where they stand, and one week's issue."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from veille.deliver.readiness import why_nothing_leaves
from veille.deliver.wording import tell_counts
from veille.digest.draft import Draft, Line
from veille.digest.gestures import stamp_of_order
from veille.digest.remarks import remarks
from veille.digest.weeks import Leaves, leaves_at, period, week_of, when_due
from veille.errors import ConfigError, StoreError, VeilleError
from veille.i18n import N_, _, language
from veille.model.bulletin import Approved
from veille.staff.accounts import Account, Role
from veille.store.outbox import Outbox
from veille.web.routes import shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.bulletins.issues import (
    WeekHere,
    back_to,
    bulletins_here,
    faults_of,
    in_places,
    refusal,
)
from veille.web.staff.shell import Editor, Reviewer, staff_page

if TYPE_CHECKING:
    from veille.bulletins import Bulletins, State
    from veille.bulletins.editing import Sheet

router = APIRouter(include_in_schema=False)

STATES = {
    "none": N_("not composed"),
    "draft": N_("draft"),
    "approved": N_("approved"),
    "sent": N_("sent"),
    "held": N_("held"),
    "broken": N_("at fault"),
}
MOST = 53
"""Weeks on a page: a year."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A week as the list shows it. `fates` say how many messages became what, `unsent` why none
    would leave, as the settings are."""

    week: str
    first_day: date
    last_day: date
    state: str
    kept: int = 0
    offered: int = 0
    approved: Approved | None = None
    approved_at: datetime | None = None
    leaves_at: datetime | None = None
    is_due: bool = False
    is_held: bool = False
    fates: tuple[str, ...] = ()
    told: str = ""
    unsent: str = ""


@shown(router, "/bulletins")
def weeks(
    request: Request,
    site: SiteHere,
    who: Reviewer,
    before: str = "9",
) -> Response:
    """List the weeks, the newest first: next week's, this week's, and all that have an issue."""
    bulletins = bulletins_here(site)
    now = site.clock.now()
    today = now.astimezone(site.workspace.settings.zone).date()
    names = {path.name for path in bulletins.folder.glob("[12]???-W??") if path.is_dir()}
    here, following = week_of(today), week_of(today + timedelta(weeks=1))
    every = sorted((one for one in names | {here, following} if one < before), reverse=True)
    page = every[:MOST]
    return staff_page(
        request,
        site,
        who,
        "bulletins/weeks",
        here="/bulletins",
        weeks=[standing(site, bulletins, week, now) for week in page],
        states=STATES,
        this_week=here,
        older=page[-1] if len(every) > MOST else "",
        unsent=why_nothing_leaves(bulletins.settings),
    )


@shown(router, "/bulletins/{week}")
def week(
    request: Request,
    site: SiteHere,
    who: Reviewer,
    week: WeekHere,
) -> Response:
    """Show a week's issue: its draft to arrange, or what was approved."""
    bulletins = bulletins_here(site)
    stands = standing(site, bulletins, week, site.clock.now())
    here = f"/bulletins/{week}"
    if stands.state == "draft":
        return _draft(request, site, who, bulletins, stands)
    sections = []
    if stands.approved:
        for name in stands.approved.issue.sections:
            pieces = [one for one in stands.approved.issue.pieces if one.section == name]
            sections += [(name, pieces)] if pieces else []
    template = "bulletins/approved" if stands.approved else "bulletins/none"
    return staff_page(
        request,
        site,
        who,
        template,
        here=here,
        week=stands,
        states=STATES,
        sections=sections,
        faults=(),
    )


@taken(router, "/bulletins/{week}/compose")
def compose(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
) -> Response:
    """Compose a week's draft, or add what is new to it."""
    from veille.bulletins import build

    now = site.clock.now()
    try:
        built = build(bulletins_here(site), week, now)
    except VeilleError as error:
        return back_to(request, site, f"/bulletins/{week}", said=refusal(error), kind="bad")
    with site.desk() as desk:
        desk.audit.note(who.handle, "bulletin.compose", week, str(built.added), now=now)
    if built.is_new:
        said = _("Composed: {n} items, {kept} of them kept.")
    elif built.added:
        said = _("{n} items added in reserve; the rest is as it was.")
    else:
        said = _("Nothing new.")
    told = said.format(n=built.added, kept=len(built.draft.kept))
    return back_to(request, site, f"/bulletins/{week}", said=told)


def standing(site: Site, bulletins: "Bulletins", week: str, now: datetime) -> Standing:
    """Return where a week's issue stands; one that cannot be read says why."""
    from veille.bulletins import state_of

    settings = bulletins.settings
    first, last = period(week, 7)
    try:
        state = state_of(bulletins, week, now)
    except (ConfigError, StoreError) as error:
        is_draft = isinstance(error, ConfigError)
        return Standing(week, first, last, "draft" if is_draft else "broken", told=refusal(error))
    fates = _fates(site, week) if state.approved else ()
    due = when_due(week, now, settings.digest, settings.zone)
    return Standing(
        week,
        first,
        last,
        _named(state, due, is_queued=bool(fates)),
        state.kept,
        state.offered,
        state.approved,
        state.approved.at.astimezone(settings.zone) if state.approved else None,
        leaves_at(week, settings.digest, settings.zone),
        due is Leaves.NOW,
        due is Leaves.HELD,
        fates,
        unsent=why_nothing_leaves(settings),
    )


def _named(state: "State", due: Leaves, *, is_queued: bool) -> str:
    if state.state != "approved":
        return state.state
    if is_queued:
        return "sent"
    return "held" if due is Leaves.HELD else "approved"


def _fates(site: Site, week: str) -> tuple[str, ...]:
    """Return how many messages of an issue are in each state: figures alone, nobody's name."""
    if not (site.workspace.var / "subscribers.sqlite").exists():
        return ()
    with site.readers() as readers:
        return tuple(tell_counts(Outbox(readers.db).counts(week)))


def _draft(
    request: Request, site: Site, who: Account, bulletins: "Bulletins", stands: Standing
) -> Response:
    from veille.bulletins.editing import sheet

    here = f"/bulletins/{stands.week}"
    try:
        found = sheet(bulletins, stands.week)
    except VeilleError as error:
        faults = faults_of(error) or (refusal(error),)
        return staff_page(
            request, site, who, "bulletins/none", here=here, week=stands, states=STATES,
            faults=faults,
        )  # fmt: skip
    return staff_page(
        request, site, who, "bulletins/draft", here=here, week=stands, states=STATES,
        edits=who.may(Role.EDITOR), **_arranged(site, bulletins, found),
    )  # fmt: skip


def _arranged(site: Site, bulletins: "Bulletins", found: "Sheet") -> dict[str, Any]:
    """Return what a page tells of a draft: its sections, its reserve, what to look at."""
    draft, settings = found.draft, bulletins.settings
    today = site.clock.now().astimezone(settings.zone).date()
    names = site.regions(language())
    told = remarks(draft, found.found, found.lost, settings.digest, today=today, names=names)
    wanted = bulletins.kept()
    refused = {one for one, item in found.found.items() if item.refused}
    return {
        "draft": draft,
        "found": found.found,
        "sections": [(one, in_places(draft, one, found.found, told)) for one in draft.sections],
        "spare": _in_reserve(draft, wanted, refused),
        "wanted": wanted,
        "refused": refused,
        "remarks": [one for one in told if not one.item_id],
        "on_items": sum(bool(one.item_id) for one in told),
        "names": names,
        "order": stamp_of_order(draft),
    }


def _in_reserve(draft: Draft, wanted: Container[str], refused: Container[str]) -> list[Line]:
    """Return what is not in: what the team kept first, what it set aside last."""
    spare = (line for line in draft.lines if not line.keep)
    return sorted(spare, key=lambda one: (one.item_id in refused, one.item_id not in wanted))
