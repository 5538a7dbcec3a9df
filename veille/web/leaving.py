"""Leaving: a page with a button, and one POST that leaves at once, from wherever it comes.

The POST is also that of mail programs (RFC 8058): no cookie, no session, no redirect. Whoever has
the link may leave by it; what the body says does not matter.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from veille.subscribers.addresses import mask
from veille.subscribers.people import State
from veille.web.pages import page, speak_to
from veille.web.routes import shown, taken, token_of
from veille.web.site import SiteHere

router = APIRouter(include_in_schema=False)


@shown(router, "/unsubscribe", "/unsubscribe/{token}")
def ask(request: Request, site: SiteHere) -> Response:
    """Show the button."""
    token = token_of(request)
    with site.readers() as readers:
        person = readers.whose(token)
    speak_to(person, request)
    here = f"/unsubscribe/{token}"
    if person.state is State.LEFT:
        return page(request, site, "left", here=here)
    return page(request, site, "leave", here=here, token=token, address=mask(person.address))


@taken(router, "/unsubscribe", "/unsubscribe/{token}")
def leave(request: Request, site: SiteHere) -> Response:
    """Leave."""
    with site.readers() as readers:
        person = readers.whose(token_of(request))
        readers.leave(person.subscriber_id, way="link", now=site.clock.now())
    speak_to(person, request)
    return page(request, site, "left")
