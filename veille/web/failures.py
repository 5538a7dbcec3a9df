"""What goes wrong, as a page in the reader's language that gives nothing of the inside away."""

import logging

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from veille.errors import (
    AddressError,
    ChoiceError,
    LinkError,
    Outdated,
    Unpublished,
    UsageError,
    VeilleError,
)
from veille.i18n import _
from veille.staff.accounts import Account
from veille.web.guard import guarded
from veille.web.pages import page
from veille.web.staff import shell

log = logging.getLogger(__name__)

_PASSED_ON = ("Allow", "WWW-Authenticate")


async def refused(request: Request, error: Exception) -> Response:
    """Answer what has no page here, or is asked for in a way it does not take."""
    assert isinstance(error, HTTPException)
    titles = {
        401: _("This takes a key of yours, or that you be signed in"),
        403: _("This page refuses that"),
        404: _("There is nothing at this address"),
        405: _("This page does not take that"),
        413: _("That is too long"),
    }
    title = titles.get(error.status_code, _("This request could not be understood"))
    headers = {name: value for name, value in (error.headers or {}).items() if name in _PASSED_ON}
    actions = {
        shell.ROLE: _("It takes another role; an administrator gives it."),
        shell.FORGED: _("It was open for too long, or in another session. Reload it, then again."),
    }
    return _told(request, error.status_code, title, actions.get(error.detail, ""), headers)


async def misread(request: Request, _error: Exception) -> Response:
    """Answer a form that is not one of ours."""
    return _told(request, 400, _("This request could not be understood"))


async def expected(request: Request, error: Exception) -> Response:
    """Answer a failure that we know of: a dead link, a change from elsewhere, a store at fault."""
    assert isinstance(error, VeilleError)
    if isinstance(error, LinkError):
        return _told(request, 404, error.message, error.action)
    if isinstance(error, Outdated):
        return _told(request, 409, error.message, error.action)
    if isinstance(error, AddressError | ChoiceError):
        return _told(request, 400, _("This request could not be understood"))
    if isinstance(error, Unpublished):
        action = _("The first night, or « veille publish », makes the catalogue.")
        return _told(request, 503, _("Nothing is published yet"), action)
    if isinstance(error, UsageError) and (_who(request) or _is_program(request)):
        return _told(request, 422, error.message, error.action)
    log.error("%s: %r", type(error).__name__, str(error))
    return _unavailable(request, 503)


async def unexpected(request: Request, _error: Exception) -> Response:
    """Answer a defect of ours; the server logs it."""
    response = _unavailable(request, 500)
    guarded(response.headers)  # it is answered outside of `guard`
    return response


def _unavailable(request: Request, status: int) -> Response:
    action = _("Nothing was lost. Try again in a few minutes.")
    return _told(request, status, _("Something does not work on our side"), action)


def _told(
    request: Request,
    status: int,
    title: str,
    action: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    if _is_program(request):
        return JSONResponse({"error": title, "action": action}, status, headers)
    site, values = request.app.state.site, {"title": title, "action": action}
    if who := _who(request):
        here = request.url.path
        return shell.staff_page(
            request, site, who, "failure", here=here, status=status, headers=headers, **values
        )
    return page(request, site, "failure", status=status, headers=headers, **values)


def _is_program(request: Request) -> bool:
    """Whether it asks for data: what is behind this asks for a key or a session first."""
    return request.url.path.startswith("/api/")


def _who(request: Request) -> Account | None:
    """Return who of the staff asks, if somebody does."""
    found = getattr(request.state, "signed_in", None)
    return found.session.account if found else None
