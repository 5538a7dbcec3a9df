"""Servers that mean ill or are badly broken: each ends as a named failure, soon and in bounds."""

import gzip
import itertools
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import brotli
import pytest
from fakes.clock import FakeClock
from fakes.hostile import CHUNKED, GZIPPED, OK, for_ever, zeros_gzipped
from fakes.server import FakeServer
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.clock import SystemClock
from veille.config import FetchSettings
from veille.errors import FailureKind, FetchError
from veille.fetch import HttpFetcher
from veille.model import Request

MAX_BYTES = 2_000_000
TOTAL = 0.6


def zeros_by(pack: Callable[[bytes], bytes], coding: str) -> Callable[[], Iterable[bytes]]:
    body = pack(bytes(30_000_000))
    head = f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda: [OK + head.encode(), body]


def gzipped_twice(body: bytes) -> bytes:
    return gzip.compress(gzip.compress(body, 1), 1)


def slowly(head: bytes, rest: bytes) -> Callable[[], Iterator[bytes]]:
    """Send `head` at once, then the rest, and spaces for ever, a byte at a time."""

    def drip() -> Iterator[bytes]:
        yield head
        for byte in itertools.chain(rest, itertools.repeat(0x20)):
            yield bytes([byte])
            time.sleep(0.1)

    return drip


def silence() -> Iterator[bytes]:
    time.sleep(2)
    yield b""


