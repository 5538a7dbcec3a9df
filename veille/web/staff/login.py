"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from veille.i18n import _
from veille.staff.accounts import Account, Role
from veille.staff.passphrases import hash_passphrase, is_dated, is_passphrase
from veille.store.desk import Desk
from veille.web.pages import links, page
from veille.web.routes import shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff import cookies, shell
from veille.web.staff.shell import HEADERS, allowed, home, refuse_foreign, signed_in
from veille.web.staff.ways import local

router = APIRouter(include_in_schema=False)


class Filled(BaseModel):
    """The form as it was sent."""

    handle: str = ""
    passphrase: str = ""
    next: str = ""


@shown(router, "/login")
def form(request: Request, site: SiteHere, next: str = "") -> Response:
    """Show the form; to those who are signed in already, their pages."""
    if found := signed_in(request, site):
        return _onwards(request, site, found.session.account, next)
    return _form(request, site, Filled(next=local(next)))


@taken(router, "/login")
def sign_in(request: Request, site: SiteHere, filled: Annotated[Filled, Form()]) -> Response:
    """Sign somebody in, by a token that no browser had before."""
    refuse_foreign(request, site)
    now = site.clock.now()
    with site.desk() as desk:
        handle = filled.handle.strip().lower()
        hashed = desk.accounts.passphrase_hash(handle)
        if not is_passphrase(filled.passphrase, hashed):
            return _form(request, site, filled, wrong=_("The name or the passphrase is wrong."))
        if is_dated(hashed):
            desk.accounts.set_passphrase(handle, hash_passphrase(filled.passphrase))
        desk.audit.note(handle, "session.start", now=now)
        return _let_in(request, site, desk, desk.accounts.the(handle), filled.next)


@taken(router, "/logout")
def sign_out(
    request: Request, site: SiteHere, who: Annotated[Account, Depends(allowed(Role.READER))]
) -> Response:
    """End this browser's session: its cookie is worth nothing afterwards, whoever has it."""
    with site.desk() as desk:
        desk.sessions.end(request.state.signed_in.token)
        desk.audit.note(who.handle, "session.end", now=site.clock.now())
    response = RedirectResponse(links(request, site).to("/login"), 303, HEADERS)
    cookies.drop_session(response, site)
    return response


def _let_in(request: Request, site: Site, desk: Desk, account: Account, next: str) -> Response:
    desk.sessions.end(cookies.session_token(request, site))
    agent = request.headers.get("user-agent", "")
    now, lasting = site.clock.now(), site.lasting
    token = desk.sessions.start(account.handle, now=now, lasting=lasting, agent=agent)
    response = _onwards(request, site, account, next)
    cookies.keep_session(response, site, token, int(lasting.whole.total_seconds()))
    return response


def _onwards(request: Request, site: Site, account: Account, next: str) -> Response:
    there = local(next) or home(request, account)
    return RedirectResponse(links(request, site).file(there), 303, HEADERS)


def _form(request: Request, site: Site, filled: Filled, *, wrong: str = "") -> Response:
    with site.desk() as desk:
        nobody = not desk.accounts.any()
    return page(
        request,
        site,
        "staff/login",
        status=422 if wrong else 200,
        here="/login",
        headers=shell.HEADERS,
        handle=filled.handle[:80],
        next=local(filled.next),
        wrong=wrong,
        nobody=nobody,
    )
