"""What was decided today, by whom, each with its undoing; and how much was decided day by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from veille.i18n import _
from veille.model.decisions import Decision
from veille.review.told import decision_told
from veille.web.routes import shown
from veille.web.site import SiteHere
from veille.web.staff.review.cards import Names, names_of
from veille.web.staff.review.queue import Room, due, room
from veille.web.staff.shell import Reviewer, staff_page

router = APIRouter(include_in_schema=False)

DAYS = 14
"""Days of which the work is counted."""

_MOST = 300  # acts on the page, the newest


@dataclass(frozen=True, slots=True)
class Act:
    """One gesture as it is told: of several items by the first, `more` says how many others."""

    act: str
    at: datetime
    author: str
    told: str
    item_id: str
    title: str
    more: int
    undone: bool
    undoes: bool


@dataclass(frozen=True, slots=True)
class Day:
    """How many gestures were made in a day, and how many items they decided on."""

    day: date
    gestures: int
    items: int


@shown(router, "/review/done")
def done(request: Request, site: SiteHere, who: Reviewer) -> Response:
    """List what was decided today, last first, and count what was decided each day, together."""
    zone = site.workspace.settings.zone
    with room(site, who) as here:
        today = here.view.day.since
        made = here.desk.decisions.made_since(today - timedelta(days=DAYS - 1))
        blind = {item.item_id for case in due(here) for item in case.items}
        told = [one for one in made if one.at >= today and one.item_id not in blind]
        cases = here.view.day.cases_with(here.catalogue, {one.item_id for one in told})
        titles = {item.item_id: item.title for case in cases for item in case.items}
        acts = acts_of(told, titles, names_of(here.regions, []), made) + _ruled(here, today)
        acts.sort(key=lambda one: one.at)
        people = {one.handle: one.name or one.handle for one in here.desk.accounts.all()}
        return staff_page(
            request, site, who, "review/done", here="/review/done",
            acts=acts[: -_MOST - 1 : -1], people=people,
            days=days_of(made, today.date(), zone), zone=zone,
        )  # fmt: skip


def acts_of(
    decisions: Sequence[Decision],
    titles: Mapping[str, str],
    names: Names,
    before: Iterable[Decision] = (),
) -> list[Act]:
    """Return the gestures that these decisions were; what was undone is marked.

    An undoing tells what it undid, as far as that is among these or those `before`.
    """
    by_act = _by_act(decisions)
    known = _by_act(before) | by_act
    undone = {one.undoes for one in decisions if one.undoes}
    return [
        _act(made, titles, _told(made, known, names), undone=act in undone)
        for act, made in by_act.items()
    ]


def days_of(decisions: Iterable[Decision], today: date, zone: ZoneInfo) -> list[Day]:
    """Count what was decided in each of the last days, the last first; undoings are no work."""
    found: dict[date, list[Decision]] = defaultdict(list)
    for one in decisions:
        if one.undoes is None:
            found[one.at.astimezone(zone).date()].append(one)
    days = [today - timedelta(days=back) for back in range(DAYS)]
    return [
        Day(
            day,
            len({one.act for one in found[day]}),
            len({one.item_id for one in found[day]}),
        )
        for day in days
    ]


def _by_act(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    by_act: dict[str, list[Decision]] = defaultdict(list)
    for one in decisions:
        by_act[one.act].append(one)
    return dict(by_act)


def _told(made: Sequence[Decision], known: Mapping[str, Sequence[Decision]], names: Names) -> str:
    """Say what a gesture did to its first item; of an undoing what was undone, of an undoing's
    undoing what holds again."""
    first = made[0]
    undone = known.get(first.undoes or "", made)
    is_again = bool(first.undoes and undone[0].undoes and undone is not made)
    told = decision_told(
        (one for one in (made if is_again else undone) if one.item_id == first.item_id), names
    )
    if not first.undoes:
        return told
    return (_("Again: {what}") if is_again else _("Undone: {what}")).format(what=told)


def _act(made: Sequence[Decision], titles: Mapping[str, str], told: str, *, undone: bool) -> Act:
    first = made[0]
    items = {one.item_id for one in made}
    return Act(
        first.act,
        first.at,
        first.author,
        told,
        first.item_id,
        titles.get(first.item_id, first.item_id),
        len(items) - 1,
        undone,
        first.undoes is not None,
    )


def _ruled(here: Room, today: datetime) -> list[Act]:
    """Return today's merging and splitting of stories."""
    acts = {one.act: one for one in here.desk.rulings.since() if one.at >= today}
    cases = here.view.day.cases_with(here.catalogue, {one.one for one in acts.values()})
    titles = {item.item_id: item.title for case in cases for item in case.items}
    words = {
        True: _("Merged into one story"),
        False: _("Taken out of the story"),
        None: _("Undone: story"),
    }
    return [
        Act(one.act, one.at, one.author, words[one.together], one.one,
            titles.get(one.one, one.one), 0, False, one.together is None)
        for one in acts.values()
    ]  # fmt: skip