LARGE, SLOW, BROKEN = FailureKind.TOO_LARGE, FailureKind.TOO_SLOW, FailureKind.BROKEN
SOME_LIMIT = (LARGE, SLOW)  # whichever the machine comes to first
SLOW_SERVERS = {
    "a status line by drops": (slowly(b"", OK + b"\r\n"), SLOW),
    "headers by drops": (slowly(OK, b"X: 1\r\n" * 99), SLOW),
    "a body by drops": (slowly(OK + b"\r\n", b"bonjour"), SLOW),
    "a long body by drops": (slowly(OK + b"Content-Length: 5000\r\n\r\n", b"bonjour"), SLOW),
    "chunks by drops": (slowly(CHUNKED, b"1\r\nx\r\n" * 99), SLOW),
    "a chunk size by drops": (slowly(CHUNKED, b"0" * 99), SLOW),
    "a gzip stream by drops": (slowly(GZIPPED, gzip.compress(b"bonjour" * 99)), SLOW),
    "silence": (silence, FailureKind.TIMEOUT),
    "an error by drops": (
        slowly(b"HTTP/1.1 404 Not Found\r\nContent-Length: 5000\r\n\r\n", b"perdu"),
        FailureKind.MISSING,
    ),
}
SERVERS = {
    # too much
    "1 GB of zeros gzipped": (zeros_gzipped, LARGE),
    "zeros by brotli": (zeros_by(lambda body: brotli.compress(body, quality=5), "br"), LARGE),
    "zeros by deflate": (zeros_by(zlib.compress, "deflate"), LARGE),
    "zeros gzipped twice": (zeros_by(gzipped_twice, "gzip, gzip"), LARGE),
    "an endless page": (for_ever(OK + b"\r\n", b"<p>encore</p>" * 5000), LARGE),
    "endless chunks": (for_ever(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), LARGE),
    "chunks of one byte": (for_ever(CHUNKED, b"1\r\nx\r\n" * 5000), SOME_LIMIT),
    "a gzip header without end": (
        for_ever(GZIPPED + b"\x1f\x8b\x08\x08" + bytes(6), b"x" * 65536),
        LARGE,
    ),
    "a body announced too large": (
        lambda: [OK + b"Content-Length: 99999999999999\r\n\r\n", b"x"],
        LARGE,
    ),
    "headers without end": (for_ever(OK, b"X-More: " + b"x" * 5000 + b"\r\n"), LARGE),
    "one header without end": (for_ever(OK + b"X-More: ", b"x" * 5000), BROKEN),
    "a hundred huge headers": (
        lambda: [OK, *[b"X-More: " + b"x" * 60_000 + b"\r\n"] * 100, b"\r\n"],
        LARGE,
    ),
    "many small headers": (lambda: [OK, b"X: 1\r\n" * 200, b"\r\n"], BROKEN),
    "a folded header without end": (for_ever(OK + b"X: 1\r\n", b" 2\r\n" * 500), BROKEN),
    "a status line without end": (for_ever(b"HTTP/1.1 200 ", b"OK" * 5000), BROKEN),
    "« continue » for ever": (for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), LARGE),
    "a chunk size without end": (for_ever(CHUNKED, b"0" * 5000), BROKEN),
    "a negative chunk": (for_ever(CHUNKED + b"-5\r\n", b"x" * 65536), BROKEN),
    "a chunk of minus one": (for_ever(CHUNKED + b"-1\r\n", b"x" * 65536), LARGE),
    "trailers without end": (for_ever(CHUNKED + b"0\r\n", b"X: 1\r\n" * 500), SOME_LIMIT),
    # broken
    "nothing at all": (lambda: [], BROKEN),
    "half a status line": (lambda: [b"HTTP/1."], BROKEN),
    "another protocol": (lambda: [b"SSH-2.0-OpenSSH_9.2\r\n"], BROKEN),
    "a number that is none": (lambda: [b"HTTP/1.1 deux OK\r\n\r\n"], BROKEN),
    "less than announced": (lambda: [OK + b"Content-Length: 50\r\n\r\n", b"x" * 49], BROKEN),
    "two lengths": (lambda: [OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"], BROKEN),
    "truncated chunks": (lambda: [CHUNKED, b"5\r\nab"], BROKEN),
    "no last chunk": (lambda: [CHUNKED, b"5\r\nabcde\r\n"], BROKEN),
    "chunks that are none": (lambda: [CHUNKED, b"zz\r\nabcde\r\n"], BROKEN),
    "invalid gzip": (lambda: [GZIPPED, b"<rss/>" * 99], BROKEN),
    "corrupted gzip": (
        lambda: [GZIPPED, gzip.compress(b"a")[:-8] + b"x" * 8],
        BROKEN,
    ),
    "ten codings": (lambda: [OK + b"Content-Encoding: gzip" + b",gzip" * 9 + b"\r\n\r\n"], BROKEN),
    "switching protocols": (lambda: [b"HTTP/1.1 101 Switching Protocols\r\n\r\n"], BROKEN),
    "a redirect to nowhere": (lambda: [b"HTTP/1.1 302 Found\r\nLocation:\r\n\r\n"], BROKEN),
    "an endless error": (
        for_ever(b"HTTP/1.1 500 Oops\r\n\r\n", b"x" * 65536),
        FailureKind.UNAVAILABLE,
    ),
}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as server:
        server.serve("/robots.txt", host="www.example.org")
        server.serve("/good", b"good")
        yield server


@pytest.fixture
def fetcher(server) -> Iterator[HttpFetcher]:
    limits = FetchSettings(
        host_delay=0, timeout=0.4, total_timeout=TOTAL, max_bytes=MAX_BYTES, max_redirects=3
    )
    with HttpFetcher(limits, SystemClock(), user_agent="veille/0", dial=server.dial) as fetcher:
        yield fetcher


def failure(fetcher: HttpFetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as raised:
        fetcher.get(Request(url))
    return raised.value


@pytest.mark.parametrize("name", SERVERS)
def test_hostile_servers(server, fetcher, name):
    script, kind = SERVERS[name]
    server.script("/x", script)
    fetcher.get(Request("http://www.example.org/good"))  # its robots.txt is known, and a line open
    started = time.monotonic()
    tracemalloc.start()
    error = failure(fetcher, "http://www.example.org/x")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.kind in (kind if isinstance(kind, tuple) else (kind,))
    assert error.subject == "http://www.example.org/x"
    assert time.monotonic() - started < 2 * TOTAL + 2
    assert peak < 5 * MAX_BYTES
    assert fetcher.get(Request("http://www.example.org/good")).body == b"good"


def test_slow_servers(server, fetcher):
    """All at a time, each a host of its own: none makes another wait."""
    for name, (script, _) in SLOW_SERVERS.items():
        server.script(f"/{name.replace(' ', '-')}", script)
    urls = [
        f"http://h{number}.example.org/{name.replace(' ', '-')}"
        for number, name in enumerate(SLOW_SERVERS)
    ]
    started = time.monotonic()
    with ThreadPoolExecutor(len(urls)) as threads:
        kinds = threads.map(lambda url: failure(fetcher, url).kind, urls)
        assert dict(zip(SLOW_SERVERS, kinds, strict=True)) == {
            name: kind for name, (_, kind) in SLOW_SERVERS.items()
        }
    assert time.monotonic() - started < 2 * TOTAL + 2


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        (SERVERS["an endless page"][0], "2000000"),
        (SLOW_SERVERS["headers by drops"][0], "0.6"),
        (silence, "0.4"),
        (SERVERS["less than announced"][0], "IncompleteRead"),
    ],
)
def test_what_was_passed_is_told(server, fetcher, script, detail):
    server.script("/x", script)
    assert failure(fetcher, "http://www.example.org/x").detail == detail


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("1 GB of zeros gzipped", None),  # only its beginning is read
        ("an endless page", None),
        ("headers without end", LARGE),
        ("headers by drops", SLOW),
        ("silence", FailureKind.TIMEOUT),
        ("truncated chunks", BROKEN),
        ("invalid gzip", BROKEN),
    ],
)
def test_hostile_robots_txt(server, fetcher, name, kind):
    script, _ = (SERVERS | SLOW_SERVERS)[name]
    server.script("/robots.txt", script, host="h.example.org")
    if kind is None:
        assert fetcher.get(Request("http://h.example.org/good")).body == b"good"
    else:
        assert failure(fetcher, "http://h.example.org/good").kind is kind
        assert server.paths == []


