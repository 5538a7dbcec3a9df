"""Whom to ask for what: a URL taken apart once, so that what is checked is what is asked."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from veille.errors import FailureKind, FetchError

LONGEST_URL = 8_000
"""Octets of a URL: what RFC 9110 (4.1) asks every recipient to support at least."""

PORTS = {"http": 80, "https": 443}

# Where other protocols listen: a URL that leads there is meant for them, not for us. From the
# « bad ports » of the WHATWG Fetch standard (2.9), with today's databases and caches.
FORBIDDEN_PORTS = frozenset(
    {0, 7, 9, 13, 19, 20, 21, 22, 23, 25, 37, 53, 69, 79, 110, 111, 113, 119, 123, 135, 137, 139}
    | {143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 548, 554, 587, 631, 636, 873, 993}
    | {995, 1433, 1521, 2049, 2375, 3306, 3389, 5060, 5061, 5432, 5900, 6000, 6379, 9200, 11211}
    | {27017}
)

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to ask one host for.

    `host` is lower-case ASCII (IDNA), without brackets or final dot; `path` is what the request
    line holds; `url` has no fragment, and is the same for all spellings of one address; `origin`
    is `scheme://host`, with the port when it is not the scheme's own.
    """

    scheme: str
    host: str
    port: int
    path: str
    origin: str
    url: str


@lru_cache(maxsize=4096)
def read_target(url: str) -> Target:
    """Take a URL apart.

    Raises FetchError(BAD_URL) when it is not http(s), names no possible host, holds credentials,
    or leads to a port where something else than HTTP listens; the detail says which.
    """
    if len(url) > LONGEST_URL:
        raise FetchError(FailureKind.BAD_URL, url[:100], f"> {LONGEST_URL}")
    try:
        parts = parse_url(url.strip())
    except LocationParseError:
        raise FetchError(FailureKind.BAD_URL, url) from None
    if fault := _fault(parts):
        raise FetchError(FailureKind.BAD_URL, url, fault)
    scheme, host = parts.scheme or "", _bare_host(parts)
    port = parts.port or PORTS[scheme]
    authority = f"[{host}]" if ":" in host else host
    origin = f"{scheme}://{authority}" + ("" if port == PORTS[scheme] else f":{port}")
    path = parts.request_uri
    return Target(scheme, host, port, path, origin, origin + path)


def join(target: Target, location: str) -> Target:
    """Return what a Location header seen at `target` leads to; raise FetchError(BAD_URL)."""
    with suppress(UnicodeError):  # headers come as Latin-1; what is beyond ASCII is mostly UTF-8
        location = location.encode("latin-1").decode("utf-8")
    try:
        return read_target(urljoin(target.url, location.strip()))
    except ValueError:
        raise FetchError(FailureKind.BAD_URL, location[:100]) from None


def _fault(parts: Url) -> str:
    if parts.scheme not in PORTS:
        return f"{parts.scheme or ''}:"
    if parts.auth is not None:
        return "@"
    if parts.port in FORBIDDEN_PORTS:
        return f":{parts.port}"
    host = _bare_host(parts)
    # An IPv6 zone (« %eth0 ») names an interface of this very machine.
    possible = "%" not in host if ":" in host else _NAME.fullmatch(host)
    return "" if possible else f"//{host}"


def _bare_host(parts: Url) -> str:
    return (parts.host or "").strip("[]").removesuffix(".").lower()
