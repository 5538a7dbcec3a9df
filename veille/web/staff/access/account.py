"""One's own account: name, language, passphrase, the code of one's telephone, one's sessions."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from veille import i18n
from veille.errors import AddressError
from veille.i18n import _, _n
from veille.staff import totp
from veille.staff.accounts import Account
from veille.staff.passphrases import hash_passphrase
from veille.store.desk import Desk
from veille.subscribers.addresses import read_address
from veille.web.routes import Typed, shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.access.entering import try_passphrase
from veille.web.staff.access.recovering import why_not_it
from veille.web.staff.cookies import Jar
from veille.web.staff.shell import Reader, SignedIn, see_other, staff_page
from veille.web.staff.ways import local

router = APIRouter(include_in_schema=False)


@shown(router, "/account")
def view(request: Request, site: SiteHere, who: Reader) -> Response:
    """Show one's account."""
    return _view(request, site, who)


@taken(router, "/account/language")
def choose_language(
    request: Request, site: SiteHere, who: Reader, language: Typed = "", next: Typed = ""
) -> Response:
    """Speak another language from now on, on the page one was at."""
    if language in i18n.LANGUAGES:
        with site.desk() as desk:
            desk.accounts.set_language(who.handle, language)
    return see_other(request, site, local(next) or "/account")


@taken(router, "/account/name")
def describe(
    request: Request, site: SiteHere, who: Reader, name: Typed = "", email: Typed = ""
) -> Response:
    """Keep one's name and address."""
    try:
        kept = read_address(email).text if email.strip() else ""
    except AddressError as error:
        return _view(request, site, who, wrong={"email": str(error)})
    with site.desk() as desk:
        desk.accounts.describe(who.handle, name=name, email=kept)
        desk.audit.note(who.handle, "account.describe", who.handle, now=site.clock.now())
    return see_other(request, site, "/account", flash=_("Your name and address are kept."))


@taken(router, "/account/passphrase")
def change_passphrase(
    request: Request,
    site: SiteHere,
    who: Reader,
    current: Typed = "",
    passphrase: Typed = "",
    again: Typed = "",
    keys: Typed = "",
) -> Response:
    """Change one's passphrase: all other sessions end, this one gets another token.

    One's programs go on with their keys, unless `keys` says « end ».
    """
    with site.desk() as desk:
        wrong = why_not_it(site, who, passphrase, again)
        if not wrong:
            wrong = _why_not_oneself(request, site, desk, who, current)
        if wrong:
            return _view(request, site, who, wrong={"passphrase": wrong})
        now, lasting = site.clock.now(), site.lasting
        found: SignedIn = request.state.signed_in
        desk.accounts.set_passphrase(who.handle, hash_passphrase(passphrase))
        desk.sessions.end_all(who.handle)
        token = desk.sessions.start(
            who.handle,
            now=now,
            lasting=lasting,
            agent=found.session.agent,
            by_proxy=found.session.by_proxy,
        )
        desk.audit.note(who.handle, "account.passphrase", who.handle, now=now)
        if keys == "end":
            desk.keys.revoke_all(who.handle)
            desk.audit.note(who.handle, "key.revoke", who.handle, "*", now=now)
        kept = len(desk.keys.of(who.handle, now=now))
    request.state.signed_in = SignedIn(found.session, token)  # what is said next is signed by it
    response = see_other(request, site, "/account", flash=_changed(kept))
    Jar(request, site).keep_token(response, token, lasting.whole.total_seconds())
    return response


@taken(router, "/account/sessions")
def end_sessions(
    request: Request, site: SiteHere, who: Reader, number: Annotated[int, Form(ge=0, lt=2**63)] = 0
) -> Response:
    """Sign out one of one's browsers, or (0) all but this one."""
    found: SignedIn = request.state.signed_in
    with site.desk() as desk:
        if number:
            desk.sessions.end_one(who.handle, number)
        else:
            desk.sessions.end_all(who.handle, but=found.token)
        desk.audit.note(who.handle, "session.end", detail=str(number or "*"), now=site.clock.now())
    return see_other(request, site, "/account", flash=_("They are signed out."))


