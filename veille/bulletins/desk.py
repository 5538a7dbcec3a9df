"""What is done with an issue: compose it, add to it, look at it, approve it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from veille.bulletins.drafts import (
    DRAFT,
    candidates_of,
    draft_text,
    facts_of,
    load_draft,
    stamp_of,
)
from veille.bulletins.forms import rendered, write_forms
from veille.bulletins.place import Bulletins
from veille.bulletins.shelf import approved_issue, archive, freeze, refuse_approved
from veille.bulletins.turns import one_hand
from veille.digest.draft import (
    Draft,
    Line,
    compose,
    issue_from,
)
from veille.digest.draft_file import append_lines, write_draft
from veille.digest.months import month_before, month_issue
from veille.digest.typography import inert_line
from veille.digest.weeks import Leaves, monday_of, week_of, when_due
from veille.errors import ConfigError, Outdated, UsageError
from veille.files import write
from veille.i18n import _
from veille.model.bulletin import Approved, Issue
from veille.stories import story_id

AUTOMATIC = "auto"
_FAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Built:
    """What composing made: the draft as it stands, whether it is new, how many items were added."""

    week: str
    path: Path
    draft: Draft
    is_new: bool = False
    added: int = 0
    left_out: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where an issue stands: `state` is none, draft, approved or sent late (held)."""

    week: str
    state: str
    kept: int = 0
    offered: int = 0
    approved: Approved | None = None
    leaves: Leaves | None = None


def current_week(bulletins: Bulletins, now: datetime) -> str:
    """Return the week that it is in the workspace's time zone."""
    return week_of(now.astimezone(bulletins.settings.zone).date())


def build(
    bulletins: Bulletins, week: str, now: datetime, kept: Mapping[str, str] | None = None
) -> Built:
    """Compose a week's draft from the newest catalogue, or add to it what is new since.

    What a person wrote stays as it is: newcomers go to the end, not kept unless this workspace
    approves by itself. `kept` are the items that the team kept, with their notes; unless given,
    those of the desk. Raises UsageError for an approved week or one beyond a year, ConfigError for
    a draft that cannot be read, StoreError without catalogue.
    """
    refuse_far(bulletins, week, now)
    with one_hand(bulletins):
        ours = bulletins.kept() if kept is None else kept
        return _build(bulletins, week, now, ours)


def _build(bulletins: Bulletins, week: str, now: datetime, kept: Mapping[str, str]) -> Built:
    refuse_approved(bulletins, week)
    path = bulletins.folder / week / DRAFT
    draft = load_draft(bulletins, week) if path.is_file() else None
    there = {line.item_id for line in draft.lines} if draft else set()
    found = candidates_of(bulletins, week, [*kept, *there])
    fresh = compose(
        found,
        week,
        draft.number if draft else _next_number(bulletins, week),
        bulletins.settings.digest,
        kept=kept,
        told=told_before(bulletins, week),
        there=there,
        today=now.astimezone(bulletins.settings.zone).date(),
    )
    facts = facts_of(bulletins, found, fresh.lines)
    if draft is None:
        write(path, write_draft(fresh, facts))
        return Built(week, path, fresh, is_new=True, added=len(fresh.lines))
    if fresh.lines:
        lines = _newcomers(bulletins, draft, fresh)
        write(path, append_lines(path.read_text(encoding="utf-8-sig"), lines, facts))
        draft = load_draft(bulletins, week)
    _issue, left_out = draft_issue(bulletins, week)
    return Built(week, path, draft, added=len(fresh.lines), left_out=left_out)


def draft_issue(bulletins: Bulletins, week: str) -> tuple[Issue, tuple[Line, ...]]:
    """Return the issue that the draft makes now, and its kept lines that are not in it.

    Those were withdrawn from the catalogue since, set aside by a person, or told by an issue
    approved since.
    """
    draft = load_draft(bulletins, week)
    found = candidates_of(bulletins, week, [line.item_id for line in draft.lines])
    told = told_before(bulletins, week)
    return issue_from(draft, found, bulletins.settings.digest, told)


def approve(
    bulletins: Bulletins, week: str, by: str, now: datetime, *, seen: str | None = None
) -> Approved:
    """Freeze a week's draft as its issue, and write it in all its forms.

    `seen` is the stamp of the draft that was looked at (`stamp_of`): another one is not approved.
    Raises UsageError when the week is approved already or its draft keeps nothing, Outdated for a
    draft changed since, ConfigError for one that cannot be read, a template, or a number that
    another issue bears.
    """
    with one_hand(bulletins):
        refuse_approved(bulletins, week)
        if seen is not None and seen != stamp_of(draft_text(bulletins, week)):
            raise Outdated(
                _("The draft changed since you looked at it: it is not approved."),
                _("Look at it again."),
            )
        return _approve(bulletins, week, by, now)


