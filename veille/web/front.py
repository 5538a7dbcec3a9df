"""The front page, and what machines ask of any site: is it well, and what may robots read."""

from datetime import UTC

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from veille.version import __version__
from veille.web.archive import published, told
from veille.web.pages import page
from veille.web.routes import shown
from veille.web.site import SiteHere

router = APIRouter(include_in_schema=False)

_ROBOTS = """\
User-agent: *
Disallow: {prefix}/preferences
Disallow: {prefix}/subscribe/
Disallow: {prefix}/unsubscribe
"""


@shown(router, "/")
def front(request: Request, site: SiteHere) -> Response:
    """Say what this is, show the newest issue, lead on."""
    newest = next(iter(published(site)), None)
    return page(request, site, "front", here="/", newest=newest and told(newest), index=True)


@shown(router, "/health")
def health(site: SiteHere) -> Response:
    """Say whether the pages work: the stores open, letters have somebody to carry them."""
    site.readers().close()  # raises StoreError, answered 503
    site.desk().close()
    well = site.post.is_alive
    now = site.clock.now().astimezone(UTC).isoformat(timespec="seconds")
    answer = {"status": "ok" if well else "failing", "version": __version__, "now": now}
    return JSONResponse(answer, 200 if well else 503)


@shown(router, "/robots.txt")
def robots(site: SiteHere) -> Response:
    """Say what robots may read: all but what is one person's."""
    return PlainTextResponse(_ROBOTS.format(prefix=site.prefix))


@shown(router, "/favicon.ico")
def icon() -> Response:
    """Browsers ask for it; the pages name another."""
    return Response(status_code=204)