@shown(router, "/account/code")
def code(request: Request, site: SiteHere, who: Reader) -> Response:
    """Show how to have a code asked for at each sign-in, or no more."""
    return _code(request, site, who)


@taken(router, "/account/code")
def ask_for_code(
    request: Request,
    site: SiteHere,
    who: Reader,
    secret: Typed = "",
    code: Typed = "",
    current: Typed = "",
) -> Response:
    """Ask for a code from now on, once one that is right was typed; show the codes for paper."""
    if who.has_totp or not totp.is_secret(secret):
        return see_other(request, site, "/account/code")
    now = site.clock.now()
    with site.desk() as desk:
        step = totp.step_of(secret, code, now)
        wrong = "" if step else _("This code is wrong: is the clock of your telephone right?")
        if wrong := wrong or _why_not_oneself(request, site, desk, who, current):
            return _code(request, site, who, secret=secret, wrong=wrong)
        codes = totp.new_recoveries()
        desk.accounts.set_totp(
            who.handle, secret, step=step or 0, codes=[totp.recovery_hash(one) for one in codes]
        )
        desk.audit.note(who.handle, "account.code", who.handle, "on", now=now)
    return staff_page(request, site, who, "access/recoveries", here="/account/code", codes=codes)


@taken(router, "/account/code/off")
def ask_no_more(request: Request, site: SiteHere, who: Reader, current: Typed = "") -> Response:
    """Ask for no code any more."""
    with site.desk() as desk:
        if wrong := _why_not_oneself(request, site, desk, who, current):
            return _code(request, site, who, wrong=wrong)
        desk.accounts.set_totp(who.handle, "", step=0)
        desk.audit.note(who.handle, "account.code", who.handle, "off", now=site.clock.now())
    return see_other(request, site, "/account", flash=_("No code is asked for any more."))


def _changed(kept: int) -> str:
    told = _("Your passphrase is changed; your other browsers are signed out.")
    if not kept:
        return told
    left = _n("{n} key of a program still holds.", "{n} keys of programs still hold.", kept)
    return f"{told} {left.format(n=kept)}"


def _why_not_oneself(request: Request, site: Site, desk: Desk, who: Account, current: str) -> str:
    """Return why this may be somebody else at an open browser; empty when it is not.

    Whoever is vouched for by a web server and never chose a passphrase has none to type.
    """
    if not who.has_passphrase:
        return ""
    tried = try_passphrase(request, site, desk, who.handle, current)
    if tried.wait:
        return _("Too many tries. Wait a few minutes.")
    return "" if tried.account else _("This is not your passphrase of today.")


def _view(
    request: Request, site: Site, who: Account, *, wrong: dict[str, str] | None = None
) -> Response:
    with site.desk() as desk:
        sessions = desk.sessions.of(who.handle, now=site.clock.now(), lasting=site.lasting)
        left = desk.accounts.recoveries_left(who.handle)
        keys = desk.keys.of(who.handle, now=site.clock.now())
    return staff_page(
        request,
        site,
        who,
        "access/account",
        here="/account",
        status=422 if wrong else 200,
        sessions=sessions,
        this=request.state.signed_in.session.number,
        recoveries_left=left,
        keys=keys,
        wrong={"email": "", "passphrase": ""} | (wrong or {}),
        zone=site.workspace.settings.zone,
    )


def _code(
    request: Request, site: Site, who: Account, *, secret: str = "", wrong: str = ""
) -> Response:
    secret = "" if who.has_totp else secret or totp.new_secret()
    return staff_page(
        request,
        site,
        who,
        "access/enrol",
        here="/account/code",
        status=422 if wrong else 200,
        secret=secret,
        grouped=totp.in_groups(secret),
        drawn=totp.drawn(secret, who.handle, site.name) if secret else "",
        wrong=wrong,
    )
