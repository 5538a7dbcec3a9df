"""What the commands on bulletins show, for people and for machines."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from veille.bulletins import Built, Bulletins, Rendered, State, current_week
from veille.clock import SystemClock
from veille.deliver.readiness import why_nothing_leaves
from veille.digest.draft import DOMAINS, Draft, Line
from veille.digest.excerpts import used
from veille.digest.typography import spoken_day, spoken_hour
from veille.digest.view import section_name
from veille.digest.weeks import Leaves, leaves_at, monday_of, when_due
from veille.errors import UsageError
from veille.i18n import LANGUAGES, _, _n, language
from veille.model.bulletin import Approved, Piece
from veille.sources.registry import load_sources
from veille.workspace import open_workspace


def opened(workspace: Path | None, week: str | None) -> tuple[Bulletins, str, datetime]:
    """Return a workspace's bulletins, the week asked for (this one by default) and the moment."""
    found = open_workspace(workspace)
    bulletins = Bulletins.of(found.root, found.settings, load_sources(found.sources))
    now = SystemClock().now()
    named = week or current_week(bulletins, now)
    monday_of(named)
    return bulletins, named, now


def checked_audience(
    bulletins: Bulletins, domains: Collection[str], regions: Collection[str], edition: str
) -> None:
    """Raise UsageError for a domain, region or language that is not one."""
    for found, known in (
        (domains, DOMAINS),
        (regions, bulletins.names("fr")),
        ([edition], LANGUAGES),
    ):
        for one in found:
            if one not in known:
                shown = ", ".join(list(known)[:10]) + ("…" if len(known) > 10 else "")
                raise UsageError(
                    _("« {found} » is not one of {expected}").format(found=one, expected=shown)
                )


def built_lines(built: Built) -> RenderableType:
    """What composing made, and what to do next."""
    kept, offered = len(built.draft.kept), len(built.draft.lines)
    if built.is_new:
        told = _("Draft of week {week} composed: {kept}.")
    elif built.added:
        told = _n(
            "{added} item added at the end of the draft of week {week}; the rest is as it was.",
            "{added} items added at the end of the draft of week {week}; the rest is as it was.",
            built.added,
        )
    else:
        told = _("Nothing new for the draft of week {week}: {kept}.")
    lines = [told.format(week=built.week, kept=_kept(kept, offered), added=built.added)]
    if not kept:
        lines.append(_("Nothing is kept: nothing would be sent this week."))
    lines += left_lines(built.left_out)
    lines += [str(built.path), _("Edit it, look with « veille digest preview », then approve.")]
    return Text("\n".join(lines))


def preview_screen(
    made: Rendered, told: Sequence[str], folder: Path, names: Mapping[str, str]
) -> RenderableType:
    """What is in an edition, what was taken from whom, what to look at, and where its files are."""
    items = _table(_("section"), _("title"), _("source"), _("region"))
    for section in made.edition.sections:
        for piece in section.pieces:
            regions = ", ".join(names.get(one, one) for one in piece.regions)
            items.add_row(section_name(section.id), piece.title, piece.source, regions)
    taken = _table(_("source"), _("policy"), _("articles"), _("words quoted"))
    for one in used(made.edition.pieces):
        taken.add_row(one.source, one.policy, str(one.pieces), str(one.words))
    weight = len(made.mail.html.encode()) / 1000
    lines = [*told]
    if not made.edition.pieces:
        lines.append(_("Nothing for this audience: nothing would be sent to it."))
    lines += [
        _("Subject: {subject}").format(subject=made.mail.subject),
        _("{folder}: mail.html ({weight} kB), mail.txt, web.html, calendar.ics").format(
            folder=folder, weight=f"{weight:.0f}"
        ),
    ]
    return Group(items, Text(""), taken, Text(""), Text("\n".join(lines)))