def _approve(bulletins: Bulletins, week: str, by: str, now: datetime) -> Approved:
    refuse_approved(bulletins, week)
    issue, _left_out = draft_issue(bulletins, week)
    if not issue.pieces:
        raise UsageError(
            _("The draft of week {week} keeps nothing: there is nothing to send.").format(
                week=week
            ),
            _("Write « keep: yes » for what should go in."),
        )
    _refuse_number(bulletins, issue)
    approved = Approved(issue, inert_line(by), now)
    written = rendered(bulletins, approved.issue, now)  # before: a template may not do
    write_forms(bulletins.folder / week, written)  # on a full disk nothing is approved
    freeze(bulletins, approved)
    return approved


def told_before(bulletins: Bulletins, week: str) -> frozenset[str]:
    """Return the ids of all that the approved issues of other weeks told.

    Those of the stories that begin with one of these items are among them: what was told alone may
    be told by others later, when the catalogue holds it under a story for the first time.
    """
    issues = (one.issue for one in archive(bulletins) if one.issue.name != week)
    told = {name for issue in issues for piece in issue.pieces for name in piece.ids}
    return frozenset(told.union(map(story_id, told)))


def appeared(bulletins: Bulletins) -> dict[str, str]:
    """Return the items that approved issues of weeks told, each with the first issue that did.

    They are published ones, whatever else the desk says of their state.
    """
    return {
        piece.item_id: one.issue.name
        for one in archive(bulletins)  # the newest first
        for piece in one.issue.pieces
    }


def close_month(bulletins: Bulletins, now: datetime) -> Approved | None:
    """Put together the issue of the month that is over, if its weeks have one and it was not yet.

    Its weeks were approved, so it is.
    """
    month = month_before(now.astimezone(bulletins.settings.zone).date())
    with one_hand(bulletins):
        if approved_issue(bulletins, month):
            return None
        settings = bulletins.settings
        issue = month_issue(month, archive(bulletins), settings.digest.send_on, settings.zone)
        if issue is None or not issue.pieces:
            return None
        approved = Approved(issue, AUTOMATIC, now)
        written = rendered(bulletins, issue, now)  # before: a template may not do
        write_forms(bulletins.folder / month, written)
        freeze(bulletins, approved)
        return approved


def state_of(bulletins: Bulletins, week: str, now: datetime) -> State:
    """Return where a week's issue stands; raise ConfigError or StoreError for a broken one."""
    settings = bulletins.settings
    if approved := approved_issue(bulletins, week):
        due = when_due(week, now, settings.digest, settings.zone)
        return State(week, "approved", len(approved.issue.pieces), 0, approved, due)
    if not (bulletins.folder / week / DRAFT).is_file():
        return State(week, "none")
    draft = load_draft(bulletins, week)
    return State(week, "draft", len(draft.kept), len(draft.lines))


def refuse_far(bulletins: Bulletins, week: str, now: datetime) -> None:
    """Raise UsageError for a week more than a year ahead: a year mistyped."""
    today = now.astimezone(bulletins.settings.zone).date()
    if monday_of(week) > today + _FAR:
        raise UsageError(
            _("Week {week} is more than a year ahead: is its year right?").format(week=week)
        )


def _newcomers(bulletins: Bulletins, draft: Draft, fresh: Draft) -> list[Line]:
    """Return what is new since a draft was made; a person says what of it goes in."""
    settings = bulletins.settings.digest
    room = max(0, settings.cap - len(draft.kept)) if settings.approve == "auto" else 0
    return [replace(line, keep=line.keep and n < room) for n, line in enumerate(fresh.lines)]


def _refuse_number(bulletins: Bulletins, issue: Issue) -> None:
    """Raise ConfigError where an issue approved before bears the same number."""
    for one in archive(bulletins):
        if one.issue.number == issue.number and one.issue.name != issue.name:
            path = bulletins.folder / issue.name / DRAFT
            told = _("« number: {number} » is that of the issue of week {week}; give it another")
            raise ConfigError(
                _("{path} cannot be used:").format(path=path),
                (told.format(number=issue.number, week=one.issue.name),),
            )


def _next_number(bulletins: Bulletins, week: str) -> int:
    """Return the number after that of the issue before; of a week made up for, one still free."""
    by_week = {one.issue.name: one.issue.number for one in archive(bulletins)}
    before = max((number for name, number in by_week.items() if name < week), default=0)
    return next(number for number in count(before + 1) if number not in by_week.values())
