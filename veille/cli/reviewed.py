"""What people’s decisions add to how a watch stands: what waits for them, how right it judges.

What reads the catalogue takes longer to import than all the rest of « veille status » takes: only
where there is one.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from veille.errors import StoreError
from veille.health.situation import Flow, Situation
from veille.workspace import Workspace

if TYPE_CHECKING:
    from veille.store.desk import Desk

ENOUGH = 20
"""Decisions on a domain that the model gave, below which its precision is not told: chance alone
would move it by a fifth."""


def with_people(workspace: Workspace, found: Situation) -> Situation:
    """Return the situation with how much waits for review and, by domain, the share of the model's
    yeses that people confirm; as it is where nobody decided anything yet.

    Raises StoreError for a desk that cannot be read.
    """
    if not workspace.desk.is_file():
        return found
    from veille.digest.draft import DOMAINS
    from veille.model.decisions import in_force
    from veille.review.quality import quality
    from veille.store.desk import open_desk

    with open_desk(workspace.desk) as desk:
        rates = quality(in_force(desk.decisions.since()).values(), DOMAINS).all
        waiting = _waiting(workspace, desk, found.at)
    shares = {
        name: rate.precision.share
        for name, rate in rates.items()
        if name in DOMAINS and rate.hits + rate.false >= ENOUGH
    }
    return replace(
        found,
        queues=replace(found.queues, review=waiting),
        judging=replace(found.judging, quality=shares),
    )


def with_flow(workspace: Workspace, found: Situation) -> Situation:
    """Return the situation with how what comes in stands beside the half year before."""
    if not workspace.catalogue.is_dir():
        return found
    from veille.review.drift import BASELINE, RECENT, Seen, drift
    from veille.store.catalogue import TEAM, Snapshot
    from veille.store.catalogue.judged import judged_since

    today = found.at.date()
    try:
        with Snapshot(workspace.catalogue, TEAM) as catalogue:
            judged = judged_since(catalogue, today - RECENT - BASELINE)
    except StoreError:  # nothing is published, or by an engine before
        return found
    told = drift((Seen(*one) for one in judged), today)
    if not told.enough:
        return found
    shares = told.relevant.share, told.relevant_before.share
    flow = Flow(told.items, *shares, round(told.index, 3), told.drifted)
    return replace(found, judging=replace(found.judging, flow=flow))


def _waiting(workspace: Workspace, desk: "Desk", now: datetime) -> int | None:
    """Return how many stories wait for a reviewer; None before anything is published."""
    from veille.review.cases import OPEN, place_of
    from veille.store.catalogue import TEAM, Catalogue
    from veille.web.sight import Sight

    settings = workspace.settings
    later = timedelta(days=settings.review.later_days)
    try:
        with Catalogue(workspace.catalogue, TEAM) as catalogue:
            view = Sight().look(desk, catalogue, now, settings.zone, settings.review)
    except StoreError:
        return None
    places = (place_of(one.case, view.decided, view.day.until, later) for one in view.day.order)
    return sum(place in OPEN for place in places)
