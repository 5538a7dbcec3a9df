"""The fetcher against a real server on loopback: what it asks, and what it makes of answers."""

import errno
import gzip
import socket
import ssl
import subprocess
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import brotli
import pytest
from fakes.server import FakeServer

from veille.config import FetchSettings
from veille.errors import FailureKind, FetchError
from veille.fetch import HttpFetcher, user_agent
from veille.model import Request, RobotsRecord

AGENT = user_agent("https://veille.example.org/à propos", "0.1")
SITE = "http://www.example.org"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture
def open_fetcher(clock, server):
    """Open fetchers led to the server, as many as a test wants."""
    opened = []

    def open_(tls=None, robots=None, to=server, **settings) -> HttpFetcher:
        chosen = FetchSettings(**{"host_delay": 0, "timeout": 5, "total_timeout": 10} | settings)
        fetcher = HttpFetcher(chosen, clock, user_agent=AGENT, dial=to.dial, tls=tls, robots=robots)
        opened.append(fetcher)
        return fetcher

    yield open_
    for fetcher in opened:
        fetcher.close()


def failure(fetcher, url: str, **request) -> FetchError:
    with pytest.raises(FetchError) as raised:
        fetcher.get(Request(url, **request))
    return raised.value


def test_a_page_comes_whole_with_its_headers(server, open_fetcher, clock):
    server.serve("/a", b"bonjour", {"Content-Type": "text/html; charset=utf-8", "X-Twice": "1"})
    fetched = open_fetcher().get(Request(f"{SITE}/a#fragment", accept="text/html"))
    assert fetched.body == b"bonjour"
    assert (fetched.status, fetched.at) == (200, clock.now())
    assert (fetched.asked, fetched.url) == (f"{SITE}/a#fragment", f"{SITE}/a")
    assert (fetched.content_type, fetched.headers["x-twice"]) == ("text/html", "1")
    assert fetched.moved_to is None
    assert server.log[-1].headers["accept"] == "text/html"


def test_we_say_who_we_are_everywhere(server, open_fetcher):
    server.serve("/a")
    open_fetcher().get(Request(f"{SITE}/a"))
    assert [seen.path for seen in server.log] == ["/robots.txt", "/a"]
    agents = {seen.headers["user-agent"] for seen in server.log}
    assert agents == {"veille/0.1 (+https://veille.example.org/%C3%A0 propos)"}
    assert not any("cookie" in seen.headers or "referer" in seen.headers for seen in server.log)


def test_a_contact_cannot_break_a_header():
    assert user_agent("a@b.ca\r\nX: 1", "0.1") == "veille/0.1 (+a@b.ca%0D%0AX: 1)"


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_validators_are_answered_304(server, open_fetcher, header):
    value = {"ETag": 'W/"é-1"'.encode().decode("latin-1"), "Last-Modified": "yesterday"}[header]
    value = '"1"' if header == "ETag" else value
    server.serve("/feed", b"<rss/>", {header: value})
    request = Request(f"{SITE}/feed", **{header.lower().replace("-", "_"): value})
    fetched = open_fetcher().get(request)
    assert fetched.not_modified
    assert fetched.body == b""
    assert fetched.headers[header.lower()] == value


def test_validators_that_no_header_can_hold_are_left_out(server, open_fetcher):
    server.serve("/feed", b"<rss/>")
    fetched = open_fetcher().get(Request(f"{SITE}/feed", etag='"a\r\nX: 1"', last_modified="é"))
    assert fetched.body == b"<rss/>"
    assert not {"if-none-match", "if-modified-since", "x"} & set(server.log[-1].headers)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, FailureKind.DENIED) for status in (400, 401, 402, 403, 405, 418, 451, 499)),
        (404, FailureKind.MISSING),
        (410, FailureKind.GONE),
        (429, FailureKind.RATE_LIMITED),
        *((status, FailureKind.UNAVAILABLE) for status in (500, 502, 503, 504, 520, 599)),
        *((status, FailureKind.BROKEN) for status in (201, 202, 206, 226, 300, 304, 305, 600, 999)),
        *((status, FailureKind.BROKEN) for status in (301, 302)),  # they lead nowhere
    ],
)
def test_statuses(server, open_fetcher, status, kind):
    server.serve("/x", b"", status=status)
    error = failure(open_fetcher(), f"{SITE}/x")
    assert (error.kind, error.status, error.subject) == (kind, status, f"{SITE}/x")
    assert error.detail == str(status)


