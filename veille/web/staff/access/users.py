"""Accounts, for administrators: made, given a role, disabled, helped, removed; the audit trail."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from veille.errors import UsageError
from veille.i18n import _
from veille.staff.accounts import Account, Role, read_role
from veille.store.desk import Desk
from veille.subscribers.addresses import read_address
from veille.web.routes import Typed, shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.access.deeds import spoken
from veille.web.staff.access.recovering import LINK_HOURS, link_of
from veille.web.staff.shell import Admin, see_other, staff_page

router = APIRouter(include_in_schema=False)


Number = Annotated[int, Field(ge=0, lt=2**63)]

INVITED_HOURS: Final = 72
"""How long the link of a new account works."""

_LINES = 100


class Wanted(BaseModel):
    """A new account, or what one is to be."""

    handle: str = ""
    name: str = ""
    email: str = ""
    role: str = Role.READER.code


@shown(router, "/users")
def users(request: Request, site: SiteHere, who: Admin) -> Response:
    """List the accounts, with a form for another."""
    return _listed(request, site, who, Wanted())


@taken(router, "/users")
def add(
    request: Request, site: SiteHere, who: Admin, wanted: Annotated[Wanted, Form()]
) -> Response:
    """Make an account; show the link by which its owner chooses a passphrase."""
    now = site.clock.now()
    try:
        role, email = read_role(wanted.role), _email(wanted.email)
        with site.desk() as desk:
            made = desk.accounts.add(wanted.handle, role, name=wanted.name, email=email, now=now)
            desk.audit.note(who.handle, "account.add", made.handle, made.role.code, now=now)
            token = _link(site, desk, who, made.handle, INVITED_HOURS)
    except UsageError as error:
        return _listed(request, site, who, wanted, wrong=str(error))
    return _shown(request, site, who, made.handle, token=token, hours=INVITED_HOURS)


@shown(router, "/users/audit")
def audit(
    request: Request, site: SiteHere, who: Admin, before: Number | None = None, by: str = ""
) -> Response:
    """Show who did what, newest first."""
    with site.desk() as desk:
        lines = desk.audit.newest(_LINES, before=before, who=by[:80])
        accounts = desk.accounts.all()
    return staff_page(
        request,
        site,
        who,
        "access/audit",
        here="/users/audit",
        lines=[(line, spoken(line)) for line in lines],
        older=lines[-1].number if len(lines) == _LINES else None,
        by=by[:80],
        accounts=accounts,
        zone=site.workspace.settings.zone,
    )


@shown(router, "/users/{handle}")
def user(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Show one account."""
    return _shown(request, site, who, handle)


@taken(router, "/users/{handle}")
def change(
    request: Request, site: SiteHere, who: Admin, handle: str, wanted: Annotated[Wanted, Form()]
) -> Response:
    """Give somebody a role, a name, an address."""
    now = site.clock.now()
    try:
        role, email = read_role(wanted.role), _email(wanted.email)
        with site.desk() as desk:
            before = _the(desk, handle)
            desk.accounts.describe(handle, name=wanted.name, email=email)
            if role != before.role:
                desk.accounts.set_role(handle, role)
                told = f"{before.role.code} → {role.code}"
                desk.audit.note(who.handle, "account.role", handle, told, now=now)
            if (before.name, before.email) != (wanted.name, email):
                desk.audit.note(who.handle, "account.describe", handle, now=now)
    except UsageError as error:
        return _shown(request, site, who, handle, wrong=str(error))
    return see_other(request, site, f"/users/{handle}", flash=_("It is kept."))


