"""Signing in and out."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from veille.i18n import _, _n
from veille.staff.accounts import Account
from veille.staff.agents import agent_name
from veille.store.desk import Desk
from veille.store.desk.sessions import HALF
from veille.web.pages import links, page
from veille.web.routes import Typed, shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.access.entering import mark_of_browser, try_code, try_passphrase
from veille.web.staff.cookies import Jar
from veille.web.staff.shell import HEADERS, Reader, home, refuse_foreign, signed_in, vouched_for
from veille.web.staff.ways import local

router = APIRouter(include_in_schema=False)


class Filled(BaseModel):
    """The form as it was sent."""

    handle: str = ""
    passphrase: str = ""
    next: str = ""


@shown(router, "/login")
def form(request: Request, site: SiteHere, next: str = "") -> Response:
    """Show the form; to those who are signed in already, their pages.

    Those for whom a trusted web server vouches are signed in here.
    """
    if found := signed_in(request, site):
        return _onwards(request, site, found.session.account, next)
    if request.method == "GET" and (handle := vouched_for(request)):
        with site.desk() as desk:
            account = desk.accounts.find(handle)
            if account and not account.is_disabled:
                return let_in(request, site, desk, account, next, by_proxy=True)
    return _form(request, site, Filled(next=next))


@taken(router, "/login")
def sign_in(request: Request, site: SiteHere, filled: Annotated[Filled, Form()]) -> Response:
    """Sign somebody in, by a token that no browser had before; or ask for their code."""
    refuse_foreign(request, site)
    handle = filled.handle.strip().lower()
    with site.desk() as desk:
        tried = try_passphrase(request, site, desk, handle, filled.passphrase)
        if tried.account is None:
            wrong = _("The name or the passphrase is wrong.")
            return _form(request, site, filled, wrong=wrong, wait=tried.wait)
        if tried.account.has_totp:
            return _ask_for_code(request, site, desk, handle, filled.next)
        return let_in(request, site, desk, tried.account, filled.next)


@shown(router, "/login/code")
def code_form(request: Request, site: SiteHere, next: str = "") -> Response:
    """Ask for the code; a passphrase was typed just before."""
    with site.desk() as desk:
        if _halfway(request, site, desk) is None:
            return RedirectResponse(links(request, site).to("/login"), 303, HEADERS)
    return _code_form(request, site, next)


@taken(router, "/login/code")
def take_code(
    request: Request,
    site: SiteHere,
    code: Typed = "",
    next: Typed = "",
) -> Response:
    """Sign somebody in whose code is right."""
    refuse_foreign(request, site)
    with site.desk() as desk:
        account = _halfway(request, site, desk)
        if account is None:
            return RedirectResponse(links(request, site).to("/login"), 303, HEADERS)
        tried = try_code(site, desk, account, code)
        if tried.account is None:
            return _code_form(request, site, next, wrong=True, wait=tried.wait)
        return let_in(request, site, desk, account, next)


@taken(router, "/logout")
def sign_out(request: Request, site: SiteHere, who: Reader) -> Response:
    """End this browser's session: its cookie is worth nothing afterwards, whoever has it."""
    with site.desk() as desk:
        desk.sessions.end(request.state.signed_in.token)
        desk.audit.note(who.handle, "session.end", now=site.clock.now())
    response = RedirectResponse(links(request, site).to("/login"), 303, HEADERS)
    Jar(request, site).drop_token(response)
    return response


def let_in(
    request: Request,
    site: Site,
    desk: Desk,
    account: Account,
    next: str,
    *,
    by_proxy: bool = False,
) -> Response:
    """Begin a session, whatever token the browser had before, and lead on."""
    jar = Jar(request, site)
    desk.sessions.end(jar.token)
    now, lasting = site.clock.now(), site.lasting
    agent = agent_name(request.headers.get("user-agent", ""))
    token = desk.sessions.start(
        account.handle, now=now, lasting=lasting, agent=agent, by_proxy=by_proxy
    )
    desk.audit.note(account.handle, "session.start", now=now)
    response = _onwards(request, site, account, next)
    jar.keep_token(response, token, lasting.whole.total_seconds())
    jar.keep_mark(response, mark_of_browser(site, account.handle, secrets.token_urlsafe(9)))
    return response


def _ask_for_code(request: Request, site: Site, desk: Desk, handle: str, next: str) -> Response:
    token = desk.sessions.start(handle, now=site.clock.now(), is_half=True)
    there = links(request, site).to("/login/code", **({"next": local(next)} if local(next) else {}))
    response = RedirectResponse(there, 303, HEADERS)
    Jar(request, site).keep_token(response, token, HALF.total_seconds())
    return response


def _halfway(request: Request, site: Site, desk: Desk) -> Account | None:
    """Return who typed their passphrase and not yet their code, in this browser."""
    token = Jar(request, site).token
    found = desk.sessions.find(token, now=site.clock.now(), is_half=True) if token else None
    return found.account if found else None


def _onwards(request: Request, site: Site, account: Account, next: str) -> Response:
    there = local(next) or home(request, account)
    return RedirectResponse(links(request, site).file(there), 303, HEADERS)


def _form(
    request: Request,
    site: Site,
    filled: Filled,
    *,
    wrong: str = "",
    wait: timedelta = timedelta(),
) -> Response:
    with site.desk() as desk:
        nobody = not desk.accounts.any()
    return page(
        request,
        site,
        "staff/access/login",
        status=429 if wait else 422 if wrong else 200,
        here="/login",
        headers=_headers(wait),
        handle=filled.handle[:80],
        next=local(filled.next),
        wrong=_patience(wait) or wrong,
        done=request.query_params.get("done") == "1",
        nobody=nobody,
    )


def _code_form(
    request: Request,
    site: Site,
    next: str,
    *,
    wrong: bool = False,
    wait: timedelta = timedelta(),
) -> Response:
    told = _("This code is wrong, or was used already.") if wrong else ""
    return page(
        request,
        site,
        "staff/access/code",
        status=429 if wait else 422 if wrong else 200,
        here="/login/code",
        headers=_headers(wait),
        next=local(next),
        wrong=_patience(wait) or told,
    )


def _patience(wait: timedelta) -> str:
    seconds = _seconds(wait)
    if not seconds:
        return ""
    return _n(
        "Too many tries. Try again in {n} second.",
        "Too many tries. Try again in {n} seconds.",
        seconds,
    ).format(n=seconds)


def _headers(wait: timedelta) -> dict[str, str]:
    return HEADERS | ({"Retry-After": str(_seconds(wait))} if wait else {})


def _seconds(wait: timedelta) -> int:
    return -int(-wait.total_seconds() // 1)