@pytest.mark.parametrize(("status", "body"), [(200, b""), (203, b"x"), (204, b"")])
def test_usable_statuses(server, open_fetcher, status, body):
    server.serve("/x", body, status=status)
    fetched = open_fetcher().get(Request(f"{SITE}/x"))
    assert (fetched.status, fetched.body) == (status, body)


# --- redirects


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        *(([301], True), ([308], True), ([302], False), ([303], False), ([307], False)),
        *(([301, 308, 301], True), ([301, 302, 301], False), ([302, 301], False)),
    ],
)
def test_a_move_is_remembered_when_every_step_is_for_good(server, open_fetcher, statuses, moved):
    for step, status in enumerate(statuses):
        server.redirect(f"/{step}", f"/{step + 1}", status)
    server.serve(f"/{len(statuses)}", b"here")
    fetched = open_fetcher().get(Request(f"{SITE}/0"))
    assert fetched.body == b"here"
    assert fetched.url == f"{SITE}/{len(statuses)}"
    assert fetched.moved_to == (fetched.url if moved else None)


def test_redirects_are_counted(server, open_fetcher):
    for step in range(9):
        server.redirect(f"/{step}", f"/{step + 1}")
    server.serve("/5", b"five")
    server.serve("/9", b"nine")
    fetcher = open_fetcher(max_redirects=5)
    assert fetcher.get(Request(f"{SITE}/0")).body == b"five"
    server.redirect("/5", "/6")
    assert failure(fetcher, f"{SITE}/0").kind is FailureKind.REDIRECT_LOOP
    assert failure(open_fetcher(max_redirects=0), f"{SITE}/0").kind is FailureKind.REDIRECT_LOOP


@pytest.mark.parametrize(
    "to", ["ftp://a.example.org/", "http://u:p@a.example.org/", "http://:80/", "http://a.org:22/"]
)
def test_a_redirect_may_not_leave_the_web(server, open_fetcher, to):
    server.redirect("/x", to)
    error = failure(open_fetcher(), f"{SITE}/x")
    assert (error.kind, error.subject) == (FailureKind.BAD_URL, f"{SITE}/x")


def test_the_robots_txt_of_each_hop_is_heeded(server, open_fetcher):
    server.serve("/robots.txt", b"User-agent: veille\nDisallow: /x", host="b.example.org")
    server.redirect("/x", "http://b.example.org/x", host="www.example.org")
    error = failure(open_fetcher(), f"{SITE}/x")
    assert (error.kind, error.detail) == (FailureKind.ROBOTS, "http://b.example.org/robots.txt")
    assert server.paths == ["/x"]


def test_the_date_does_not_go_to_another_host(server, open_fetcher):
    server.redirect("/x", "/y")
    server.redirect("/y", "http://b.example.org/z")
    server.serve("/z", b"z")
    request = Request(f"{SITE}/x", etag='"1"', last_modified="Sat, 21 Nov 2026 08:00:00 GMT")
    assert open_fetcher().get(request).body == b"z"
    sent = [set(seen.headers) & {"if-none-match", "if-modified-since"} for seen in server.log]
    both = {"if-none-match", "if-modified-since"}
    assert [found for found in sent if found] == [both, both, {"if-none-match"}]


# --- robots.txt and pace


def test_a_refused_page_is_not_asked_for(server, open_fetcher):
    server.serve("/robots.txt", b"User-agent: *\nDisallow: /private\nCrawl-delay: 7")
    server.serve("/private/x", b"x")
    server.serve("/open", b"o")
    fetcher = open_fetcher()
    error = failure(fetcher, f"{SITE}/private/x")
    assert (error.kind, error.detail) == (FailureKind.ROBOTS, f"{SITE}/robots.txt")
    assert fetcher.get(Request(f"{SITE}/open")).body == b"o"
    assert server.paths == ["/open"]


def test_pauses_between_requests_to_one_host(server, open_fetcher, clock):
    server.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 7")
    server.serve("/a", b"")
    fetcher = open_fetcher(host_delay=1.0)
    for _ in range(3):
        fetcher.get(Request(f"{SITE}/a"))
    fetcher.get(Request("http://b.example.org:8080/a"))
    assert clock.slept == [7, 7, 7, 7]


