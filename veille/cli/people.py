"""How subscribers are shown to people and machines; an address is masked unless asked for whole."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_date
from rich.console import Group, RenderableType
from rich.text import Text

from veille.cli.speech import err, out
from veille.cli.tables import locale_name, table_of
from veille.clock import SystemClock
from veille.errors import UsageError, VeilleError
from veille.i18n import _, _n
from veille.store.subscribers import Purged, Subscribers
from veille.subscribers.addresses import mask
from veille.subscribers.arrivals import Fate
from veille.subscribers.choices import Frequency
from veille.subscribers.consent import Renewal
from veille.subscribers.people import State, Subscriber
from veille.subscribers.proof import basis_name
from veille.subscriptions import Imported, open_readers
from veille.workspace import Workspace, open_workspace


@contextmanager
def opened_readers(workspace: Path | None) -> Iterator[tuple[Workspace, Subscribers]]:
    """Open a workspace and its subscribers."""
    opened = open_workspace(workspace)
    with open_readers(opened) as readers:
        yield opened, readers


def now() -> datetime:
    """Return the present moment."""
    return SystemClock().now()


def the_one(readers: Subscribers, address: str) -> Subscriber:
    """Return the person with this address; raise an error (exit 1) when there is none."""
    found = readers.find(address)
    if found is None:
        raise VeilleError(
            _("They were erased: only a keyed hash is left.")
            if readers.was_erased(address)
            else _("Nobody by that address.")
        )
    return found


def wanted_state(state: str | None) -> State | None:
    """Return the state that was asked for; raise UsageError when it is none."""
    if state is None:
        return None
    there = [str(one) for one in State if one is not State.ERASED]
    if state not in there:
        raise UsageError(
            _("« {found} » is not one of {expected}").format(found=state, expected=", ".join(there))
        )
    return State(state)


def told(person: Subscriber, *, full: bool) -> dict[str, Any]:
    """Return a person for machines."""
    return {
        "id": person.subscriber_id,
        "address": person.address if full else mask(person.address),
        **({"name": person.name} if full else {}),
        "state": str(person.state),
        "since": person.since,
        "paused_until": person.paused_until,
        "domains": person.choices.domains,
        "regions": person.choices.regions,
        "language": str(person.choices.language),
        "frequency": str(person.choices.frequency),
    }


def people_table(
    found: Sequence[Subscriber],
    counts: Mapping[State, int],
    mailable: int,
    zone: ZoneInfo,
    *,
    full: bool,
) -> RenderableType:
    """People, a line each; how many there are in each state; how many may be written to now."""
    table = table_of(_("address"), _("state"), _("since"), _("language"), _("choices"))
    for one in found:
        chosen = one.choices
        codes = " ".join((*chosen.domains, *chosen.regions)) or _("everything")
        often = _("monthly") if chosen.frequency is Frequency.MONTHLY else _("weekly")
        table.add_row(
            Text(f"{one.address} {one.name}".strip() if full else mask(one.address)),
            state_word(one.state),
            _day(one.since, zone),
            chosen.language,
            f"{codes}, {often}",
        )
    summary = ", ".join(_counted(state_word(state), n) for state, n in counts.items() if n)
    if not summary:
        return Text(_("No subscriber yet."))
    return Group(table, Text(summary), Text(_counted(_("May be written to now"), mailable)))


def state_word(state: State) -> str:
    """Return what people call a state."""
    return {
        State.PENDING: _("to be confirmed"),
        State.ACTIVE: _("subscribed"),
        State.PAUSED: _("paused"),
        State.LEFT: _("unsubscribed"),
        State.BOUNCED: _("out of reach"),
        State.ERASED: _("erased"),
    }[state]


def fate_words(fate: Fate) -> str:
    """Say what became of somebody who was brought."""
    return {
        Fate.ADDED: _("added"),
        Fate.RENEWED: _("known already: this consent was added to the ledger"),
        Fate.KNOWN: _("known already, with this consent"),
        Fate.LEFT: _("left out: they unsubscribed, and only they can come back"),
        Fate.BOUNCED: _("left out: mail to them comes back"),
        Fate.ERASED: _("left out: they were erased, and only they can come back"),
    }[fate]


def import_report(done: Imported, *, dry_run: bool) -> RenderableType:
    """What an import came to: lines refused, then how many had each fate."""
    lines = [
        _("Line {number}: {problem}").format(number=number, problem=problem)
        for number, problem in done.refused.items()
    ]
    lines += [
        _("Line {number}: {problem}").format(number=number, problem=fate_words(fate))
        for number, fate in done.fates.items()
        if fate in {Fate.LEFT, Fate.BOUNCED, Fate.ERASED}
    ]
    if done.ignored:
        lines.append(_("Columns left aside: {names}.").format(names=", ".join(done.ignored)))
    for fate in (Fate.ADDED, Fate.RENEWED, Fate.KNOWN) if done.done or dry_run else ():
        if n := sum(one is fate for one in done.fates.values()):
            lines.append(_counted(fate_words(fate), n))
    n = len(done.refused)
    if n:
        lines.append(_n("{n} line is refused.", "{n} lines are refused.", n).format(n=n))
    if not done.done:
        lines.append(
            _("Nothing was imported: this was a rehearsal.")
            if dry_run
            else _("Nothing was imported. Mend these lines, or leave them out (--skip-refused).")
        )
    return Text("\n".join(lines))


def everything_screen(held: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """All rows held of a person, by table; empty columns left out."""
    lines = []
    for table, rows in held.items():
        for row in rows:
            full = {name: value for name, value in row.items() if value not in ("", None)}
            lines += [f"[{table}]", *(f"  {name}: {value}" for name, value in full.items())]
    return "\n".join(lines)


def renewal_told(one: Renewal, *, full: bool) -> dict[str, Any]:
    """Return a consent that ends soon, for machines."""
    return {
        **told(one.person, full=full),
        "basis": one.basis,
        "expires_at": one.expires_at,
        "reminded_at": one.reminded_at,
    }


def renewal_table(found: Sequence[Renewal], zone: ZoneInfo, *, full: bool) -> RenderableType:
    """Consents that end soon, a line each."""
    table = table_of(_("address"), _("basis"), _("holds until"), _("reminded"))
    for one in found:
        table.add_row(
            Text(one.person.address if full else mask(one.person.address)),
            basis_name(one.basis),
            _day(one.expires_at, zone),
            _day(one.reminded_at, zone) if one.reminded_at else "",
        )
    return table if found else Text(_("No consent ends soon."))


def send_reminders(workspace: Workspace, readers: Subscribers, days: int) -> int:
    """Write to those whose consent ends soon, say how many; return how many did not get it."""
    from veille.mailout.reminders import remind  # costs 0.3 s

    done = remind(workspace, readers, days=days, now=now())
    err.print(
        _("Reminders: {sent} sent, {put_off} put off, {refused} refused.").format(
            sent=done.sent, put_off=done.put_off, refused=done.refused
        )
    )
    return done.put_off + done.refused


def purge_words(done: Purged) -> str:
    """Say what the retention clock took, or would."""
    counted = ", ".join(_counted(state_word(state), n) for state, n in done.people.items())
    told = _("Too old to be kept: {counted}; consents ended: {lapsed}; links never used: {n}.")
    return told.format(counted=counted, lapsed=done.lapsed, n=done.sign_ups)


def tell_rewritten(rewritten: bool) -> None:
    """Say that erased bytes are gone; exit 1 when they may be there still."""
    if rewritten:
        out.print(_("Erased: no byte is left in the store. Backups of before still hold them."))
        return
    err.print(
        _("Erased, but another program held the file: bytes may be left. Do it again once it ends.")
    )
    raise typer.Exit(1)


def agreed(question: str) -> bool:
    """Ask; yes in French or English is yes, anything else is no."""
    answer = typer.prompt(question, default="", show_default=False, prompt_suffix=" ")
    return str(answer).strip().lower() in {"o", "oui", "y", "yes"}


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)  # one that was there may be open to others
        file.write(text)


def _counted(name: str, n: int) -> str:
    return _("{name}: {n}").format(name=name, n=n)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return str(format_date(at.astimezone(zone).date(), "d MMM y", locale=locale_name()))
