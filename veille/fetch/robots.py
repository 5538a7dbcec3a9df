"""robots.txt as RFC 9309 says: asked for once a day, its rules read by protego."""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock

from protego import Protego
from w3lib.encoding import read_bom

from veille.clock import Clock
from veille.errors import FailureKind, FetchError
from veille.model import RobotsRecord
from veille.ports import RobotsCache
from veille.text import redact

MAX_BYTES = 500 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 (2.5) asks for 500 KiB at least."""

MAX_REDIRECTS = 5
"""Redirects followed for a robots.txt, by RFC 9309 (2.3.1.2)."""

LIFETIME = timedelta(hours=24)
"""How long a robots.txt may be trusted, by RFC 9309 (2.4)."""

_ORIGINS_IN_MIND = 500  # the rules of more origins than that are read again from the cache

_COMMENT = re.compile(r"[ \t]*#.*")
_AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent(?=[:\s])\s*:?([^#]*)", re.I)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to one agent. `delay` is its Crawl-delay, in seconds."""

    said: Protego
    agent: str
    delay: float

    def allow(self, url: str) -> bool:
        """Whether the agent may ask for this URL."""
        return self.said.can_fetch(url, self.agent)


@lru_cache(maxsize=8)  # most say nothing, or what the same software says everywhere
def read_rules(text: str, agent: str) -> Rules:
    """Read what a robots.txt says to `agent`, a product token such as `veille`."""
    # protego takes a group's name for ours when ours begins with it, and gives each name that
    # heads a group its own copy of the rules: 500 KB of names and rules become gigabytes. So only
    # the groups that are meant for us, or for all, keep their name.
    lines = (_renamed(line, agent.lower()) for line in text.splitlines())
    said = Protego.parse("\n".join(lines))
    return Rules(said, agent, said.crawl_delay(agent) or 0.0)


def decode(body: bytes) -> str:
    """Return a robots.txt's text: UTF-8, unless it begins by saying UTF-16."""
    encoding, mark = read_bom(body)
    return body[len(mark or b"") :].decode(encoding or "utf-8", "replace")


class Robots:
    """What the robots.txt of each origin says to us; each is asked for once a day.

    `ask` gets the body of a URL, and raises FetchError. An answer of the 4xx kind (but 429) says
    that there are no rules; when there is no answer, the last record that the cache has holds, and
    without one nothing may be asked of that origin during this run.
    """

    def __init__(
        self, agent: str, clock: Clock, cache: RobotsCache | None, ask: Callable[[str], bytes]
    ) -> None:
        self._agent = agent
        self._clock = clock
        self._cache = cache
        self._ask = ask
        self._known: OrderedDict[str, tuple[datetime, Rules | FetchError]] = OrderedDict()
        self._asking: dict[str, Lock] = {}
        self._cache_turn = Lock()

    def rules(self, origin: str) -> Rules:
        """Return what this origin says to us, asking it if need be.

        Raises the FetchError that says why its robots.txt could not be had.
        """
        known = self._in_mind(origin)
        if known is None:
            with self._asking.setdefault(origin, Lock()):  # many may want it; one asks
                known = self._in_mind(origin) or self._learn(origin)
        if isinstance(known, FetchError):
            raise known.about(origin)
        return known

    def _in_mind(self, origin: str) -> Rules | FetchError | None:
        until, known = self._known.get(origin, (None, None))
        return known if until and self._clock.now() < until else None

    def _learn(self, origin: str) -> Rules | FetchError:
        record = self._kept(origin)
        now = self._clock.now()
        if record is None or not record.at <= now < record.at + LIFETIME:
            try:
                record = RobotsRecord(self._text(origin), now)
                self._keep(origin, record)
            except FetchError as error:
                if record is None:
                    return self._bear_in_mind(origin, now + _patience(error), error)
                record = RobotsRecord(record.text, now)  # old, but the best there is
        rules = read_rules(record.text, self._agent)
        return self._bear_in_mind(origin, record.at + LIFETIME, rules)

    def _text(self, origin: str) -> str:
        try:
            return _rules_only(decode(self._ask(f"{origin}/robots.txt")))
        except FetchError as error:
            if _says_there_is_none(error):
                return ""
            detail = f"robots.txt {error.detail}".strip()
            raise FetchError(
                error.kind, origin, detail, status=error.status, retry_after=error.retry_after
            ) from error

    def _bear_in_mind(
        self, origin: str, until: datetime, known: Rules | FetchError
    ) -> Rules | FetchError:
        self._known[origin] = (until, known)
        if len(self._known) > _ORIGINS_IN_MIND:
            self._known.popitem(last=False)
        return known

    def _kept(self, origin: str) -> RobotsRecord | None:
        if self._cache is None:
            return None
        with self._cache_turn:
            return self._cache.get(origin)

    def _keep(self, origin: str, record: RobotsRecord) -> None:
        if self._cache is not None:
            with self._cache_turn:
                self._cache.put(origin, record)


def _rules_only(text: str) -> str:
    """Return a robots.txt without its comments, where its authors like to give their address."""
    return redact(_COMMENT.sub("", text))


def _renamed(line: str, agent: str) -> str:
    found = _AGENT_LINE.match(line)
    if found is None:
        return line
    name = found[1].partition("/")[0].strip().lower()
    if name != "*":
        name = agent if name.rstrip("*") == agent else "another"
    return f"User-agent: {name}"


def _patience(error: FetchError) -> timedelta:
    """How long not to ask again: as long as the server said, else for this run."""
    if error.retry_after is None:
        return LIFETIME
    return timedelta(seconds=min(error.retry_after, LIFETIME.total_seconds()))


def _says_there_is_none(error: FetchError) -> bool:
    if error.kind is FailureKind.REDIRECT_LOOP:
        return True  # more redirects than RFC 9309 asks to follow: « unavailable »
    return error.status is not None and 400 <= error.status < 500 and error.status != 429
