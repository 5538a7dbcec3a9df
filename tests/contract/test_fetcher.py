"""What every Fetcher does, the real one (led to a server on loopback) and the fake one alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes.fetcher import FakeFetcher
from fakes.server import FakeServer

from veille.config import FetchSettings
from veille.errors import FailureKind, FetchError
from veille.fetch import HttpFetcher
from veille.model import Request
from veille.ports import Fetcher

SITE = "http://www.example.org"
STATUSES = {
    FailureKind.MISSING: 404,
    FailureKind.GONE: 410,
    FailureKind.DENIED: 403,
    FailureKind.RATE_LIMITED: 429,
    FailureKind.UNAVAILABLE: 503,
}


class RealWorld:
    """A server, and the fetcher that talks to it."""

    def __init__(self, server: FakeServer, fetcher: HttpFetcher) -> None:
        self.server = server
        self.fetcher: Fetcher = fetcher

    def serve(self, path: str, body: bytes, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.server.serve(path, body, named)

    def move(self, path: str, to: str, body: bytes) -> None:
        self.server.redirect(path, to, 301)
        self.server.serve(to, body)

    def fail(self, path: str, kind: FailureKind) -> None:
        self.server.serve(path, status=STATUSES[kind])


class FakeWorld:
    """A fetcher that knows what it was told."""

    def __init__(self) -> None:
        self.fetcher = FakeFetcher()

    def serve(self, path: str, body: bytes, **headers: str) -> None:
        self.fetcher.serve(SITE + path, body, **headers)

    def move(self, path: str, to: str, body: bytes) -> None:
        self.fetcher.serve(SITE + path, body, moved_to=SITE + to)

    def fail(self, path: str, kind: FailureKind) -> None:
        self.fetcher.fail(SITE + path, kind, status=STATUSES[kind], detail=str(STATUSES[kind]))


@pytest.fixture(params=["real", "fake"])
def world(request, clock) -> Iterator[RealWorld | FakeWorld]:
    if request.param == "fake":
        yield FakeWorld()
        return
    with (
        FakeServer() as server,
        HttpFetcher(
            FetchSettings(host_delay=0), clock, user_agent="veille/0", dial=server.dial
        ) as fetcher,
    ):
        yield RealWorld(server, fetcher)


def test_what_is_served_comes_whole(world, clock):
    world.serve("/a", "café".encode(), content_type="Text/HTML; charset=UTF-8", x_more="Yes")
    fetched = world.fetcher.get(Request(f"{SITE}/a"))
    assert fetched.body == "café".encode()
    assert (fetched.status, fetched.not_modified, fetched.at) == (200, False, clock.now())
    assert (fetched.asked, fetched.url, fetched.moved_to) == (f"{SITE}/a", f"{SITE}/a", None)
    assert (fetched.content_type, fetched.charset) == ("text/html", "utf-8")
    assert fetched.headers["x-more"] == "Yes"


def test_an_empty_body_is_an_answer(world):
    world.serve("/empty", b"")
    assert world.fetcher.get(Request(f"{SITE}/empty")).body == b""


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"etag": '"2"'}, 304),
        ({"etag": '"1"'}, 200),
        ({"last_modified": "Sat, 21 Nov 2026 08:00:00 GMT"}, 304),
        ({"etag": '"2"', "last_modified": "Sat, 21 Nov 2026 08:00:00 GMT"}, 304),
        ({}, 200),
    ],
)
def test_validators(world, asked, status):
    known = {"etag": '"2"', "last_modified": "Sat, 21 Nov 2026 08:00:00 GMT"}
    world.serve("/feed", b"<rss/>", **known)
    fetched = world.fetcher.get(Request(f"{SITE}/feed", **asked))
    assert fetched.status == status
    assert fetched.body == (b"" if status == 304 else b"<rss/>")
    assert fetched.headers["etag"] == '"2"'


def test_a_permanent_move_is_told(world):
    world.move("/old", "/new", b"here")
    fetched = world.fetcher.get(Request(f"{SITE}/old"))
    assert fetched.body == b"here"
    assert (fetched.asked, fetched.url) == (f"{SITE}/old", f"{SITE}/new")
    assert fetched.moved_to == f"{SITE}/new"


@pytest.mark.parametrize("kind", STATUSES)
def test_failures_say_why_and_of_what(world, kind):
    world.fail("/x", kind)
    with pytest.raises(FetchError) as raised:
        world.fetcher.get(Request(f"{SITE}/x"))
    error = raised.value
    assert (error.kind, error.status) == (kind, STATUSES[kind])
    assert (error.subject, error.detail) == (f"{SITE}/x", str(STATUSES[kind]))


def test_what_nobody_serves_is_missing(world):
    with pytest.raises(FetchError) as raised:
        world.fetcher.get(Request(f"{SITE}/nowhere"))
    assert raised.value.kind is FailureKind.MISSING


def test_many_threads(world):
    paths = [f"/{number}" for number in range(20)]
    for path in paths:
        world.serve(path, path.encode())
    with ThreadPoolExecutor(8) as threads:
        fetched = list(threads.map(lambda path: world.fetcher.get(Request(SITE + path)), paths))
    assert [each.body.decode() for each in fetched] == paths
