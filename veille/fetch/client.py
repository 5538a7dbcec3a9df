"""The polite, distrustful HTTP client: the only one that talks to sources.

What it decides beside the limits of `FetchSettings`:

- Redirects are followed one by one; each hop is a request of its own (address, robots.txt, turn,
  limits). From https to http they are followed too, what is read being public, but never
  remembered: `moved_to` stays empty.
- Validators go along with a redirect; the date alone only to the same host, since another one may
  well answer « not modified since » about something never seen here.
- A 304 that was not asked for, partial content (206) and other odd successes are BROKEN: nobody
  could tell what they mean for what is already known.
"""

import ssl
import string
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import quote

from veille.clock import Clock
from veille.config import FetchSettings
from veille.errors import FailureKind, FetchError
from veille.fetch import robots as robots_txt
from veille.fetch.addresses import Connector, Dialer, Network, Resolver, connect_to, resolve_name
from veille.fetch.limits import Limits
from veille.fetch.pace import REST, Pace, read_retry_after
from veille.fetch.target import Target, join, read_target
from veille.fetch.wire import CODINGS, Answer, Wire
from veille.model import Fetched, Request
from veille.ports import RobotsCache

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_USABLE = frozenset({200, 203, 204})
_KINDS = {404: FailureKind.MISSING, 410: FailureKind.GONE, 429: FailureKind.RATE_LIMITED}


def user_agent(contact: str, version: str) -> str:
    """Return who we say we are: `veille/0.1 (+contact)`.

    The contact comes from people: what a header cannot hold is percent-encoded.
    """
    return f"veille/{version} (+{quote(contact.strip(), safe=string.punctuation + ' ')})"


class HttpFetcher:
    """Gets what sources give, politely and with distrust: the `Fetcher` of real runs.

    One for each run: what it learns (robots.txt that cannot be had, hosts that want rest) holds as
    long as it lives. `robots` keeps robots.txt between runs; `dial`, `resolve` and `connect`
    (see `addresses`) replace the ways to the network; `tls` becomes the fetcher's own.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Clock,
        *,
        user_agent: str,
        robots: RobotsCache | None = None,
        dial: Dialer | None = None,
        resolve: Resolver | None = None,
        connect: Connector | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": CODINGS}
        self._limits = Limits(settings.timeout, settings.total_timeout, settings.max_bytes)
        self._pace = Pace(clock, settings.host_delay, settings.max_host_delay)
        agent = user_agent.partition("/")[0]
        self._robots = robots_txt.Robots(agent, clock, robots, self._robots_body)
        network = Network(
            settings.allow_hosts,
            dial=dial,
            resolve=resolve or resolve_name,
            connect=connect or connect_to,
        )
        self._wire = Wire(network, clock, spare=2 * settings.hosts_at_once, tls=tls)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections kept open."""
        self._wire.close()

    def get(self, request: Request) -> Fetched:
        """Return a usable answer: 200 (or 203, 204), or 304 when the request was conditional.

        Safe to call from several threads; waits for the host's turn. Raises FetchError for all
        else, about the URL of the request whatever hop failed.
        """
        headers = {**self._headers, "Accept": request.accept, **_validators(request)}
        try:
            return self._follow(
                request.url, headers, self._limits, self._settings.max_redirects, self._permitted
            )
        except FetchError as error:
            raise error.about(request.url) from error

    def _follow(
        self,
        asked: str,
        headers: Mapping[str, str],
        limits: Limits,
        max_redirects: int,
        permitted: Callable[[Target], float],
    ) -> Fetched:
        target, seen, permanent = read_target(asked), set[str](), True
        while True:
            answer = self._ask(target, headers, limits, permitted(target))
            seen.add(target.url)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                moved_to = target.url if permanent and len(seen) > 1 else None
                return self._fetched(asked, target, answer, headers, moved_to)
            onward = join(target, location)
            if onward.url in seen or len(seen) > max_redirects:
                raise FetchError(FailureKind.REDIRECT_LOOP, asked, str(len(seen)))
            downgrade = target.scheme == "https" and onward.scheme == "http"
            permanent = permanent and answer.status in _PERMANENT and not downgrade
            if onward.host != target.host:
                headers = {k: v for k, v in headers.items() if k != "If-Modified-Since"}
            target = onward

    def _ask(
        self, target: Target, headers: Mapping[str, str], limits: Limits, delay: float
    ) -> Answer:
        with self._pace.turn(target.host, delay):
            answer = self._wire.ask(target, headers, limits)
            if answer.status in (429, 503):
                seconds = self._retry_after(answer)
                if seconds is None and answer.status == 429:
                    seconds = REST
                if seconds is not None:
                    self._pace.rest(target.host, _refusal(answer.status), seconds)
        return answer

    def _permitted(self, target: Target) -> float:
        """Return the delay that the host's robots.txt asks for; raise FetchError(ROBOTS)."""
        rules = self._robots.rules(target.origin)
        if not rules.allow(target.url):
            raise FetchError(FailureKind.ROBOTS, target.url, f"{target.origin}/robots.txt")
        return rules.delay

    def _robots_body(self, url: str) -> bytes:
        limits = Limits(
            self._limits.timeout, self._limits.total, robots_txt.MAX_BYTES, truncate=True
        )
        headers = {**self._headers, "Accept": "text/plain, */*;q=0.5"}
        return self._follow(url, headers, limits, robots_txt.MAX_REDIRECTS, lambda _: 0.0).body

    def _fetched(
        self,
        asked: str,
        target: Target,
        answer: Answer,
        headers: Mapping[str, str],
        moved_to: str | None,
    ) -> Fetched:
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        if answer.status in _USABLE or (answer.status == 304 and conditional):
            return Fetched(
                asked,
                target.url,
                answer.status,
                answer.headers,
                answer.body,
                self._clock.now(),
                moved_to,
            )
        raise FetchError(
            _refusal(answer.status),
            target.url,
            str(answer.status),
            status=answer.status,
            retry_after=self._retry_after(answer),
        )

    def _retry_after(self, answer: Answer) -> float | None:
        return read_retry_after(answer.headers.get("retry-after"), self._clock.now())


def _validators(request: Request) -> dict[str, str]:
    pairs = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {
        name: value
        for name, value in pairs.items()
        if value and value.isascii() and value.isprintable()
    }


def _refusal(status: int) -> FailureKind:
    if status in _KINDS:
        return _KINDS[status]
    if 400 <= status < 500:
        return FailureKind.DENIED
    return FailureKind.UNAVAILABLE if 500 <= status < 600 else FailureKind.BROKEN
