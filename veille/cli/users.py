"""`veille users …`: who may sign in to the staff's pages, and what they may do there."""

from typing import Annotated

import typer

from veille.cli.localised import Command, Group
from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

app = typer.Typer(
    cls=Group,
    help=_("See, add, change, help and remove the staff’s accounts."),
    no_args_is_help=True,
)

NameArgument = Annotated[str, typer.Argument(help=_("Name of the account."), show_default=False)]
PassphraseOption = Annotated[
    bool,
    typer.Option("--passphrase", help=_("Type the passphrase here instead of getting a link.")),
]


@app.command("list", cls=Command, help=_("List the accounts."))
def list_(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    from veille.cli.accounts import accounts_table, opened_desk, told
    from veille.cli.speech import out, print_json

    with opened_desk(workspace) as (opened, desk):
        found = desk.accounts.all()
    if json:
        print_json([told(one) for one in found])
    else:
        out.print(accounts_table(found, opened.settings.zone))


@app.command(cls=Command)
def add(
    name: NameArgument,
    role: Annotated[
        str, typer.Option(help=_("reader, relay, reviewer, editor or admin."))
    ] = "reader",
    full_name: Annotated[str, typer.Option("--name", help=_("Their name."))] = "",
    email: Annotated[str, typer.Option(help=_("Their address, to recover the account."))] = "",
    passphrase: PassphraseOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.accounts import INVITED_HOURS, let_choose, noted, opened_desk, typed_passphrase
    from veille.cli.speech import out
    from veille.clock import SystemClock
    from veille.staff.accounts import Role, read_role
    from veille.subscribers.addresses import read_address

    wanted, address = read_role(role), read_address(email).text if email else ""
    typed = typed_passphrase(name, full_name) if passphrase else ""
    with opened_desk(workspace) as (opened, desk):
        now = SystemClock().now()
        made = desk.accounts.add(name, wanted, name=full_name, email=address, now=now)
        noted(desk, "account.add", made.handle, made.role.code)
        if made.role > wanted:
            assert made.role is Role.ADMIN
            out.print(_("The first account is an administrator’s."))
        let_choose(opened, desk, made, typed=typed, hours=INVITED_HOURS)


add.__doc__ = _(
    "Add an account: a link, shown once, lets its owner choose a passphrase. The first one is an "
    "administrator’s, whatever its role is said to be.\n\n"
    "Exit codes: 0 done; 2 the name is taken or cannot be one, or wrong use."
)


@app.command(cls=Command)
def role(
    name: NameArgument,
    role: Annotated[
        str,
        typer.Argument(help=_("reader, relay, reviewer, editor or admin."), show_default=False),
    ],
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.accounts import noted, opened_desk
    from veille.cli.speech import out
    from veille.staff.accounts import read_role

    with opened_desk(workspace) as (_opened, desk):
        before, wanted = desk.accounts.the(name), read_role(role)
        desk.accounts.set_role(before.handle, wanted)
        noted(desk, "account.role", before.handle, f"{before.role.code} → {wanted.code}")
    out.print(_("{name} is now: {role}.").format(name=before.handle, role=wanted.label))


role.__doc__ = _(
    "Give an account another role; what its owner has open obeys it at once.\n\n"
    "Exit codes: 0 done; 2 no such account or role, or the only administrator left."
)


@app.command(cls=Command)
def disable(name: NameArgument, workspace: WorkspaceOption = None) -> None:
    from veille.cli.accounts import noted, opened_desk
    from veille.cli.speech import out

    with opened_desk(workspace) as (_opened, desk):
        name = desk.accounts.the(name).handle
        desk.accounts.disable(name)
        noted(desk, "account.disable", name)
    out.print(_("{name} cannot sign in any more, and is signed out.").format(name=name))


disable.__doc__ = _(
    "Let somebody in no more, for now; their sessions and links end.\n\n"
    "Exit codes: 0 done; 2 no such account, or the only administrator left."
)


@app.command(cls=Command)
def enable(name: NameArgument, workspace: WorkspaceOption = None) -> None:
    from veille.cli.accounts import noted, opened_desk
    from veille.cli.speech import out

    with opened_desk(workspace) as (_opened, desk):
        name = desk.accounts.the(name).handle
        desk.accounts.enable(name)
        noted(desk, "account.enable", name)
    out.print(_("{name} can sign in again.").format(name=name))


enable.__doc__ = _("Let somebody in again.\n\nExit codes: 0 done; 2 no such account, or wrong use.")


@app.command(cls=Command)
def reset(
    name: NameArgument,
    passphrase: PassphraseOption = False,
    codes: Annotated[
        bool, typer.Option("--codes", help=_("Ask them for no code any more, too."))
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.accounts import RESET_HOURS, let_choose, noted, opened_desk, typed_passphrase

    with opened_desk(workspace) as (opened, desk):
        account = desk.accounts.the(name)
        typed = typed_passphrase(account.handle, account.name) if passphrase else ""
        if codes:
            desk.accounts.set_totp(account.handle, "", step=0)
            noted(desk, "account.code", account.handle, "off")
        let_choose(opened, desk, account, typed=typed, hours=RESET_HOURS)


reset.__doc__ = _(
    "Recover an account: a link, shown once and good for an hour, lets its owner choose another "
    "passphrase.\n\n"
    "Exit codes: 0 done; 2 no such account, it is disabled, or the passphrase will not do."
)


@app.command(cls=Command)
def remove(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.accounts import noted, opened_desk
    from veille.cli.people import agreed
    from veille.cli.speech import out
    from veille.clock import SystemClock

    with opened_desk(workspace) as (_opened, desk):
        account = desk.accounts.the(name)
        if not yes and not agreed(_("Remove this account, for good? [y/N]")):
            raise typer.Exit(1)
        desk.accounts.remove(account.handle, now=SystemClock().now())
        noted(desk, "account.remove", account.handle)
    out.print(
        _("Removed. Decisions stay signed {name}; nobody else can take that name.").format(
            name=account.handle
        )
    )


remove.__doc__ = _(
    "Remove an account: its owner’s name and address, and all that lets them in. What they decided "
    "keeps the account’s name.\n\n"
    "Exit codes: 0 done; 1 not agreed to; 2 no such account, or the only administrator left."
)
