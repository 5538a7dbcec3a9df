"""One's own account: the language so far."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from veille import i18n
from veille.staff.accounts import Account, Role
from veille.web.routes import shown, taken
from veille.web.site import SiteHere
from veille.web.staff.shell import allowed, see_other, staff_page
from veille.web.staff.ways import local

router = APIRouter(include_in_schema=False)

Anybody = Annotated[Account, Depends(allowed(Role.READER))]


@shown(router, "/account")
def view(request: Request, site: SiteHere, who: Anybody) -> Response:
    """Show one's account."""
    return staff_page(request, site, who, "account", here="/account")


@taken(router, "/account/language")
def choose_language(
    request: Request,
    site: SiteHere,
    who: Anybody,
    language: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Speak another language from now on, on the page one was at."""
    if language in i18n.LANGUAGES:
        with site.desk() as desk:
            desk.accounts.set_language(who.handle, language)
    return see_other(request, site, local(next) or "/account")
