"""Addresses as sources give them, made absolute and rid of people's. No library is read for it."""

from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

from veille.text import redact, storable
from veille.urls import is_web

_LAYERS = 4  # of percent escapes; an address within a parameter within an address has three


@lru_cache(maxsize=4_096)  # a source's address is looked at as declared, and as answered from
def web_link(base: str, link: str | None) -> str | None:
    """Return the absolute http(s) address that `link` means on a page at `base`; None if none.

    Parameters that hold an e-mail address, however escaped, are left out; a page named by one has
    no address.
    """
    try:
        url = urljoin(base, storable(link or "").strip()) if link else ""
    except ValueError:  # brackets that are no IPv6 address
        return None
    if not is_web(url):
        return None
    if not _names_somebody(url):
        return url
    parts = urlsplit(url)
    safe = "&".join(part for part in parts.query.split("&") if not _names_somebody(part))
    url = parts._replace(query=safe, fragment="").geturl()
    return None if _names_somebody(url) else url


def _names_somebody(url: str) -> bool:
    """Return whether a part of a URL holds an e-mail address, or is escaped beyond reason."""
    for _layer in range(_LAYERS):
        if redact(url) != url:
            return True
        url, escaped = unquote(url), url
        if url == escaped:
            return False
    return True
