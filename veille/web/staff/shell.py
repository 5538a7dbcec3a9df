"""What every page of the staff is made with: who may see it, its frame, where one goes next.

    @shown(router, "/sources")
    def sources(request: Request, site: SiteHere, who: Reader):
        return staff_page(request, site, who, "watch/sources", here="/sources", found=…)

    @taken(router, "/sources/{source_id}/pause")        # its form says {{ csrf }}
    def pause(…, who: Editor):
        return see_other(request, site, "/sources", flash=_("Paused."))

`allowed`, of which `Reader`, `Editor` and the others are made, is the one gate: it leads to the
sign-in, refuses those whose role is lower (403), and refuses what no page of ours sent (a token in
the form, or in X-CSRF-Token for scripts).
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from veille.i18n import N_, _, use_language
from veille.staff.accounts import Account, Role, Session
from veille.staff.tokens import derived
from veille.web.pages import chosen_language, links, page
from veille.web.site import Site, SiteHere
from veille.web.staff.access.vouching import VOUCHED
from veille.web.staff.cookies import Flash, Jar
from veille.web.staff.ways import is_from_here, local

NAVIGATION: Final = (
    ("/review", N_("Review")),
    ("/search", N_("Search")),
    ("/links", N_("Links")),
    ("/bulletins", N_("Bulletin")),
    ("/sources", N_("Sources")),
    ("/dashboard", N_("Dashboard")),
    ("/runs", N_("Nights")),
    ("/users", N_("Accounts")),
)
"""The pages that every page leads to, as far as they are there and one's role lets one see them."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # without it browsers send our forms from « null »
    "X-Robots-Tag": "noindex",
}
"""What the staff's pages answer with, beside the guard's."""

ROLE, FORGED = "role", "forged"
"""Why a page refuses something."""

Gate = Callable[[Request, Site], Awaitable[Account]]


class SignInFirst(Exception):
    """Somebody asks for a page of the staff without being signed in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session of a request, and its token."""

    session: Session
    token: str

    @property
    def csrf(self) -> str:
        """What our forms carry: who does not have the cookie cannot know it."""
        return derived(self.token, "csrf")


def allowed(role: Role) -> Gate:
    """Return the dependency that lets in those of this role or a higher one, and says who it is."""

    async def gate(request: Request, site: SiteHere) -> Account:
        found = await run_in_threadpool(signed_in, request, site)
        if found is None:
            if request.method in {"GET", "HEAD"}:
                raise SignInFirst
            raise HTTPException(403, FORGED)
        account = found.session.account
        if account.language and not chosen_language(request.query_params.get("lang")):
            use_language(account.language)
        request.state.signed_in = found
        if not account.may(role):
            raise HTTPException(403, ROLE)
        if request.method not in {"GET", "HEAD"}:
            await _refuse_forged(request, site, found)
        return account

    gate.role = role  # type: ignore[attr-defined]  # for the navigation, and for a test
    return gate


Reader = Annotated[Account, Depends(allowed(Role.READER))]
"""A handler's parameter that is who asks, anybody signed in; the next ones: of that role or more.
"""

Relay = Annotated[Account, Depends(allowed(Role.RELAY))]
Reviewer = Annotated[Account, Depends(allowed(Role.REVIEWER))]
Editor = Annotated[Account, Depends(allowed(Role.EDITOR))]
Admin = Annotated[Account, Depends(allowed(Role.ADMIN))]


def signed_in(request: Request, site: Site) -> SignedIn | None:
    """Return who asks, if they are signed in."""
    token = Jar(request, site).token
    if not token:
        return None
    with site.desk() as desk:
        session = desk.sessions.find(token, now=site.clock.now(), lasting=site.lasting)
    if session is None or not _is_vouched(session, vouched_for(request)):
        return None
    return SignedIn(session, token)


