"""Compose: the week's draft from the newest catalogue, on its day."""

from datetime import datetime

from veille.bulletins import (
    AUTOMATIC,
    Bulletins,
    State,
    approve,
    build,
    close_month,
    current_week,
    state_of,
)
from veille.digest.weeks import day_in, leaves_at
from veille.errors import FailureKind
from veille.pipeline import Run


def compose(run: Run) -> None:
    """Compose the week's draft where there is none yet, and the issue of a month that is over.

    A draft that is there is its editor's: it is left alone. A week without anything to send, or
    whose hour came before its approval, is told with the run's failures.
    """
    bulletins = Bulletins.of(run.models.parent, run.settings, run.sources)
    now = run.clock.now()
    if close_month(bulletins, now):
        run.tally.new += 1
    week = current_week(bulletins, now)
    is_new, state = False, state_of(bulletins, week, now)
    if state.state == "none" and _its_day_came(run, week, now):
        build(bulletins, week, now)
        run.tally.done += 1
        is_new, state = True, state_of(bulletins, week, now)
        if not state.kept:
            run.failure(week, FailureKind.EMPTY_WEEK)
    if state.state == "draft" and state.kept:
        _see_to_approval(run, bulletins, state, now, is_new=is_new)


def _its_day_came(run: Run, week: str, now: datetime) -> bool:
    today = now.astimezone(run.settings.zone).date()
    return run.options.force or today >= day_in(week, run.settings.digest.compose_on)


def _see_to_approval(
    run: Run, bulletins: Bulletins, state: State, now: datetime, *, is_new: bool
) -> None:
    if run.settings.digest.approve == "auto":
        approve(bulletins, state.week, AUTOMATIC, now)
        run.tally.new += 1
    elif not is_new and now >= leaves_at(state.week, run.settings.digest, run.settings.zone):
        run.failure(state.week, FailureKind.NOT_APPROVED)
