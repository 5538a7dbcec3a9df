"""The cookies of the staff's pages: the session's token, and what to say on the next page."""

from dataclasses import asdict, dataclass

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadData, URLSafeSerializer

from veille.staff.tokens import derived
from veille.web.site import Site


@dataclass(frozen=True, slots=True)
class Flash:
    """What to say on the next page; `undo` is the path to post to, to take it back."""

    text: str
    kind: str = "good"
    undo: str = ""


def session_token(request: Request, site: Site) -> str:
    """Return the token that a browser has; empty without any."""
    return request.cookies.get(_name(site, "session"), "")


def keep_session(response: Response, site: Site, token: str, seconds: int) -> None:
    """Have a browser keep a token."""
    _keep(response, site, "session", token, seconds)


def drop_session(response: Response, site: Site) -> None:
    """Have a browser forget its token."""
    _drop(response, site, "session")


def browser_mark(request: Request, site: Site) -> str:
    """Return the mark of a browser in which somebody signed in before; empty without any."""
    return request.cookies.get(_name(site, "browser"), "")


def keep_browser_mark(response: Response, site: Site, mark: str) -> None:
    """Have a browser keep its mark for half a year."""
    _keep(response, site, "browser", mark, 180 * 86_400)


def keep_flash(response: Response, site: Site, token: str, flash: Flash) -> None:
    """Have the next page say something."""
    _keep(response, site, "flash", _signer(token).dumps(asdict(flash)), 60)


def take_flash(request: Request, site: Site, token: str) -> Flash | None:
    """Return what is to be said, if anything is; only what we wrote for this session."""
    try:
        return Flash(**_signer(token).loads(request.cookies.get(_name(site, "flash"), "")))
    except BadData:
        return None


def drop_flash(response: Response, site: Site) -> None:
    """It was said."""
    _drop(response, site, "flash")


def _name(site: Site, what: str) -> str:
    """`__Host-` lets no other host of the domain set it."""
    return f"__Host-veille-{what}" if site.is_private else f"veille-{what}"


def _keep(response: Response, site: Site, what: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(site, what),
        value,
        max_age=seconds,
        path="/",
        secure=site.is_private,
        httponly=True,
        samesite="lax",
    )


def _drop(response: Response, site: Site, what: str) -> None:
    response.delete_cookie(
        _name(site, what), path="/", secure=site.is_private, httponly=True, samesite="lax"
    )


def _signer(token: str) -> URLSafeSerializer:
    return URLSafeSerializer(derived(token, "flash"))
