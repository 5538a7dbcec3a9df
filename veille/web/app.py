"""The pages, put together."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.staticfiles import StaticFiles

from veille.clock import Clock
from veille.errors import VeilleError
from veille.model.deliveries import Transport
from veille.web import api, archive, failures, feeds, front, leaving, preferences, signing_up
from veille.web.guard import Guard
from veille.web.post import Post
from veille.web.site import Site
from veille.web.staff import shell
from veille.web.staff.access import account, keys, login, recovering, users
from veille.web.staff.bulletins import adding, approval, arranging, previews, weeks, wording
from veille.web.staff.library import items, search, stories
from veille.web.staff.review import deciding, done, queue, rereading, several
from veille.web.staff.watch import dashboard, links, runs, sources
from veille.web.watching import Watching
from veille.workspace import Workspace

MOST_BYTES = 64_000
"""Of one request's body: a form with every box ticked has two thousand."""

PAGES: Final = (
    front,
    signing_up,
    preferences,
    leaving,
    archive,
    feeds,
    login,
    recovering,
    account,
    queue,
    deciding,
    several,
    rereading,
    done,
    search,
    items,
    stories,
    links,
    sources,
    runs,
    users,
    dashboard,
    keys,
    api,
    weeks,
    arranging,
    wording,
    adding,
    previews,
    approval,
)
"""The page groups, for everybody and for the staff."""

_FAILURES: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    shell.SignInFirst: shell.sign_in_first,
    HTTPException: failures.refused,
    RequestValidationError: failures.misread,
    UnicodeEncodeError: failures.misread,  # a form may name an encoding that makes half characters
    VeilleError: failures.expected,
    Exception: failures.unexpected,
}


def create_app(
    workspace: Workspace, clock: Clock, *, transport: Transport | None = None
) -> FastAPI:
    """Return a workspace's pages as an ASGI application.

    The store of subscribers is made or brought up to date here. `transport` stands in for the mail
    server of the settings. Raises what `open_readers` raises.
    """
    site = Site(workspace, clock, Post(workspace, clock, transport), transport=transport)
    site.readers().close()
    site.desk().close()

    watching = Watching(workspace, clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        site.post.start()
        watching.start()
        yield
        watching.stop()
        site.post.stop()
        site.snapshots.close()

    app = FastAPI(
        title=site.name,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would answer with the host that the request names
        lifespan=lifespan,
        exception_handlers=_FAILURES,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # addresses hold secrets
    )
    app.state.site = site
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)
    app.add_middleware(Guard, language=workspace.settings.language)
    for group in PAGES:
        app.include_router(group.router)
    app.state.roles = shell.roles(routes())
    app.mount("/static", _Static(directory=str(files("veille.web") / "static")))
    return app


def routes() -> list[APIRoute]:
    """Return the routes of all pages."""
    found = (route for group in PAGES for route in group.router.routes)
    return [route for route in found if isinstance(route, APIRoute)]


class _Static(StaticFiles):
    """Our style sheet; its address changes with the version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - the library's
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response
