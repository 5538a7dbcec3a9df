"""Sites that mean ill or are badly broken, to be served on loopback by a `FakeServer`."""

import itertools
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from fakes.server import FakeServer

from veille.errors import FailureKind

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIPPED = OK + b"Content-Encoding: gzip\r\n\r\n"
GIGABYTE = 1_000_000_000

Site = Callable[[FakeServer, str, str], None]
"""Makes a server answer badly for this host and path."""


def zeros_gzipped() -> Iterable[bytes]:
    """1 GB of zeros in one gzip stream, made as it goes: each block stands by itself."""
    yield GZIPPED
    packer = zlib.compressobj(9, wbits=31)
    million = bytes(1_000_000)
    yield packer.compress(million) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(million) + packer.flush(zlib.Z_FULL_FLUSH)
    yield from itertools.repeat(block, GIGABYTE // len(million) - 1)


def for_ever(head: bytes, piece: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: itertools.chain([head], itertools.repeat(piece))


def a_byte_a_second() -> Iterator[bytes]:
    yield OK + b"Content-Length: 500\r\n\r\n"
    for byte in rss():
        yield bytes([byte])
        time.sleep(1)


def rss(*items: str, before: str = "") -> bytes:
    """A feed of these items, with something before its root."""
    about = "<title>t</title><link>http://a.example.org/</link><description>d</description>"
    return f'{before}<rss version="2.0"><channel>{about}{"".join(items)}</channel></rss>'.encode()


def item(title: str, link: str = "", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def says(body: bytes, **headers: str) -> Site:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda server, host, path: server.serve(path, body, named, host=host)


def does(script: Callable[[], Iterable[bytes]]) -> Site:
    return lambda server, host, path: server.script(path, script, host=host)


def leads_to(url: str) -> Site:
    return lambda server, host, path: server.redirect(path, url, host=host)


def goes_round(server: FakeServer, host: str, path: str) -> None:
    server.redirect(path, f"{path}?again", 301, host=host)
    server.redirect(f"{path}?again", path, 301, host=host)


def steals(server: FakeServer, host: str, path: str) -> None:
    """Entities that a careless parser would fetch, from this machine and from another."""
    entities = (
        '<!ENTITY f SYSTEM "file:///etc/passwd">'
        f'<!ENTITY % p SYSTEM "{server.url}/stolen.dtd"> %p;'
        f'<!ENTITY h SYSTEM "{server.url}/stolen">'
    )
    doctype = f'<!DOCTYPE rss SYSTEM "{server.url}/stolen.dtd" [{entities}]>'
    server.serve(path, rss(item("&f;&h;"), before=doctype), host=host)


_BOMB = '<!DOCTYPE rss [<!ENTITY a "' + "a" * 50_000 + '">]>'
_JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": ['
_ENDLESS = for_ever(OK + b"\r\n", b"<p>encore</p>" * 5_000)
_CHUNKS = for_ever(CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n")

_FORBIDDEN = FailureKind.FORBIDDEN_ADDRESS, FailureKind.FORBIDDEN_ADDRESS
_TOO_LARGE = FailureKind.TOO_LARGE, FailureKind.TOO_LARGE

SITES: dict[str, tuple[Site, tuple[FailureKind, FailureKind]]] = {
    "gigabyte": (does(zeros_gzipped), _TOO_LARGE),
    "endless": (does(_ENDLESS), _TOO_LARGE),
    "endless-chunks": (does(_CHUNKS), _TOO_LARGE),
    "drops": (does(a_byte_a_second), (FailureKind.TOO_SLOW, FailureKind.TOO_SLOW)),
    "round": (goes_round, (FailureKind.REDIRECT_LOOP, FailureKind.REDIRECT_LOOP)),
    "to-loopback": (leads_to("http://127.0.0.1/"), _FORBIDDEN),
    "to-odd-loopback": (leads_to("http://0x7f000001/"), _FORBIDDEN),
    "to-loopback-v6": (leads_to("http://[::1]/"), _FORBIDDEN),
    "to-metadata": (leads_to("http://169.254.169.254/latest/meta-data/"), _FORBIDDEN),
    "to-private-name": (leads_to("http://at-192-168-1-1.example.org/"), _FORBIDDEN),
    "to-file": (leads_to("file:///etc/passwd"), (FailureKind.BAD_URL, FailureKind.BAD_URL)),
    "to-mail": (leads_to("http://a.example.org:25/"), (FailureKind.BAD_URL, FailureKind.BAD_URL)),
    # names that are at addresses where nothing may be asked: see fakes.night
    "at-10-0-0-7": (says(rss()), _FORBIDDEN),
    "at-127-0-0-1": (says(rss()), _FORBIDDEN),
    "at-169-254-169-254": (says(rss()), _FORBIDDEN),
    # what is no page is told by its first bytes, before a parser sees it
    "bomb": (
        says(rss(item("&a;" * 9_999), before=_BOMB)),
        (FailureKind.ENTITIES, FailureKind.NO_TEXT),
    ),
    "thief": (steals, (FailureKind.ENTITIES, FailureKind.NO_TEXT)),
    "slow": (  # feedparser looks for an address in its author for minutes
        says(rss(item("t", more=f"<author>{'a' * 200_000}</author>"))),
        (FailureKind.LIMIT, FailureKind.NOT_TEXT),
    ),
    "hungry": (
        says(b"<html><body>" + b"<p>" * 3_000_000, content_type="text/html"),
        (FailureKind.LIMIT, FailureKind.LIMIT),
    ),
    "hungry-json": (
        says(_JSON + b"[]," * 3_000_000 + b"[]]}"),
        (FailureKind.LIMIT, FailureKind.NOT_TEXT),
    ),
}
"""What a site does; and how that ends where a feed is asked for, and where a page is."""
