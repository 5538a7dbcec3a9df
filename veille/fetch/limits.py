"""The limits of one exchange, kept where its bytes come in: at the socket.

Time-outs of an HTTP library bound each wait, not their sum, and not what is read before the body:
a server can send one byte a second for ever, or headers without end. Here every read asks a meter
first, so that whatever the library is reading (status line, headers, chunk sizes) ends in time.
"""

import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any

from veille.errors import FailureKind

HEADER_BYTES = 256 * 1024
"""Bytes that may come before the body. Real ones stay under 16 KiB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take; see FetchSettings. `truncate`: keep the first `max_bytes` of a
    longer answer instead of refusing it."""

    timeout: float
    total: float
    max_bytes: int
    truncate: bool = False


class LimitPassed(Exception):
    """A limit was passed: which kind of failure that is, and the limit."""

    def __init__(self, kind: FailureKind, limit: float) -> None:
        super().__init__(kind, limit)
        self.kind = kind
        self.limit = limit


class Meter:
    """What an exchange may still take: seconds, and bytes as they come over the wire."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadline = time.monotonic() + limits.total
        self._allowance = self._left = 0

    def admit(self, count: int) -> None:
        """Let so many bytes come from now on."""
        self._allowance = self._left = count

    @property
    def taken(self) -> int:
        """The bytes that came since they were last admitted."""
        return self._allowance - self._left

    def hurry(self, seconds: float) -> None:
        """Leave the exchange no more than so many seconds from now on."""
        self._deadline = min(self._deadline, time.monotonic() + seconds)

    def patience(self) -> float:
        """Return the seconds that the next piece may take; raise LimitPassed(TOO_SLOW)."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise LimitPassed(FailureKind.TOO_SLOW, self._limits.total)
        return min(left, self._limits.timeout)

    def took(self, count: int) -> None:
        """Note the bytes of a piece; raise LimitPassed(TOO_LARGE)."""
        self._left -= count
        if self._left < 0:
            raise LimitPassed(FailureKind.TOO_LARGE, self._allowance)


class MeteredSocket(socket.socket):
    """A socket each of whose reads is measured, once it was given a meter."""

    meter: Meter | None = None

    def settimeout(self, value: float | None) -> None:
        """Do as any socket does, unless nothing would change: the system is asked each time."""
        if value != self.gettimeout():
            super().settimeout(value)

    def recv_into(self, buffer: Any, *args: Any) -> int:  # noqa: ANN401
        """Read as any socket does; raise LimitPassed where the meter says so."""
        meter = self.meter
        if meter is None:
            return super().recv_into(buffer, *args)
        self.settimeout(meter.patience())
        try:
            count = super().recv_into(buffer, *args)
        except TimeoutError:
            meter.patience()  # the time of the whole exchange may be what ran out
            raise
        meter.took(count)
        return count


class MeteredTLSSocket(MeteredSocket, ssl.SSLSocket):
    """The same over TLS."""


def metered(sock: socket.socket) -> MeteredSocket:
    """Turn a connected socket into a metered one; the one given is used up, unless it is one."""
    if isinstance(sock, MeteredSocket):
        return sock
    timeout = sock.gettimeout()
    taken = MeteredSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    taken.settimeout(timeout)
    return taken
