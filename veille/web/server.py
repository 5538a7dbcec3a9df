"""Serve the pages: where they listen, told before the first request, until asked to stop."""

import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from veille.clock import SystemClock
from veille.errors import UsageError
from veille.faults import why_not
from veille.i18n import _
from veille.settings.web import WebSettings
from veille.web.app import create_app
from veille.web.signing_up import why_closed
from veille.web.site import Site
from veille.web.staff.access.vouching import Vouching
from veille.workspace import Workspace

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Requests served at a time; those beyond are answered 503."""

_GRACE = 5  # seconds for the requests in hand, once asked to stop


def serve(
    workspace: Workspace,
    host: str,
    port: int,
    *,
    beyond_loopback: bool,
    tell: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Serve a workspace's pages until SIGTERM or SIGINT.

    `tell` is told where they are, `warn` what staff should mend. Raises UsageError for an address
    that cannot be listened on, or that other machines reach and nobody said they may.
    """
    if not (beyond_loopback or is_loopback(host)):
        raise UsageError(
            _("{host} is reached by other machines, and without encryption.").format(host=host),
            _(
                "Leave 127.0.0.1 and let a web server with a certificate pass requests on; or say "
                "--beyond-loopback if that is what you want."
            ),
        )
    app = create_app(workspace, SystemClock())
    server = uvicorn.Server(configured(app, workspace.settings.web))
    with listening(host, port) as listener:
        _end_in_order(server)
        tell(_("The pages are at {url} (Ctrl-C ends it).").format(url=_url(listener)))
        threading.Thread(target=_tell_closed, args=(app.state.site, warn), daemon=True).start()
        server.run(sockets=[listener])


def configured(app: FastAPI, settings: WebSettings) -> uvicorn.Config:
    """Return how the pages are served, wherever they listen."""
    return uvicorn.Config(
        _behind(app, settings),
        access_log=False,  # addresses of pages hold people's secrets
        log_config=None,
        server_header=False,
        proxy_headers=False,  # `_behind` does it
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=_GRACE,
        http="h11",
        ws="none",
    )


def _behind(app: ASGIApp, settings: WebSettings) -> ASGIApp:
    """Return the pages as they stand behind the web servers that the settings name, if any."""
    if not settings.trusted_proxies:
        return app
    told = ProxyHeadersMiddleware(app, list(settings.trusted_proxies))  # type: ignore[arg-type]
    if not settings.sso_header:
        return told  # type: ignore[return-value]
    return Vouching(told, settings.sso_header, settings.trusted_proxies)  # type: ignore[arg-type]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _end_in_order(server: uvicorn.Server) -> None:
    """Let a signal end the server, from now on and before it runs.

    It has handlers of its own while it runs, then raises the signal again: that is no failure.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _tell_closed(site: Site, warn: Callable[[str], None]) -> None:
    """Say why nobody can sign in or up, if so; loads meanwhile what first pages need."""
    with site.desk() as desk:
        if not desk.accounts.any():
            warn(_("Nobody can sign in yet: « veille users add NAME » makes the first account."))
    if error := why_closed(site):
        warn(_("Nobody can sign up yet. {why}").format(why=error))


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raise UsageError where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise UsageError(
            _("{host}:{port} cannot be listened on: {why}").format(
                host=host, port=port, why=why_not(error)
            ),
            _("Choose another port with --port."),
        ) from None
    # what is accepted inherits it; else head and body, sent apart, wait 40 ms for each other
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
