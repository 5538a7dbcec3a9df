"""What a web address is the address of: one spelling for all that lead to the same page. Pure."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from veille.errors import FailureKind, FetchError
from veille.model import digest

LONGEST_URL = 8_000
"""Characters of a URL beyond which it is none (RFC 9110, 4.1, asks for 8,000 octets)."""

PORTS = {"http": 80, "https": 443}

TRACKING_FAMILIES = ("utm_", "at_", "hsa_", "itm_", "mtm_", "oly_", "pk_", "vero_", "wt_")
"""Parameters that begin so say how a reader came: Google Analytics, Piano (AT Internet), HubSpot,
Adobe, Matomo, Omeda, Piwik, Vero, Webtrends."""

TRACKING = frozenset(
    (
        *("xtor", "xtref", "xts", "xtcr", "xtmc"),  # AT Internet before Piano
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "_ga", "_gl", "ga_source"),  # Google
        *("fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "igsh", "igshid"),
        *("msclkid", "twclid", "ttclid", "yclid", "ysclid", "li_fat_id", "rdt_cid", "epik"),
        *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "_ke", "__s", "ml_subscriber"),
        *("ml_subscriber_hash", "sc_campaign", "sc_channel", "sc_content", "sc_cid", "s_cid"),
        *("cmpid", "ncid", "smid", "smtyp", "sfnsn", "ref_src", "ref_url", "ns_campaign"),
        *("ns_mchannel", "ns_source", "ns_linkname", "ns_fee", "wickedid", "cvid", "guccounter"),
        *("phpsessid", "jsessionid", "cfid", "cftoken", "sessionid"),  # one visit's, not a page's
    )
)
"""Parameters that say how a reader came or who they are. Words that also name articles somewhere
(`ref`, `source`, `from`, `uid`, `sid`) are not among them: an item lost is worse than a double."""

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_TO_ESCAPE = str.maketrans({character: f"%{ord(character):02X}" for character in '[]`|^"<>\\{} '})
_PORT = re.compile(r":\d*$")
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@=]@[\w-]+(?:\.[\w-]+)+$|[^@=]%40[\w-]+(?:\.[\w-]+)+$", re.IGNORECASE)


def canonical(url: str) -> str:
    """Return the one spelling of a web address, which leads to the same page.

    Scheme and host in lower case, international names in punycode, the scheme's own port out; dot
    segments resolved, doubled slashes made one; percent escapes only where needed, in upper case;
    session and tracking parameters out, and those that hold an e-mail address; the others in the
    order of their names (those of one name as given), `a=` written `a`; the fragment out, unless
    it is a route (`#!/…`, `#/…`). A final slash stays as given: see `identity`. Idempotent.

    Raises FetchError(BAD_URL) for what is not the address of a web page, or holds credentials.
    """
    parts = _split(url)
    path, query, route = _path(parts.path), _query(parts.query), _route(parts.fragment)
    return urlunsplit((parts.scheme, _authority(parts), path, query, route))


def identity(url: str) -> str:
    """Return what tells a page from all others: its canonical URL less scheme, `www.`, final slash.

    For a site that moves to https, say, does not publish all its pages anew.

    Raises FetchError(BAD_URL) as `canonical` does.
    """
    parts = urlsplit(canonical(url))
    host, path = parts.netloc.removeprefix("www."), parts.path.removesuffix("/")
    return urlunsplit(("", host, path, parts.query, parts.fragment))


def item_id(url: str | None, source_id: str, guid: str | None, content: str) -> str:
    """Return an item's deterministic id: of its page's identity, else of its source and guid, else
    of its content. An address that is none of the web counts as no address.
    """
    if url and is_web(url):
        return digest("url", identity(url))
    return digest("guid", source_id, guid) if guid else digest("content", content)


def is_web(url: str) -> bool:
    """Return whether this is the address of something on the web (http or https, no password)."""
    try:
        _authority(_split(url))
    except FetchError:
        return False
    return True


def host_of(url: str) -> str:
    """Return the host of a web address, in lower case and punycode, without port; else empty."""
    try:
        return _host(_split(url))
    except FetchError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Return whether two addresses are on one host, or one's host lies within the other's domain.

    `www.` makes no difference. Two hosts under a common domain (`a.example.org`, `b.example.org`)
    may belong to different people, and are not one site.
    """
    a, b = (host_of(url).removeprefix("www.") for url in (one, other))
    return bool(a and b) and (a == b or a.endswith("." + b) or b.endswith("." + a))


@lru_cache(maxsize=2_048)  # whoever has one asks for its host, its canonical form, its target…
def _split(url: str) -> SplitResult:
    """Take a URL apart, its characters made safe; raise FetchError(BAD_URL) for no web address."""
    if len(url) > LONGEST_URL:
        raise _bad(url, f"> {LONGEST_URL}")
    try:
        parts = urlsplit(safe_url_string(url.strip()))
    except ValueError:  # brackets that are no IPv6 address, a port that is none, half characters
        raise _bad(url) from None
    if parts.scheme not in PORTS:
        raise _bad(url, f"{parts.scheme}:")
    if "@" in parts.netloc:
        raise _bad(url, "@")
    return parts


def _host(parts: SplitResult) -> str:
    """Return a host in lower case and punycode, without final dot; an IPv6 one in brackets."""
    host = parts.netloc.rpartition(":")[0] if _PORT.search(parts.netloc) else parts.netloc
    try:
        if "%" in host:
            host = unquote_to_bytes(host).decode().encode("idna").decode()
    except UnicodeError:
        raise _bad(parts.geturl()) from None
    host = host.lower().removesuffix(".")
    if not _HOST.fullmatch(host):
        raise _bad(parts.geturl(), f"//{host}")
    return host


def _authority(parts: SplitResult) -> str:
    host = _host(parts)
    try:
        port = parts.port
    except ValueError:
        raise _bad(parts.geturl()) from None
    return host if port in (None, PORTS[parts.scheme]) else f"{host}:{port}"


def _path(path: str) -> str:
    path = re.sub(r"(?<!:)/{2,}", "/", "/" + _SESSION.sub("", _escaped(path)))
    return urlsplit(urljoin("http://host/", path)).path or "/"


def _query(query: str) -> str:
    pairs = (_escaped(pair).partition("=") for pair in query.split("&"))
    kept = [(name, value) for name, _, value in pairs if name and not _tells_who(name, value)]
    kept.sort(key=lambda pair: pair[0])
    return "&".join(f"{name}={value}" if value else name for name, value in kept)


def _tells_who(name: str, value: str) -> bool:
    name = name.lower()
    return (
        name in TRACKING
        or name.startswith(TRACKING_FAMILIES)
        or _ADDRESS.search(value or name) is not None
    )


def _route(fragment: str) -> str:
    """Return the part of a fragment that a single-page site needs to show the page; mostly none."""
    return _escaped(fragment) if re.match(r"!?/.|!.", fragment) else ""


def _escaped(part: str) -> str:
    """Return a part of a URL with the escapes it needs, and no others, in upper case."""
    return _PERCENT.sub(_escape, part).translate(_TO_ESCAPE)


def _escape(found: re.Match[str]) -> str:
    if not found[1]:
        return "%25"
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


def _bad(url: str, detail: str = "") -> FetchError:
    return FetchError(FailureKind.BAD_URL, re.sub(r"//[^/]*@", "//", url)[:100], detail)
