"""Choosing a passphrase by a link that works once; asking for such a link by mail."""

from datetime import timedelta
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from veille.deliver.letter import Letter
from veille.digest.typography import fill
from veille.errors import UsageError
from veille.i18n import _, language, speaking
from veille.settings.mail import DeliverSettings
from veille.staff.accounts import Account
from veille.staff.passphrases import check_passphrase, hash_passphrase
from veille.web.pages import links, page
from veille.web.routes import Typed, shown, taken
from veille.web.signing_up import why_closed
from veille.web.site import Site, SiteHere
from veille.web.staff.access.entering import may_ask_for_a_letter
from veille.web.staff.shell import HEADERS, refuse_foreign

router = APIRouter(include_in_schema=False)

LINK_HOURS: Final = 1
"""How long a link works that recovers an account."""


@shown(router, "/login/link/{token}")
def choose(request: Request, site: SiteHere, token: str) -> Response:
    """Show where to choose a passphrase."""
    with site.desk() as desk:
        account = desk.accounts.whose_link(token, now=site.clock.now())
    return _choice(request, site, account, token)


@taken(router, "/login/link/{token}")
def chosen(
    request: Request,
    site: SiteHere,
    token: str,
    passphrase: Typed = "",
    again: Typed = "",
) -> Response:
    """Keep the passphrase; the link is dead from now on, and so are older sessions."""
    refuse_foreign(request, site)
    now = site.clock.now()
    with site.desk() as desk:
        account = desk.accounts.whose_link(token, now=now)
        if wrong := why_not_it(site, account, passphrase, again):
            return _choice(request, site, account, token, wrong=wrong)
        desk.accounts.use_link(token, hash_passphrase(passphrase), now=now)
        desk.audit.note(account.handle, "account.passphrase", account.handle, "link", now=now)
    return RedirectResponse(links(request, site).to("/login", done="1"), 303, HEADERS)


@shown(router, "/login/forgotten")
def forgotten(request: Request, site: SiteHere) -> Response:
    """Show where to ask for a link; without mail, say whom to ask."""
    return _forgotten(request, site)


@taken(router, "/login/forgotten")
def ask(request: Request, site: SiteHere, who: Typed = "") -> Response:
    """Take whose account it is: whatever comes of it, the answer is the same, and as fast."""
    refuse_foreign(request, site)
    if why_closed(site):
        return _forgotten(request, site)
    with site.desk() as desk:
        wait = may_ask_for_a_letter(request, site, desk)
    response = _forgotten(request, site, asked=True)
    if not wait:
        response.background = BackgroundTask(_send_link, site, who, language())
    return response


def link_of(site: Site, token: str, here: str = "") -> str:
    """Return the address of a link where readers reach the pages; `here` if that is not said."""
    return f"{site.base or here}/login/link/{quote(token)}"


def why_not_it(site: Site, account: Account, passphrase: str, again: str) -> str:
    """Return why a passphrase that was typed twice will not do; empty when it will."""
    if passphrase != again:
        return _("The two are not the same.")
    try:
        check_passphrase(passphrase, about=(account.handle, account.name, site.name))
    except UsageError as error:
        return str(error)
    return ""


def _send_link(site: Site, who: str, spoken: str) -> None:
    """Send a link to the address that an account has, if it has one."""
    now = site.clock.now()
    with site.desk() as desk:
        name = who.strip().lower()[:254]
        account = desk.accounts.find(name) or desk.accounts.by_email(name)
        if account is None or account.is_disabled or not account.email:
            return
        token = desk.accounts.make_link(
            account.handle, lasting=timedelta(hours=LINK_HOURS), now=now
        )
        desk.audit.note(account.handle, "account.link", account.handle, "mail", now=now)
    settings = site.workspace.settings.deliver
    with speaking(account.language or spoken):
        letter = _letter(account, link_of(site, token), site.name, settings)
    site.post.send(letter, f"{token} {now.isoformat()}")


def _letter(account: Account, url: str, name: str, settings: DeliverSettings) -> Letter:
    parts = [
        _("Hello,"),
        _(
            "Somebody, you most likely, asked for a new passphrase for your account « {handle} » "
            "on the watch’s pages. This link lets you choose one, once, within the hour:"
        ).format(handle=account.handle),
        url,
        _("If you asked for nothing, do nothing: your passphrase stays as it is."),
    ]
    signature = "\n".join(("-- ", *filter(None, (name, settings.contact))))
    text = "\n\n".join([*(one if one == url else fill(one) for one in parts), signature])
    subject = _("A new passphrase: {name}").format(name=name)
    return Letter(account.email, language(), subject, f"{text}\n")


def _choice(
    request: Request, site: Site, account: Account, token: str, *, wrong: str = ""
) -> Response:
    return page(
        request,
        site,
        "staff/access/passphrase",
        status=422 if wrong else 200,
        here=f"/login/link/{token}",
        headers=HEADERS,
        token=token,
        account=account,
        wrong=wrong,
    )


def _forgotten(request: Request, site: Site, *, asked: bool = False) -> Response:
    return page(
        request,
        site,
        "staff/access/forgotten",
        here="/login/forgotten",
        headers=HEADERS,
        by_mail=why_closed(site) is None,
        asked=asked,
        hours=LINK_HOURS,
    )
