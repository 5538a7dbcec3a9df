"""A web server before us may vouch for who asks: it names their account in a header.

Only the servers in `web.trusted_proxies` are believed, by the address that the connection comes
from; from anybody else the header is nothing. This stands outside of what reads X-Forwarded-For.
"""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

VOUCHED: Final = "veille.vouched"
"""Where a request keeps who is vouched for: not in its headers, which anybody writes."""


class Vouching:
    """Keeps what a trusted server says of who asks."""

    def __init__(self, app: ASGIApp, header: str, trusted: Sequence[str]) -> None:
        self._app = app
        self._header = header
        self._trusted = [ip_network(one) for one in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_trusted(scope):
            told = Headers(scope=scope).getlist(self._header)
            scope[VOUCHED] = told[0].strip().lower() if len(told) == 1 else ""
        await self._app(scope, receive, send)

    def _is_trusted(self, scope: Scope) -> bool:
        try:
            peer = ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)