def test_many_threads_and_one_request_at_a_time_for_a_host(server, open_fetcher):
    busy, most, lock = {}, {}, threading.Lock()

    def answer():
        host = server.log[-1].host
        with lock:
            busy[host] = busy.get(host, 0) + 1
            most[host] = max(most.get(host, 0), busy[host])
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
        with lock:
            busy[host] -= 1
        yield b"ok"

    server.script("/x", answer)
    fetcher = open_fetcher()
    urls = [f"http://h{number % 4}.example.org/x" for number in range(60)]
    with ThreadPoolExecutor(16) as threads:
        bodies = list(threads.map(lambda url: fetcher.get(Request(url)).body, urls))
    assert bodies == [b"ok"] * 60
    assert len(server.log) == 64  # each robots.txt once
    assert set(most.values()) == {1}


@pytest.mark.parametrize(
    ("status", "header", "seconds", "kind"),
    [
        (429, {"Retry-After": "3600"}, 3600, FailureKind.RATE_LIMITED),
        (503, {"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT"}, 3600, FailureKind.UNAVAILABLE),
        (429, {}, None, FailureKind.RATE_LIMITED),
    ],
)
def test_a_host_that_wants_rest_is_left_in_peace(
    server, open_fetcher, clock, status, header, seconds, kind
):
    server.serve("/busy", headers=header, status=status)
    server.serve("/x", b"x")
    fetcher = open_fetcher()
    error = failure(fetcher, f"{SITE}/busy")
    assert (error.kind, error.retry_after) == (kind, seconds)
    again = failure(fetcher, f"{SITE}/x")
    assert (again.kind, again.retry_after, again.status) == (kind, seconds or 900, None)
    assert server.paths == ["/busy"]
    assert clock.slept == []
    clock.advance(hours=1)
    assert fetcher.get(Request(f"{SITE}/x")).body == b"x"


def test_one_bad_page_does_not_close_a_host(server, open_fetcher):
    server.serve("/bad", status=503)
    server.serve("/x", b"x")
    fetcher = open_fetcher()
    assert failure(fetcher, f"{SITE}/bad").kind is FailureKind.UNAVAILABLE
    assert fetcher.get(Request(f"{SITE}/x")).body == b"x"


def test_robots_txt_is_followed_through_redirects_and_kept(server, open_fetcher, clock):
    class Cache(dict):
        def put(self, origin, record):
            self[origin] = record

    server.redirect("/robots.txt", "http://b.example.org/r.txt", 301, host="www.example.org")
    server.serve("/r.txt", b"User-agent: *\nDisallow: /x", host="b.example.org")
    cache = Cache()
    assert failure(open_fetcher(robots=cache), f"{SITE}/x").kind is FailureKind.ROBOTS
    assert cache == {SITE: RobotsRecord("User-agent: *\nDisallow: /x", clock.now())}
    del server.log[:]
    assert failure(open_fetcher(robots=cache), f"{SITE}/x").kind is FailureKind.ROBOTS
    assert server.log == []
    clock.advance(**{"seconds": timedelta(days=1).total_seconds()})
    assert failure(open_fetcher(robots=cache), f"{SITE}/x").kind is FailureKind.ROBOTS
    assert len(server.log) == 2


def test_only_the_beginning_of_a_huge_robots_txt_is_read(server, open_fetcher):
    rules = b"User-agent: *\nDisallow: /x\n"
    server.serve("/robots.txt", rules + b"#" * 600_000 + b"\nDisallow: /")
    server.serve("/y", b"y")
    fetcher = open_fetcher(max_bytes=1000)
    assert failure(fetcher, f"{SITE}/x").kind is FailureKind.ROBOTS
    assert fetcher.get(Request(f"{SITE}/y")).body == b"y"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_is_out_of_order_closes_the_site(server, open_fetcher, status):
    server.serve("/robots.txt", status=status)
    fetcher = open_fetcher()
    for _ in range(2):
        error = failure(fetcher, f"{SITE}/x")
        assert (error.status, error.subject) == (status, f"{SITE}/x")
        assert error.detail == f"robots.txt {status}"
    assert [seen.path for seen in server.log] == ["/robots.txt"]