def approved_lines(
    bulletins: Bulletins, approved: Approved, draft: Draft, now: datetime
) -> RenderableType:
    """Say that an issue is approved, what of its draft is not in it, and when it leaves."""
    issue = approved.issue
    pieces = len(issue.pieces)
    first = _n(
        "Issue {number} ({week}) approved by {by}: {n} item.",
        "Issue {number} ({week}) approved by {by}: {n} items.",
        pieces,
    ).format(number=issue.number, week=issue.name, by=approved.by, n=pieces)
    settings = bulletins.settings
    due = when_due(issue.name, now, settings.digest, settings.zone)
    told = {piece.item_id for piece in issue.pieces}
    left = left_lines([line for line in draft.kept if line.item_id not in told])
    past = past_lines(issue.pieces, now.astimezone(settings.zone).date())
    return Text("\n".join((first, *left, *past, _leaving(bulletins, issue.name, due))))


def state_lines(
    bulletins: Bulletins, state: State, before: Sequence[Approved], *, queued: bool = False
) -> RenderableType:
    """Where an issue stands, and those before it; when it leaves, unless it was `queued`."""
    zone = bulletins.settings.zone
    if state.approved and state.leaves:
        first = approved_words(state.approved, zone)
        if not queued:
            first = f"{first}\n{_leaving(bulletins, state.week, state.leaves)}"
    elif state.state == "draft":
        first = _("{week}: a draft, {kept}; it waits for approval.").format(
            week=state.week, kept=_kept(state.kept, state.offered)
        )
    else:
        first = _("{week}: no draft yet; « veille digest build » composes it.").format(
            week=state.week
        )
    return Text("\n".join([first, *(approved_words(one, zone) for one in before)]))


def approved_words(approved: Approved, zone: tzinfo) -> str:
    """Say in a line what was approved, when, by whom."""
    n = len(approved.issue.pieces)
    return _n(
        "{week}: no. {number}, {n} item, approved by {by} on {day}",
        "{week}: no. {number}, {n} items, approved by {by} on {day}",
        n,
    ).format(
        week=approved.issue.name,
        number=approved.issue.number,
        n=n,
        by=approved.by,
        day=spoken_day(approved.at.astimezone(zone).date(), language(), year=True),
    )


def state_json(bulletins: Bulletins, state: State, before: Sequence[Approved]) -> dict[str, Any]:
    """Return the same, and what was taken from whom, for machines."""
    settings = bulletins.settings
    taken = used(state.approved.issue.pieces) if state.approved else []
    return {
        "week": state.week,
        "state": state.state,
        "kept": state.kept,
        "offered": state.offered,
        "approved_by": state.approved.by if state.approved else None,
        "approved_at": state.approved.at if state.approved else None,
        "leaves": state.leaves,
        "leaves_at": leaves_at(state.week, settings.digest, settings.zone),
        "used": taken,
        "before": [one.issue.name for one in before],
    }


def _leaving(bulletins: Bulletins, week: str, due: Leaves) -> str:
    settings = bulletins.settings
    if why := why_nothing_leaves(settings):
        return why
    at = leaves_at(week, settings.digest, settings.zone)
    day = spoken_day(at.date(), language(), weekday=True)
    return {
        Leaves.LATER: _("It leaves on {day} at {hour}.").format(
            day=day, hour=spoken_hour(at, language())
        ),
        Leaves.NOW: _("It leaves with the next send."),
        Leaves.HELD: _("Its week is over: it leaves only if somebody sends it."),
    }[due]


def left_lines(lines: Sequence[Line]) -> list[str]:
    """Say which items a draft keeps in vain."""
    told = _("Left out, withdrawn, set aside or told before: {title}")
    return [told.format(title=line.title or line.item_id) for line in lines]


def past_lines(pieces: Sequence[Piece], today: date) -> list[str]:
    """Say which calls and events are over: their day may have been mistyped."""
    return [
        _("Its day is past, {day}: {title}").format(
            day=spoken_day(piece.deadline, language(), year=True), title=piece.title
        )
        for piece in pieces
        if piece.deadline and piece.deadline < today
    ]


def _kept(kept: int, offered: int) -> str:
    words = _n("{kept} item kept of {offered}", "{kept} items kept of {offered}", kept)
    return words.format(kept=kept, offered=offered)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