@taken(router, "/users/{handle}/disable")
def disable(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Let somebody in no more."""
    return _do(request, site, who, handle, "account.disable")


@taken(router, "/users/{handle}/enable")
def enable(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Let somebody in again."""
    return _do(request, site, who, handle, "account.enable")


@taken(router, "/users/{handle}/signout")
def sign_out(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Sign somebody out everywhere."""
    return _do(request, site, who, handle, "account.signout")


@taken(router, "/users/{handle}/keys")
def revoke_keys(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Take back the keys of somebody's programs."""
    return _do(request, site, who, handle, "account.keys")


@taken(router, "/users/{handle}/code")
def drop_code(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Ask somebody for no code any more: they lost their telephone, and their sheet of paper."""
    return _do(request, site, who, handle, "account.code")


@taken(router, "/users/{handle}/reset")
def reset(request: Request, site: SiteHere, who: Admin, handle: str) -> Response:
    """Show a link by which somebody chooses another passphrase."""
    with site.desk() as desk:
        token = _link(site, desk, who, _the(desk, handle).handle, LINK_HOURS)
    return _shown(request, site, who, handle, token=token, hours=LINK_HOURS)


@taken(router, "/users/{handle}/remove")
def remove(
    request: Request, site: SiteHere, who: Admin, handle: str, typed: Typed = ""
) -> Response:
    """Remove an account, once its name was typed."""
    if typed.strip().lower() != handle:
        told = _("Type the name of the account to remove it.")
        return _shown(request, site, who, handle, wrong=told)
    return _do(request, site, who, handle, "account.remove")


def _do(request: Request, site: Site, who: Account, handle: str, what: str) -> Response:
    """Do one thing to an account, and say so."""
    now = site.clock.now()
    try:
        with site.desk() as desk, desk.db.transaction():
            _the(desk, handle)
            match what:
                case "account.disable":
                    desk.accounts.disable(handle)
                case "account.enable":
                    desk.accounts.enable(handle)
                case "account.signout":
                    desk.sessions.end_all(handle)
                case "account.keys":
                    desk.keys.revoke_all(handle)
                case "account.code":
                    desk.accounts.set_totp(handle, "", step=0)
                case "account.remove":
                    desk.accounts.remove(handle, now=now)
            desk.audit.note(who.handle, what, handle, now=now)
    except UsageError as error:
        return _shown(request, site, who, handle, wrong=str(error))
    there = "/users" if what == "account.remove" or handle == who.handle else f"/users/{handle}"
    return see_other(request, site, there, flash=_("Done: {what}.").format(what=_said(what)))


def _said(what: str) -> str:
    return {
        "account.disable": _("the account is disabled"),
        "account.enable": _("the account may sign in again"),
        "account.signout": _("signed out everywhere"),
        "account.keys": _("their keys open nothing any more"),
        "account.code": _("no code is asked for any more"),
        "account.remove": _("the account is removed"),
    }[what]


def _link(site: Site, desk: Desk, who: Account, handle: str, hours: int) -> str:
    now = site.clock.now()
    token = desk.accounts.make_link(handle, lasting=timedelta(hours=hours), now=now)
    desk.audit.note(who.handle, "account.link", handle, now=now)
    return token


def _listed(
    request: Request, site: Site, who: Account, wanted: Wanted, *, wrong: str = ""
) -> Response:
    with site.desk() as desk:
        accounts = desk.accounts.all()
    return staff_page(
        request,
        site,
        who,
        "access/users",
        here="/users",
        status=422 if wrong else 200,
        accounts=accounts,
        roles=list(Role),
        wanted=wanted,
        wrong=wrong,
        zone=site.workspace.settings.zone,
    )


def _shown(
    request: Request,
    site: Site,
    who: Account,
    handle: str,
    *,
    wrong: str = "",
    token: str = "",
    hours: int = 0,
) -> Response:
    with site.desk() as desk:
        account = _the(desk, handle)
        sessions = desk.sessions.of(handle, now=site.clock.now(), lasting=site.lasting)
        keys = desk.keys.of(handle, now=site.clock.now())
    return staff_page(
        request,
        site,
        who,
        "access/user",
        here=f"/users/{handle}",
        status=422 if wrong else 200,
        account=account,
        sessions=len(sessions),
        keys=keys,
        roles=list(Role),
        wrong=wrong,
        one_time=link_of(site, token, _here(request)) if token else "",
        hours=hours,
        zone=site.workspace.settings.zone,
    )


def _here(request: Request) -> str:
    """Return where the one who asks reaches the pages, by their own word: shown to them alone."""
    return str(request.base_url).rstrip("/")


def _the(desk: Desk, handle: str) -> Account:
    if found := desk.accounts.find(handle):
        return found
    raise HTTPException(404)


def _email(typed: str) -> str:
    return read_address(typed).text if typed.strip() else ""
