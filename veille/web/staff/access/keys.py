"""The keys of one's programs: made, shown once, taken back."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from veille.i18n import _
from veille.staff.accounts import Account, clean_name
from veille.web.routes import Typed, shown, taken
from veille.web.site import SiteHere
from veille.web.staff.shell import Reader, see_other, staff_page

router = APIRouter(include_in_schema=False)

HERE = "/account/keys"


@shown(router, HERE)
def keys(request: Request, site: SiteHere, who: Reader) -> Response:
    """Show one's keys."""
    return _page(request, site, who)


@taken(router, HERE)
def make(request: Request, site: SiteHere, who: Reader, purpose: Typed = "") -> Response:
    """Make a key, and show it this once."""
    told = clean_name(purpose)
    if not told:
        return _page(request, site, who, status=400, wrong=_("Say what it is for."))
    now = site.clock.now()
    with site.desk() as desk:
        made = desk.keys.make(who.handle, told, now=now)
        desk.audit.note(who.handle, "key.make", who.handle, told, now=now)
    return _page(request, site, who, made=made)


@taken(router, HERE + "/{number}/revoke")
def revoke(
    request: Request, site: SiteHere, who: Reader, number: Annotated[int, Path(ge=0, lt=2**63)]
) -> Response:
    """Take a key back."""
    with site.desk() as desk:
        desk.keys.revoke(who.handle, number)
        desk.audit.note(who.handle, "key.revoke", who.handle, str(number), now=site.clock.now())
    return see_other(request, site, HERE, flash=_("This key opens nothing any more."))


@taken(router, HERE + "/revoke")
def revoke_all(request: Request, site: SiteHere, who: Reader) -> Response:
    """Take all of one's keys back."""
    with site.desk() as desk:
        desk.keys.revoke_all(who.handle)
        desk.audit.note(who.handle, "key.revoke", who.handle, "*", now=site.clock.now())
    return see_other(request, site, HERE, flash=_("Your keys open nothing any more."))


def _page(
    request: Request,
    site: SiteHere,
    who: Account,
    *,
    status: int = 200,
    made: str = "",
    wrong: str = "",
) -> Response:
    with site.desk() as desk:
        held = desk.keys.of(who.handle, now=site.clock.now())
    return staff_page(
        request,
        site,
        who,
        "access/keys",
        here=HERE,
        status=status,
        held=held,
        made=made,
        wrong=wrong,
        base=site.base or str(request.base_url).rstrip("/"),
    )