# --- bodies


def deflate_raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def framed(body: bytes, coding: str, framing: str) -> list[bytes]:
    """Return an answer whose end is told by its length, by the last chunk, or by hanging up."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n".encode()
    if framing == "length":
        return [head, b"Content-Length: %d\r\n\r\n" % len(body), body]
    if framing == "close":
        return [head, b"\r\n", body]
    size = int(framing)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces]
    return [head, b"Transfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n"]


@pytest.mark.parametrize("framing", ["length", "close", "7", "1000", "1000000"])
@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", deflate_raw),
        ("br", brotli.compress),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("identity", bytes),
        ("utf-8", bytes),
    ],
)
def test_codings(server, open_fetcher, coding, pack, framing):
    body = "Économie sociale et solidaire. ".encode() * 2000
    server.script("/x", lambda: framed(pack(body), coding, framing))
    assert open_fetcher().get(Request(f"{SITE}/x")).body == body
    assert server.log[-1].headers["accept-encoding"] in ("gzip, br", "gzip, br, zstd")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, foo"])
def test_codings_that_lie(server, open_fetcher, coding):
    server.serve("/x", b"<rss>plain</rss>" * 100, {"Content-Encoding": coding})
    assert failure(open_fetcher(), f"{SITE}/x").kind is FailureKind.BROKEN


def test_an_old_server_that_ends_by_hanging_up(server, open_fetcher):
    server.script("/x", lambda: [b"HTTP/1.0 200 OK\r\n\r\n", b"abc", b"def"])
    assert open_fetcher().get(Request(f"{SITE}/x")).body == b"abcdef"


def test_chunks(server, open_fetcher):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.script("/x", lambda: [head, b"3;x=y\r\nabc\r\n", b"2\r\nde\r\n0\r\nTrailer: 1\r\n\r\n"])
    assert open_fetcher().get(Request(f"{SITE}/x")).body == b"abcde"


# --- connections


def test_one_connection_serves_many_requests(server, open_fetcher):
    server.serve("/a", b"a")
    server.serve("/feed", b"<rss/>", {"ETag": '"1"'})
    server.redirect("/r", "/a")
    fetcher = open_fetcher()
    for path in ("/a", "/r", "/feed", "/a"):
        fetcher.get(Request(SITE + path, etag='"1"'))
    failure(fetcher, f"{SITE}/missing")
    fetcher.get(Request(f"{SITE}/a"))
    assert len({seen.peer for seen in server.log}) == 1


def test_the_number_of_kept_connections_is_bounded(server, open_fetcher):
    server.serve("/a", b"a")
    fetcher = open_fetcher(hosts_at_once=2)
    for _ in range(2):
        for number in range(6):
            fetcher.get(Request(f"http://h{number}.example.org/a"))
    assert len({seen.peer for seen in server.log}) == 12  # 4 kept, each too old when wanted


def test_a_kept_connection_that_the_server_closed_is_no_failure(server, open_fetcher, clock):
    def once():
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\na"

    server.script("/a", once)  # says keep-alive, then hangs up
    fetcher = open_fetcher()
    assert [fetcher.get(Request(f"{SITE}/a")).body for _ in range(5)] == [b"a"] * 5
    assert clock.slept == []


def test_a_reset_is_tried_once_more(server, open_fetcher, clock):
    server.serve("/robots.txt")
    server.fail("/x")
    error = failure(open_fetcher(), "http://b.example.org/x")
    assert error.kind is FailureKind.BROKEN
    assert server.paths == ["/x", "/x"]

    def first_reset_then_answer():
        if server.paths.count("/y") == 1:
            raise ConnectionResetError
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny"

    server.script("/y", first_reset_then_answer)
    assert open_fetcher().get(Request(f"{SITE}/y")).body == b"y"


def test_a_fresh_connection_that_is_reset_is_tried_again_after_a_pause(server, open_fetcher, clock):
    server.fail("/robots.txt")
    assert failure(open_fetcher(), f"{SITE}/x").kind is FailureKind.BROKEN
    assert len(server.log) == 2
    assert [0.5 <= pause <= 1.5 for pause in clock.slept] == [True]


@pytest.mark.parametrize(
    ("fault", "kind", "detail"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), FailureKind.OFFLINE, "DNS"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), FailureKind.OFFLINE, "DNS"),
        (OSError(errno.ENETUNREACH, "x"), FailureKind.OFFLINE, "ENETUNREACH"),
        (PermissionError(errno.EPERM, "x"), FailureKind.OFFLINE, "EPERM"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), FailureKind.REFUSED_CONNECTION, ""),
        (TimeoutError("x"), FailureKind.TIMEOUT, "20"),
        (OSError(errno.EMFILE, "x"), FailureKind.BROKEN, "EMFILE"),
    ],
)
def test_failures_of_the_network(clock, fault, kind, detail):
    def no_way(*args):
        raise fault

    settings = FetchSettings(host_delay=0)
    names = {"resolve": lambda host, port: ["93.184.215.14"], "connect": no_way}
    if isinstance(fault, socket.gaierror):
        names["resolve"] = no_way
    with HttpFetcher(settings, clock, user_agent=AGENT, **names) as fetcher:
        error = failure(fetcher, f"{SITE}/x")
    assert (error.kind, error.subject, error.status) == (kind, f"{SITE}/x", None)
    assert error.detail == f"robots.txt {detail}".strip()
    assert clock.slept == []


def test_the_system_resolver_and_a_host_allowed_to_be_inside(server, clock):
    server.serve("/a", b"a")
    url = f"http://localhost:{server.port}/a"
    for allowed in ((), ("LOCALHOST.",)):
        settings = FetchSettings(host_delay=0, allow_hosts=allowed)
        with HttpFetcher(settings, clock, user_agent=AGENT) as fetcher:
            if allowed:
                assert fetcher.get(Request(url)).body == b"a"
            else:
                assert failure(fetcher, url).kind is FailureKind.FORBIDDEN_ADDRESS


# --- TLS


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """A certificate for www.example.org that certifies itself, made on the spot."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    words = [*command.split(), "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x"]
    words += ["-addext", "subjectAltName=DNS:www.example.org"]
    try:
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl command to make a certificate with")
    return folder


