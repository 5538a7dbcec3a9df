"""robots.txt: what it says, how long it holds, and what holds when it cannot be had."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from veille.errors import FailureKind, FetchError
from veille.fetch.robots import MAX_BYTES, Robots, decode, read_rules
from veille.model import RobotsRecord

DATA = Path(__file__).parents[2] / "data" / "robots" / "expectations.json"
CASES = json.loads(DATA.read_text(encoding="utf-8"))
ORIGIN = "https://a.example.org"
NO_ENTRY = b"User-agent: *\nDisallow: /"


@pytest.fixture(scope="session")
def corpus(shared) -> Path:
    return shared / "realworld/robots/crawler-commons/src/test/resources/robots"


def test_every_real_file_has_its_expectation(corpus):
    assert {path.name for path in corpus.iterdir()} == set(CASES["files"])


@pytest.mark.parametrize("name", CASES["files"])
def test_real_files(corpus, name):
    text = decode((corpus / name).read_bytes())
    expected = CASES["files"][name]
    for agent, delay in expected.get("delays", {}).items():
        assert read_rules(text, agent).delay == delay, agent
    for verdict in ("allowed", "refused"):
        for agent, paths in expected.get(verdict, {}).items():
            rules = read_rules(text, agent)
            for path in paths:
                allowed = rules.allow(f"http://example.org{path}")
                assert allowed == (verdict == "allowed"), f"{agent} {path}"


@pytest.mark.parametrize("case", CASES["exceptions"])
def test_exceptions_are_still_ones(corpus, case):
    name, agent, path = case.split()
    assert read_rules(decode((corpus / name).read_bytes()), agent).allow(f"http://a{path}")


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("User-agent: veille", True),
        ("user-agent:VEILLE/0.1", True),
        ("User-agent: veille*", True),
        ("User agent veille # us", True),
        ("useragent : veille", True),
        ("\ufeffUser-agent: veille", True),
        ("User-agent: v", False),
        ("User-agent: veil", False),
        ("User-agent: surveille", False),
        ("User-agent: veilleur", False),
        ("User-agent: veille-images", False),
        ("User-agent: bot veille", False),
    ],
)
def test_which_group_is_ours(line, ours):
    text = decode(f"{line}\nDisallow: /\n\nUser-agent: *\nAllow: /".encode())
    assert read_rules(text, "veille").allow(f"{ORIGIN}/x") is not ours


def test_a_group_of_ours_replaces_the_one_for_all():
    text = "User-agent: *\nDisallow: /\nCrawl-delay: 9\n\nUser-agent: veille\nDisallow: /private"
    rules = read_rules(text, "veille")
    assert rules.allow(f"{ORIGIN}/x")
    assert not rules.allow(f"{ORIGIN}/private/x")
    assert rules.delay == 0


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028"])
def test_half_a_megabyte_of_names_and_rules_is_read_in_bounds(end):
    names = "".join(f"user-agent:a{number}{end}" for number in range(12_000))
    rules = "".join(f"allow:/{number}{end}" for number in range(20_000))
    started = time.process_time()
    read_rules((names + rules)[:MAX_BYTES], "veille")
    assert time.process_time() - started < 5  # 0.2 s measured; minutes and gigabytes untreated


class Cache(dict):
    def put(self, origin: str, record: RobotsRecord) -> None:
        self[origin] = record


class Site:
    """Answers robots.txt with bytes or a FetchError, and counts."""

    def __init__(self, answer: bytes | FetchError) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.answer, FetchError):
            raise self.answer
        return self.answer


def failure(kind: FailureKind, status: int | None = None) -> FetchError:
    return FetchError(kind, "x", str(status or ""), status=status)


@pytest.mark.parametrize(
    "answer",
    [
        *(failure(FailureKind.MISSING, 404), failure(FailureKind.DENIED, 403)),
        *(failure(FailureKind.GONE, 410), failure(FailureKind.REDIRECT_LOOP)),
        *(b"", b"<!doctype html><title>Perdu</title>", b"\xff\xfe\x00", b"\x00" * 1000),
    ],
)
def test_no_rules_allow_everything(clock, answer):
    cache = Cache()
    robots = Robots("veille", clock, cache, Site(answer))
    assert robots.rules(ORIGIN).allow(f"{ORIGIN}/x")
    assert ORIGIN in cache


@pytest.mark.parametrize(
    "answer",
    [
        *(failure(FailureKind.UNAVAILABLE, 503), failure(FailureKind.UNAVAILABLE, 500)),
        *(failure(FailureKind.RATE_LIMITED, 429), failure(FailureKind.OFFLINE)),
        *(failure(FailureKind.TIMEOUT), failure(FailureKind.TLS), failure(FailureKind.TOO_SLOW)),
    ],
)
def test_no_answer_closes_the_site_for_this_run_only(clock, answer):
    cache, site = Cache(), Site(answer)
    robots = Robots("veille", clock, cache, site)
    for _ in range(3):
        with pytest.raises(FetchError) as raised:
            robots.rules(ORIGIN)
        assert raised.value.kind is answer.kind
        assert raised.value.status == answer.status
        assert raised.value.detail.startswith("robots.txt")
    assert site.asked == [f"{ORIGIN}/robots.txt"]
    assert cache == {}
    site.answer = b""
    assert Robots("veille", clock, cache, site).rules(ORIGIN).allow(f"{ORIGIN}/x")


def test_a_server_that_says_when_is_asked_again_then(clock):
    site = Site(FetchError(FailureKind.UNAVAILABLE, "x", "503", status=503, retry_after=120))
    robots = Robots("veille", clock, None, site)
    for _ in range(2):
        with pytest.raises(FetchError):
            robots.rules(ORIGIN)
    clock.advance(seconds=120)
    site.answer = NO_ENTRY
    assert not robots.rules(ORIGIN).allow(f"{ORIGIN}/x")
    assert len(site.asked) == 2


def test_a_day_passes_before_it_is_asked_again(clock):
    cache, site = Cache(), Site(NO_ENTRY)
    Robots("veille", clock, cache, site).rules(ORIGIN)
    clock.advance(hours=23)
    robots = Robots("veille", clock, cache, site)
    assert not robots.rules(ORIGIN).allow(f"{ORIGIN}/x")
    assert len(site.asked) == 1
    site.answer = b""
    clock.advance(hours=1)
    assert robots.rules(ORIGIN).allow(f"{ORIGIN}/x")
    assert len(site.asked) == 2
    assert cache[ORIGIN] == RobotsRecord("", clock.now())


def test_the_last_record_holds_while_there_is_no_answer(clock):
    cache = Cache({ORIGIN: RobotsRecord(NO_ENTRY.decode(), clock.now() - timedelta(days=9))})
    site = Site(failure(FailureKind.UNAVAILABLE, 503))
    robots = Robots("veille", clock, cache, site)
    for _ in range(2):
        assert not robots.rules(ORIGIN).allow(f"{ORIGIN}/x")
    assert len(site.asked) == 1
    assert cache[ORIGIN].at < clock.now()


def test_many_threads_ask_once(clock):
    class Slow(Site):
        def __call__(self, url: str) -> bytes:
            time.sleep(0.05)
            return super().__call__(url)

    site = Slow(NO_ENTRY)
    robots = Robots("veille", clock, None, site)
    with ThreadPoolExecutor(8) as threads:
        rules = list(threads.map(lambda _: robots.rules(ORIGIN), range(24)))
    assert len(site.asked) == 1
    assert not any(said.allow(f"{ORIGIN}/x") for said in rules)


def test_what_is_kept_in_mind_is_bounded(clock):
    site = Site(NO_ENTRY)
    robots = Robots("veille", clock, Cache(), site)
    for number in range(1200):
        robots.rules(f"https://h{number}.example.org")
    robots.rules("https://h0.example.org")  # from the cache
    assert len(site.asked) == 1200