@pytest.mark.parametrize("length", [1, 2, 3])
def test_redirects_in_circles(server, fetcher, length):
    for step in range(length):
        server.redirect(f"/{step}", f"/{(step + 1) % length}", 301)
    error = failure(fetcher, "http://www.example.org/0")
    assert error.kind is FailureKind.REDIRECT_LOOP
    assert len(server.paths) == length


def test_redirects_without_end(server, fetcher):
    def onward() -> Iterator[bytes]:
        yield b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /%d\r\n\r\n" % len(server.log)

    for step in range(20):
        server.script(f"/{step}", onward)
    error = failure(fetcher, "http://www.example.org/0")
    assert error.kind is FailureKind.REDIRECT_LOOP
    assert len(server.paths) == 4


def test_an_answer_that_goes_on_does_not_answer_the_next_request(server, fetcher):
    def two_answers() -> Iterator[bytes]:
        yield OK + b"Content-Length: 1\r\n\r\na" + OK + b"Content-Length: 4\r\n\r\nEVIL"
        time.sleep(0.1)

    server.script("/x", two_answers)
    assert fetcher.get(Request("http://www.example.org/x")).body == b"a"
    assert fetcher.get(Request("http://www.example.org/good")).body == b"good"


def test_a_server_that_takes_calls_and_says_nothing_over_tls():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        limits = FetchSettings(timeout=0.3, total_timeout=1)
        started = time.monotonic()
        with HttpFetcher(
            limits,
            SystemClock(),
            user_agent="veille/0",
            dial=lambda host, asked: socket.create_connection(("127.0.0.1", port)),
        ) as fetcher:
            error = failure(fetcher, "https://www.example.org/")
    assert error.kind is FailureKind.TIMEOUT
    assert time.monotonic() - started < 2


ANSWERS = [
    OK + b'Content-Length: 7\r\nETag: "x"\r\n\r\nbonjour',
    CHUNKED + b"7\r\nbonjour\r\n3;a=b\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n",
    GZIPPED + gzip.compress(b"bonjour" * 50),
    OK + b"Content-Encoding: deflate, br\r\n\r\n" + brotli.compress(zlib.compress(b"bonjour")),
    b"HTTP/1.1 301 Moved\r\nLocation: http://\xc3\xa9.example.org:8080/b?c#d\r\n\r\n",
    b"HTTP/1.1 429 Later\r\nRetry-After: Sat, 21 Nov 2026 08:02:00 GMT\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 304 Not Modified\r\nETag: x\r\n\r\n",
]
SCRAPS = [
    *(b"\r\n", b"\n", b"\r", b"\0", b":", b" ", b"\t", b",", b";", b"%", b"[", b"@", b"\xff"),
    *(b"-1", b"-5", b"+5", b"0x10", b"1_0", b"9" * 30, b"gzip", b"br", b"chunked", b"identity"),
    *(b"HTTP/1.1 200 OK\r\n", b"Content-Length: 3\r\n", b"Location: http://[::1\r\n"),
]


@st.composite
def spoilt_answers(draw: st.DrawFn) -> bytes:
    """An answer with pieces cut out, put in, changed, or taken from another."""
    answer = bytearray(draw(st.sampled_from(ANSWERS)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(answer)))
        piece = draw(st.sampled_from(SCRAPS) | st.binary(max_size=3) | st.sampled_from(ANSWERS))
        answer[at : at + draw(st.integers(0, 8))] = piece
    return bytes(answer[: draw(st.integers(0, len(answer)))] if draw(st.booleans()) else answer)


@settings(deadline=None)
@given(st.lists(spoilt_answers(), min_size=1, max_size=3))
def test_any_answer_is_an_answer_or_a_named_failure(answers):
    waiting, others = iter(answers), []

    def dial(host: str, port: int) -> socket.socket:
        ours, theirs = socket.socketpair()
        others.append(theirs)
        theirs.sendall(next(waiting, b""))
        theirs.shutdown(socket.SHUT_WR)
        return ours

    limits = FetchSettings(host_delay=0, timeout=1, total_timeout=2, max_bytes=5000)
    with HttpFetcher(limits, FakeClock(), user_agent="veille/0", dial=dial) as fetcher:
        for path in ("/1", "/2"):
            with suppress(FetchError):
                fetched = fetcher.get(Request(f"http://www.example.org{path}", etag='"x"'))
                assert fetched.status in (200, 203, 204, 304)
    for other in others:
        other.close()