def vouched_for(request: Request) -> str:
    """Return the account that a trusted web server vouches for; empty when none does."""
    return str(request.scope.get(VOUCHED, ""))


async def sign_in_first(request: Request, _error: Exception) -> Response:
    """Lead to the sign-in, and back afterwards."""
    site: Site = request.app.state.site
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = {"next": wanted} if (wanted := local(asked)) else {}
    return RedirectResponse(links(request, site).to("/login", **query), 303, HEADERS)


def staff_page(
    request: Request,
    site: Site,
    who: Account,
    template: str,
    *,
    here: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of the staff, from templates/staff/`template`.html.j2.

    Beside the values it is given `who`, `csrf` (a hidden field for every form that posts),
    `csrf_token`, `navigation`, `flash`, and what public pages are given (`link`, `lang`…). `here`
    is its path, with its query where that matters.
    """
    found: SignedIn = request.state.signed_in
    jar = Jar(request, site)
    flash = jar.flash(found.token) if request.method == "GET" else None
    response = page(
        request,
        site,
        f"staff/{template}",
        status=status,
        headers={**HEADERS, **(headers or {})},
        who=who,
        here=here,
        csrf=Markup('<input type="hidden" name="csrf" value="{}">').format(found.csrf),
        csrf_token=found.csrf,
        navigation=list(_entries(request, who, here)),
        flash=flash,
        **values,
    )
    if flash:
        jar.drop_flash(response)
    return response


def see_other(
    request: Request,
    site: Site,
    path: str,
    *,
    flash: str = "",
    kind: str = "good",
    undo: str = "",
) -> Response:
    """Lead to another of our pages after something was done, which says so there.

    `kind` is good or bad; `undo` the path that a button beside the words posts to.
    """
    link = links(request, site)
    response = RedirectResponse(link.file(path) if "?" in path else link.to(path), 303, HEADERS)
    if flash:
        found: SignedIn = request.state.signed_in
        Jar(request, site).keep_flash(response, found.token, Flash(flash, kind, undo))
    return response


def roles(routes: Iterable[APIRoute]) -> dict[str, Role]:
    """Return the role that each path of the staff's pages is shown to."""
    return {
        route.path: role
        for route in routes
        if "GET" in (route.methods or ())
        for role in gates(route)
    }


def gates(route: APIRoute) -> list[Role]:
    """Return the roles that a route's gates ask for: one for a page of the staff, none else."""
    calls: list[Any] = [one.call for one in route.dependant.dependencies]
    return [call.role for call in calls if hasattr(call, "role")]


def home(request: Request, who: Account) -> str:
    """Return the path of the first page that somebody may see."""
    return next((path for path, _label, _now in _entries(request, who, "")), "/account")


def _entries(request: Request, who: Account, here: str) -> Iterator[tuple[str, str, bool]]:
    there: dict[str, Role] = request.app.state.roles
    now = "/" + here.lstrip("/").partition("?")[0].partition("/")[0]
    for path, label in NAVIGATION:
        if path in there and who.may(there[path]):
            yield path, _(label), path == now


def _is_vouched(session: Session, vouched: str) -> bool:
    """Whether a session may go on: who was vouched for still is, and nobody else is."""
    if session.by_proxy:
        return vouched == session.account.handle
    return vouched in {"", session.account.handle}


async def _refuse_forged(request: Request, site: Site, found: SignedIn) -> None:
    """Refuse what was not sent by one of our own pages, to this browser, in this session."""
    refuse_foreign(request, site)
    told = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not (isinstance(told, str) and hmac.compare_digest(told.encode(), found.csrf.encode())):
        raise HTTPException(403, FORGED)


def refuse_foreign(request: Request, site: Site) -> None:
    """Refuse what a browser says that another site's page sent."""
    hosts = {request.headers.get("host", "").lower(), urlsplit(site.base).netloc.lower()}
    if not is_from_here(request.headers, hosts - {""}):
        raise HTTPException(403, FORGED)
