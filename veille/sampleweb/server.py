"""The sample web on a real socket: loopback only, every host on one port, told by `Host`."""

import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from veille.sampleweb.content import Web, load_web
from veille.sampleweb.render import respond


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SampleServer:
    """Serve a web on 127.0.0.1 while the `with` block runs.

    `web` may be given as the day it starts. `clock` says what the present moment is, so that a
    test can live through a second night. `log` holds every request as (method, host,
    path, status), in the order of the answers; a dropped connection has status 0.
    """

    def __init__(self, web: Web | date, clock: Callable[[], datetime] = _utc_now) -> None:
        self.web = load_web(web) if isinstance(web, date) else web
        self.clock = clock
        self.log: list[tuple[str, str, str, int]] = []
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        """The port that the system chose."""
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts to lead here, the dead one included (its connections are dropped)."""
        return frozenset(site.host for site in self.web.sites)

    def dial(self, host: str, port: int) -> socket.socket | None:
        """Connect to the sample site of that host; None for any other host, or another port."""
        if port != 80 or host.lower() not in self.hosts:
            return None
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    # Visitors may keep a connection open after the block ends; they must not hold it back.
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: SampleServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Say what went wrong, unless a visitor merely hung up."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "veille-sampleweb"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        """Answer, and write the request down."""
        owner = self.server.owner
        host = self.headers.get("Host", "")
        response = respond(owner.web, host, self.path, dict(self.headers.items()), owner.clock())
        name = host.partition(":")[0].lower()
        owner.log.append((self.command, name, self.path, response.status))
        if response.status == 0:
            self._drop()
            return
        self.send_response(response.status)
        for header, value in response.headers.items():
            self.send_header(header, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command == "GET" and response.body:
            self.wfile.write(response.body)

    do_HEAD = do_GET

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: requests are in the server's `log`."""
