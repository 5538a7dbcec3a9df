"""`veille subscribers …`: those who read the bulletin; their consents, proved; their departure."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli import bounces
from veille.cli.localised import Command, Group
from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

app = typer.Typer(
    cls=Group,
    help=_("See, add, import, export, prove and erase subscribers."),
    no_args_is_help=True,
)

AddressArgument = Annotated[str, typer.Argument(help=_("An e-mail address."), show_default=False)]
BasisOption = Annotated[
    str, typer.Option(help=_("Basis of consent: express, inquiry, membership or purchase."))
]
DateOption = Annotated[str, typer.Option("--date", help=_("Day of that consent, as 2026-05-04."))]
EvidenceOption = Annotated[str, typer.Option(help=_("Where its proof is, in your words."))]
FullOption = Annotated[bool, typer.Option("--full", help=_("Show whole addresses and names."))]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help=_("Say what would be done, and do nothing."))
]


@app.command("list", cls=Command, help=_("List the subscribers, their addresses masked."))
def list_(
    state: Annotated[
        str | None, typer.Option(help=_("pending, active, paused, left or bounced."))
    ] = None,
    full: FullOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.people import now, opened_readers, people_table, told, wanted_state
    from veille.cli.speech import out, print_json

    with opened_readers(workspace) as (opened, readers):
        found = readers.people(wanted_state(state))
        counts = readers.counts()
        mailable = sum(len(audience.people) for audience in readers.mailable(now()))
    if json:
        people = [told(one, full=full) for one in found]
        print_json({"counts": counts, "mailable": mailable, "people": people})
    else:
        out.print(people_table(found, counts, mailable, opened.settings.zone, full=full))


@app.command(cls=Command)
def add(
    address: AddressArgument,
    basis: BasisOption = "",
    date: DateOption = "",
    evidence: EvidenceOption = "",
    name: Annotated[str, typer.Option(help=_("Their name."))] = "",
    language: Annotated[str, typer.Option(help=_("fr or en."))] = "fr",
    frequency: Annotated[str, typer.Option(help=_("weekly or monthly."))] = "weekly",
    domain: Annotated[list[str] | None, typer.Option(help=_("A domain; all by default."))] = None,
    region: Annotated[list[str] | None, typer.Option(help=_("A region; all by default."))] = None,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.people import fate_words, now, opened_readers
    from veille.cli.speech import out
    from veille.subscribers.addresses import read_address
    from veille.subscribers.arrivals import Arrival, Fate
    from veille.subscribers.choices import Choices
    from veille.subscribers.spreadsheet import Defaults, declared_consent
    from veille.subscriptions import add_person, known_codes

    declared = declared_consent({}, Defaults(basis, date, evidence))
    with opened_readers(workspace) as (opened, readers):
        known = known_codes(opened)
        chosen = Choices.of(domain or (), region or (), language, frequency, known=known)
        arrival = Arrival(read_address(address), declared, chosen, name)
        fate = add_person(readers, arrival, now=now())
    out.print(fate_words(fate), markup=False)
    if fate not in {Fate.ADDED, Fate.RENEWED, Fate.KNOWN}:
        raise typer.Exit(1)


add.__doc__ = _(
    "Add somebody who consented, with the basis that proves it.\n\n"
    "Exit codes: 0 done; 1 they left, were erased or cannot be reached; 2 no basis, or wrong use."
)


@app.command("import", cls=Command)
def import_(
    file: Annotated[Path, typer.Argument(help=_("A CSV file."), show_default=False)],
    basis: BasisOption = "",
    date: DateOption = "",
    evidence: EvidenceOption = "",
    dry_run: DryRunOption = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help=_("Import the others when lines are refused."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.people import import_report, now, opened_readers
    from veille.cli.speech import out, print_json
    from veille.subscribers.spreadsheet import Defaults
    from veille.subscriptions import import_people

    with opened_readers(workspace) as (opened, readers):
        done = import_people(
            opened,
            readers,
            file,
            Defaults(basis, date, evidence),
            now=now(),
            dry_run=dry_run,
            skip_refused=skip_refused,
        )
    if json:
        print_json(done)
    else:
        out.print(import_report(done, dry_run=dry_run))
    if done.refused and not skip_refused:
        raise typer.Exit(1)


import_.__doc__ = _(
    "Import people from a CSV file, each with a declared basis of consent.\n\n"
    "Columns: address, name, language, frequency, domains, regions, basis, date, evidence; the "
    "last three may be given once for the whole file. Those who left or were erased stay out. "
    "The file goes in whole or not at all.\n\n"
    "Exit codes: 0 done; 1 lines are refused and nothing was imported; 2 wrong use."
)


@app.command(cls=Command, help=_("Write active subscribers and their choices as CSV."))
def export(
    file: Annotated[Path | None, typer.Argument(help=_("Where to write it."))] = None,
    state: Annotated[
        str, typer.Option(help=_("pending, active, paused, left or bounced."))
    ] = "active",
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.people import opened_readers, wanted_state, write_private
    from veille.subscribers.spreadsheet import write_people

    with opened_readers(workspace) as (_opened, readers):
        written = write_people(readers.people(wanted_state(state)))
    if file is None:
        typer.echo(written, nl=False)
    else:
        write_private(file, written)


@app.command(cls=Command)
def show(
    address: AddressArgument, json: JsonOption = False, workspace: WorkspaceOption = None
) -> None:
    from veille.cli.people import everything_screen, opened_readers, the_one
    from veille.cli.speech import out, print_json

    with opened_readers(workspace) as (_opened, readers):
        held = readers.everything(the_one(readers, address).subscriber_id)
    if json:
        print_json(held)
    else:
        out.print(everything_screen(held), markup=False)


show.__doc__ = _(
    "Show all that is held of one person, for whoever asks what is known of them.\n\n"
    "Exit codes: 0 done; 1 nobody by that address; 2 wrong use."
)


@app.command(cls=Command)
def proof(
    address: AddressArgument, json: JsonOption = False, workspace: WorkspaceOption = None
) -> None:
    from veille.cli.people import now, opened_readers, the_one
    from veille.cli.speech import out, print_json
    from veille.subscriptions import proof_of

    with opened_readers(workspace) as (opened, readers):
        found = proof_of(readers, the_one(readers, address), now=now())
    if json:
        print_json(found.told())
    else:
        out.print(found.words(opened.settings.zone), markup=False, end="")


proof.__doc__ = _(
    "Show the proof of one person’s consent: what they agreed to, when, by what words.\n\n"
    "Exit codes: 0 done; 1 nobody by that address; 2 wrong use."
)


@app.command(cls=Command)
def leave(address: AddressArgument, workspace: WorkspaceOption = None) -> None:
    from veille.cli.people import now, opened_readers, the_one
    from veille.cli.speech import out
    from veille.subscriptions import ACTOR

    with opened_readers(workspace) as (_opened, readers):
        person = the_one(readers, address)
        readers.leave(person.subscriber_id, actor=ACTOR, way="leave", now=now())
    out.print(_("Unsubscribed: nothing more is sent to them."))


leave.__doc__ = _(
    "Unsubscribe somebody who asked for it otherwise than by their link.\n\n"
    "Exit codes: 0 done, or done before; 1 nobody by that address; 2 wrong use."
)


@app.command(cls=Command)
def erase(
    address: AddressArgument,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.people import agreed, now, opened_readers, tell_rewritten
    from veille.cli.speech import out

    with opened_readers(workspace) as (_opened, readers):
        if readers.find(address) is None and not readers.was_erased(address):
            out.print(_("Nobody by that address."))
            raise typer.Exit(1)
        if not yes and not agreed(_("Erase all that is held of them, for good? [y/N]")):
            raise typer.Exit(1)
        readers.erase(address, now=now())
        tell_rewritten(readers.rewrite())


erase.__doc__ = _(
    "Erase a person: no byte of theirs stays, only a keyed hash that keeps imports from bringing "
    "them back. Said again, it makes sure of the bytes.\n\n"
    "Exit codes: 0 done; 1 nobody by that address, or bytes may be left; 2 wrong use."
)


@app.command(cls=Command)
def due(
    days: Annotated[
        int | None, typer.Option(min=1, help=_("Days ahead; see subscribers.reminder_days."))
    ] = None,
    remind: Annotated[
        bool, typer.Option("--remind", help=_("Write to those who were not reminded yet."))
    ] = False,
    full: FullOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.people import now, opened_readers, renewal_table, renewal_told, send_reminders
    from veille.cli.speech import out, print_json

    with opened_readers(workspace) as (opened, readers):
        ahead = days or opened.settings.subscribers.reminder_days
        put_off = send_reminders(opened, readers, ahead) if remind else 0
        found = readers.renewals_due(now(), days=ahead)
    if json:
        print_json([renewal_told(one, full=full) for one in found])
    else:
        out.print(renewal_table(found, opened.settings.zone, full=full))
    if put_off:
        raise typer.Exit(1)


due.__doc__ = _(
    "List those whose implied consent ends soon, and ask them (--remind) whether to go on.\n\n"
    "Exit codes: 0 done; 1 some reminders could not be sent; 2 wrong use or settings."
)


@app.command(cls=Command)
def purge(
    dry_run: DryRunOption = False, json: JsonOption = False, workspace: WorkspaceOption = None
) -> None:
    from veille.cli.people import now, opened_readers, purge_words, tell_rewritten
    from veille.cli.speech import out, print_json

    with opened_readers(workspace) as (_opened, readers):
        done = readers.purge(now=now(), dry_run=dry_run)
    if json:
        print_json(done)
    else:
        out.print(purge_words(done))
    if not done.rewritten:
        tell_rewritten(False)


purge.__doc__ = _(
    "Erase what is too old to be kept: sign-ups never confirmed, people who left or bounced long "
    "ago (subscribers.pending_days, left_months, bounced_months).\n\n"
    "Exit codes: 0 done; 1 bytes may be left; 2 wrong use."
)


app.command("bounces", cls=Command)(bounces.bounces)
