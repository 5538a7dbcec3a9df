"""Where one may be led after signing in, and whether a request comes from our own pages. Pure."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

_LONGEST = 1_000


def local(path: str) -> str:
    """Return a path within this site as it was given; nothing for what may lead elsewhere.

    Browsers read « //evil », « /\\evil » and « /<tab>/evil » as other hosts.
    """
    if not path.startswith("/") or len(path) > _LONGEST:
        return ""
    if path.startswith("//") or "\\" in path or not path.isprintable() or " " in path:
        return ""
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else path


def is_from_here(headers: Mapping[str, str], hosts: Collection[str]) -> bool:
    """Whether a browser says that one of our own pages sent this.

    What says nothing is no browser of this decade: the token in its form decides alone. `hosts` are
    the names (with port) that this site has.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() in hosts
    except ValueError:  # « http://[ »
        return False
