"""How the staff's accounts are opened, shown and helped from a terminal."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from getpass import getpass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.table import Table

from veille.cli.speech import err, out
from veille.cli.tables import table_of
from veille.clock import SystemClock
from veille.errors import UsageError
from veille.i18n import _, _n
from veille.staff.accounts import Account
from veille.staff.passphrases import check_passphrase, hash_passphrase
from veille.store.desk import Desk, open_desk
from veille.store.desk.audit import TERMINAL
from veille.workspace import Workspace, open_workspace

INVITED_HOURS: Final = 72
RESET_HOURS: Final = 1


@contextmanager
def opened_desk(workspace: Path | None) -> Iterator[tuple[Workspace, Desk]]:
    """Open a workspace and its desk."""
    opened = open_workspace(workspace)
    with open_desk(opened.var / "desk.sqlite") as desk:
        yield opened, desk


def noted(desk: Desk, what: str, handle: str, detail: str = "") -> None:
    """Write down in the audit trail what a command did to an account."""
    desk.audit.note(TERMINAL, what, handle, detail, now=SystemClock().now())


def told(account: Account) -> dict[str, Any]:
    """Return an account for machines; nothing that lets anybody in."""
    return {
        "name": account.handle,
        "full_name": account.name,
        "email": account.email,
        "role": account.role.code,
        "disabled": account.is_disabled,
        "passphrase": account.has_passphrase,
        "code": account.has_totp,
        "created_at": account.created_at,
        "last_sign_in": account.seen_at,
    }


def accounts_table(accounts: Sequence[Account], zone: ZoneInfo) -> Table | str:
    """Return the accounts for people."""
    if not accounts:
        return _("There is no account yet. « veille users add NAME » makes the first one.")
    table = table_of(_("Account"), _("Name"), _("Role"), _("State"), _("Code"), _("Last sign-in"))
    for one in accounts:
        seen = one.seen_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if one.seen_at else "–"
        code = _("yes") if one.has_totp else _("no")
        table.add_row(one.handle, one.name or "–", one.role.label, _state(one), code, seen)
    return table


def typed_passphrase(*about: str) -> str:
    """Return a passphrase typed twice and not shown, or the line that a program hands over.

    Raises UsageError for one that will not do.
    """
    if sys.stdin.isatty():
        passphrase = getpass(_("Passphrase: "))
        if passphrase != getpass(_("Once more: ")):
            raise UsageError(_("The two are not the same."))
    else:
        passphrase = sys.stdin.readline().rstrip("\r\n")
    check_passphrase(passphrase, about=about)
    return passphrase


def let_choose(
    workspace: Workspace, desk: Desk, account: Account, *, typed: str, hours: int
) -> None:
    """Keep the passphrase that was typed; without any, give a link by which its owner chooses."""
    if account.is_disabled:
        raise UsageError(
            _("The account {name} is disabled.").format(name=account.handle),
            _("« veille users enable {name} » lets it in again.").format(name=account.handle),
        )
    now = SystemClock().now()
    if typed:
        desk.accounts.recover(account.handle, hash_passphrase(typed))
        noted(desk, "account.passphrase", account.handle)
        out.print(_("The passphrase of {name} is kept.").format(name=account.handle))
        return
    token = desk.accounts.make_link(account.handle, lasting=timedelta(hours=hours), now=now)
    noted(desk, "account.link", account.handle)
    err.print(
        _n(
            "Open this link, or hand it over: it lets {name} choose a passphrase, once, for {n} "
            "hour. It is shown this one time.",
            "Open this link, or hand it over: it lets {name} choose a passphrase, once, for {n} "
            "hours. It is shown this one time.",
            hours,
        ).format(name=account.handle, n=hours)
    )
    public, web = workspace.settings.deliver.public_url, workspace.settings.web
    out.print(f"{public or local_address(web.host, web.port)}/login/link/{token}")
    if not public:
        err.print(
            _(
                "It leads to where « veille serve » listens by config.yaml (web.host, web.port); "
                "set deliver.public_url once others reach the pages elsewhere."
            )
        )


def local_address(host: str, port: int) -> str:
    """Return where somebody at this machine reaches pages that listen there."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _state(account: Account) -> str:
    if account.is_disabled:
        return _("disabled")
    return _("may sign in") if account.has_passphrase else _("no passphrase yet")
