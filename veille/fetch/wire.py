"""One request, one answer: urllib3's connections, dialled by us and kept open between requests."""

import random
import socket
import ssl
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from threading import Lock
from typing import cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError
from urllib3.response import HTTPResponse
from urllib3.util.ssl_ import create_urllib3_context

from veille.clock import Clock
from veille.errors import FailureKind
from veille.fetch.addresses import Network
from veille.fetch.failures import translated
from veille.fetch.limits import (
    HEADER_BYTES,
    LimitPassed,
    Limits,
    Meter,
    MeteredSocket,
    MeteredTLSSocket,
    metered,
)
from veille.fetch.target import Target

# Not « deflate »: of its raw form, that half the servers mean by it, urllib3 2.8 loses the last
# bytes without a word when the body is framed by its length.
CODINGS = ", ".join(
    name for name in ("gzip", "br", "zstd") if name in HTTPResponse.CONTENT_DECODERS
)
"""The content codings that we ask for."""

WANTED = frozenset({200, 203})
"""The statuses whose body is read."""

_PIECE = 32 * 1024  # bytes of a body decoded at a time
_DENSEST = 200  # times that a body may be larger than what came over the wire: pages reach 50
_BUFFERED = 16 * 1024  # bytes of a body that may have come along with its headers
_BACKOFF = (0.5, 1.5)  # seconds before the one retry of a connection that was reset
_LEFTOVER = 64 * 1024  # bytes of an unwanted body worth reading, to keep its connection
_LEFTOVER_SECONDS = 2.0

_UNREADABLE = {"br", "zstd", "compress", "x-compress"}.difference(HTTPResponse.CONTENT_DECODERS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. `body` is decompressed, and empty unless the status is `WANTED`."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Dialled:
    """What makes a urllib3 connection go where our network leads, measured by a meter."""

    network: Network
    target: Target
    meter: Meter

    def _new_conn(self) -> socket.socket:
        patience = self.meter.patience()
        sock = metered(self.network.reach(self.target.host, self.target.port, patience))
        sock.settimeout(self.meter.patience())  # for the TLS handshake, which no meter sees
        return sock


class _Line(_Dialled, HTTPConnection):
    pass


class _TLSLine(_Dialled, HTTPSConnection):
    pass


Line = _Line | _TLSLine


class Wire:
    """Asks servers, within limits. Connections are kept for the next request, `spare` at most."""

    def __init__(
        self, network: Network, clock: Clock, *, spare: int, tls: ssl.SSLContext | None = None
    ) -> None:
        self._network = network
        self._clock = clock
        self._spare = spare
        self._given_tls = tls
        self._idle: OrderedDict[str, Line] = OrderedDict()
        self._idle_turn = Lock()

    def ask(self, target: Target, headers: Mapping[str, str], limits: Limits) -> Answer:
        """Send a GET and return what comes back; a reset before any answer is tried once more.

        Raises FetchError when no whole answer comes back within the limits.
        """
        with translated(target.url, limits):
            meter = Meter(limits)
            line, whole = self._take(target), False
            try:
                with closing(self._head(line, target, headers, meter)) as response:
                    body, whole = _body(response, limits, meter)
            finally:
                if whole and not line.is_closed:
                    self._keep(target.origin, line)
                else:
                    line.close()
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, found, body)

    def close(self) -> None:
        """Close the connections that are kept; none is kept from now on."""
        with self._idle_turn:
            self._spare = 0
            lines = list(self._idle.values())
            self._idle.clear()
        for line in lines:
            line.close()

    def _head(
        self, line: Line, target: Target, headers: Mapping[str, str], meter: Meter
    ) -> HTTPResponse:
        kept = not line.is_closed
        try:
            return _send(line, target, headers, meter)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            if isinstance(error, ConnectionRefusedError):
                raise
            line.close()
            if not kept:  # a kept connection may well have been closed meanwhile: no news
                self._clock.sleep(random.uniform(*_BACKOFF))
            return _send(line, target, headers, meter)

    def _take(self, target: Target) -> Line:
        with self._idle_turn:
            line = self._idle.pop(target.origin, None)
        if line is None:
            line = self._new_line(target)
        elif not line.is_connected:
            line.close()
        return line

    def _new_line(self, target: Target) -> Line:
        line: Line
        if target.scheme == "https":
            line = _TLSLine(target.host, target.port, ssl_context=self._tls)
        else:
            line = _Line(target.host, target.port)
        line.network, line.target = self._network, target
        return line

    def _keep(self, origin: str, line: Line) -> None:
        with self._idle_turn:
            self._idle[origin] = line
            surplus = self._idle.popitem(last=False)[1] if len(self._idle) > self._spare else None
        if surplus is not None:
            surplus.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = self._given_tls
        if context is None:
            context = create_urllib3_context()
            context.load_default_certs()
        context.sslsocket_class = MeteredTLSSocket
        return context


def _send(line: Line, target: Target, headers: Mapping[str, str], meter: Meter) -> HTTPResponse:
    line.meter = meter
    line.timeout = meter.patience()
    if line.is_closed:
        line.connect()
    meter.admit(HEADER_BYTES)
    cast(MeteredSocket, line.sock).meter = meter
    line.request("GET", target.path, headers=headers, preload_content=False)
    return line.getresponse()


def _body(response: HTTPResponse, limits: Limits, meter: Meter) -> tuple[bytes, bool]:
    """Return the body, if it is wanted, and whether the answer was read to its end."""
    if response.status not in WANTED:
        return b"", _leave(response, meter)
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in _UNREADABLE:
        raise DecodeError(coding)
    if not limits.truncate and (response.length_remaining or 0) > limits.max_bytes:
        raise LimitPassed(FailureKind.TOO_LARGE, limits.max_bytes)
    # Twice as much may come over the wire: small chunks cost more than what they hold.
    meter.admit(2 * limits.max_bytes + HEADER_BYTES)
    body = BytesIO()
    for piece in response.stream(_PIECE, decode_content=True):
        meter.patience()  # many pieces may come out of what was read already
        body.write(piece)
        if body.tell() > min(limits.max_bytes, _DENSEST * (meter.taken + _BUFFERED)):
            if limits.truncate:
                return body.getvalue()[: limits.max_bytes], False
            raise LimitPassed(FailureKind.TOO_LARGE, limits.max_bytes)
    return body.getvalue(), True


def _leave(response: HTTPResponse, meter: Meter) -> bool:
    """Read a short body that nobody wants, so that its connection can serve again."""
    if response.length_remaining is None or response.length_remaining > _LEFTOVER:
        return False
    meter.hurry(_LEFTOVER_SECONDS)
    with suppress(LimitPassed):
        response.drain_conn()
    return response.length_remaining == 0