@pytest.fixture
def secure(certificates) -> Iterator[FakeServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    names = []
    context.sni_callback = lambda sock, name, context: names.append(name)
    with FakeServer(tls=context) as server:
        server.names = names
        yield server


def test_tls_is_checked_against_the_name_asked_for(secure, open_fetcher, certificates):
    trust = ssl.create_default_context(cafile=certificates / "cert.pem")
    secure.serve("/a", b"a")
    fetcher = open_fetcher(tls=trust, to=secure)
    for _ in range(2):
        assert fetcher.get(Request("https://www.example.org/a")).body == b"a"
    assert secure.names == ["www.example.org"]  # one connection, and its SNI
    error = failure(fetcher, "https://other.example.org/a")
    assert error.kind is FailureKind.TLS
    assert "not valid for" in error.detail


def test_tls_without_trust(secure, open_fetcher):
    error = failure(open_fetcher(to=secure), "https://www.example.org/a")
    assert error.kind is FailureKind.TLS
    assert "self-signed certificate" in error.detail
    assert secure.log == []


def test_tls_with_a_server_that_speaks_none(server, open_fetcher):
    assert failure(open_fetcher(), "https://www.example.org/a").kind is FailureKind.TLS


def test_a_fall_back_to_plain_http_is_followed_but_not_remembered(
    secure, server, clock, certificates
):
    trust = ssl.create_default_context(cafile=certificates / "cert.pem")
    secure.redirect("/a", "http://www.example.org/a", 301)
    server.redirect("/up", "https://www.example.org/b", 301)
    secure.serve("/b", b"b")
    server.serve("/a", b"a")

    def dial(host, port):
        return (secure if port == 443 else server).dial(host, port)

    settings = FetchSettings(host_delay=0)
    with HttpFetcher(settings, clock, user_agent=AGENT, dial=dial, tls=trust) as fetcher:
        down = fetcher.get(Request("https://www.example.org/a"))
        up = fetcher.get(Request("http://www.example.org/up"))
    assert (down.body, down.url, down.moved_to) == (b"a", "http://www.example.org/a", None)
    assert (up.body, up.moved_to) == (b"b", "https://www.example.org/b")
