"""A web server on loopback that answers what a test tells it to, well or badly."""

import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

Script = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Seen:
    """One request as it came; header names are lower-case, `peer` is the visitor's port."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    peer: int


@dataclass
class _Served:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    script: Script | None = None


class FakeServer:
    """Serves while the `with` block runs; everything not served is a 404.

        with FakeServer() as server:
            server.serve("/feed", b"<rss/>", {"ETag": '"1"'})
            server.fail("/broken")
            ... server.url + "/feed" ... server.dial ... server.log

    A path may be served for one host only (`host=`) or for all. A conditional request for
    something served with the same `ETag` or `Last-Modified` is answered 304.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Seen] = []
        self._served: dict[tuple[str | None, str], _Served] = {}
        self._server = _Server(self, tls)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._scheme = "https" if tls else "http"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address of the server, without a final slash."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """The paths asked for, robots.txt apart, in order."""
        return [seen.path for seen in self.log if seen.path != "/robots.txt"]

    def serve(
        self,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        status: int = 200,
        *,
        host: str | None = None,
    ) -> None:
        """Answer this path so from now on."""
        self._served[host, path] = _Served(status, dict(headers or {}), body)

    def redirect(self, path: str, to: str, status: int = 302, *, host: str | None = None) -> None:
        """Answer this path with a redirect."""
        self.serve(path, headers={"Location": to}, status=status, host=host)

    def script(self, path: str, script: Script, *, host: str | None = None) -> None:
        """Answer this path with these raw bytes, status line included, then hang up."""
        self._served[host, path] = _Served(script=script)

    def fail(self, path: str, *, host: str | None = None) -> None:
        """Reset the connection when this path is asked for."""
        self.script(path, _reset, host=host)

    def dial(self, host: str, port: int) -> socket.socket:
        """Lead any host here: a `Dialer` for the fetcher."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)

    def answer(self, host: str, path: str) -> _Served:
        """Return what was told for this host and path."""
        missing = _Served(status=404)
        return self._served.get((host, path)) or self._served.get((None, path)) or missing

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _reset() -> Iterable[bytes]:
    raise ConnectionResetError


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a visitor may keep its connection; it must not hold the test back
    request_queue_size = 128

    def __init__(self, owner: FakeServer, tls: ssl.SSLContext | None) -> None:
        self.owner = owner
        self.tls = tls
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request, client_address) -> None:
        if self.tls is not None:  # here, in the visitor's own thread: a handshake may hang
            request.settimeout(5)
            request = self.tls.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            request.close()

    def handle_error(self, request, client_address) -> None:
        """A visitor that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        owner, host = self.server.owner, self.headers.get("Host", "").partition(":")[0]
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner.log.append(Seen("GET", host, self.path, headers, self.client_address[1]))
        served = owner.answer(host, self.path)
        if served.script is not None:
            self._run(served.script)
        elif served.status == 200 and self._unchanged(served):
            self._reply(304, served.headers, b"")
        else:
            self._reply(served.status, served.headers, served.body)

    def _unchanged(self, served: _Served) -> bool:
        known = {name.lower(): value for name, value in served.headers.items()}
        pairs = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
        given = [(known.get(ours), self.headers.get(theirs)) for ours, theirs in pairs]
        asked = [(mine, theirs) for mine, theirs in given if theirs is not None]
        return bool(asked) and all(mine == theirs for mine, theirs in asked)

    def _reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in (204, 304) and "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _run(self, script: Script) -> None:
        self.close_connection = True
        try:
            for piece in script():
                self.wfile.write(piece)
        except ConnectionResetError:
            with suppress(OSError):  # closing with no time to linger sends a reset
                at_once = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        except OSError:
            pass  # the visitor had enough

    def log_message(self, format: str, *args: object) -> None:
        """The log is `FakeServer.log`."""
