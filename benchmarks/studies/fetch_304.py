"""What politeness costs: a conditional GET answered 304, by HttpFetcher and by a bare urllib3 pool.

How: a server in a process of its own answers every request 304, on as many loopback addresses as
there are hosts (127.0.1.1, 127.0.1.2…). The same threads then ask each host in turn, by each
client, in alternating rounds; the client's CPU seconds (user + system) are read from this process
alone. robots.txt is known beforehand and no delay is set, so that what is measured is the rest:
the URL's check, rules, turn, limits, headers. Two cases:

- kept: connections are open already (the pages of one site after each other);
- fresh: each request opens one (the first request of a night to each site).

The figure printed is the median of the rounds, in microseconds of CPU for one request.

    python -m benchmarks.studies.fetch_304 [--hosts 200] [--threads 16] [--rounds 7]
"""

import argparse
import multiprocessing
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import cast

import urllib3

from veille.clock import SystemClock
from veille.config import FetchSettings
from veille.fetch import HttpFetcher
from veille.model import Request, RobotsRecord

ETAG = '"5f1a-62e0"'
MODIFIED = "Sat, 21 Nov 2026 08:00:00 GMT"
ANSWER = (
    "HTTP/1.1 304 Not Modified\r\n"
    f"Date: {MODIFIED}\r\nServer: nginx\r\nConnection: keep-alive\r\n"
    f"ETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\nCache-Control: max-age=300\r\n\r\n"
).encode()
AGENT = "veille/0.1 (+https://veille.example.org/)"


def listen(hosts: Sequence[str]) -> list[socket.socket]:
    """Listen on one port of each of these addresses."""
    first = socket.create_server((hosts[0], 0), backlog=512)
    port = first.getsockname()[1]
    return [first, *(socket.create_server((host, port)) for host in hosts[1:])]


def serve(listeners: Sequence[socket.socket]) -> None:
    """Answer 304 to everything, on every connection, for ever."""
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                connection, _ = cast(socket.socket, key.fileobj).accept()
                threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    with connection:
        waiting = b""
        while piece := connection.recv(65536):
            waiting += piece
            while b"\r\n\r\n" in waiting:
                waiting = waiting.partition(b"\r\n\r\n")[2]
                connection.sendall(ANSWER)


class Remembered:
    """A cache that knows every site's robots.txt: a usual one, of a dozen lines."""

    text = "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n" + "".join(
        f"Disallow: /private-{number}/\n" for number in range(10)
    )

    def get(self, origin: str) -> RobotsRecord:
        return RobotsRecord(self.text, datetime.now(UTC))

    def put(self, origin: str, record: RobotsRecord) -> None: ...


class Bare:
    """A urllib3 PoolManager, as anybody would use it."""

    def __init__(self, hosts: Sequence[str], threads: int) -> None:
        self._pools = urllib3.PoolManager(num_pools=len(hosts), maxsize=threads)
        self._headers = {
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate, br",
            "If-None-Match": ETAG,
            "If-Modified-Since": MODIFIED,
        }

    def ask(self, url: str) -> int:
        return self._pools.request("GET", url, headers=self._headers).status

    def hang_up(self) -> None:
        self._pools.clear()


class Ours:
    """HttpFetcher, allowed to talk to these hosts of the loopback."""

    def __init__(self, hosts: Sequence[str], threads: int) -> None:
        settings = FetchSettings(host_delay=0, allow_hosts=tuple(hosts), hosts_at_once=256)
        self._fetcher = HttpFetcher(settings, SystemClock(), user_agent=AGENT, robots=Remembered())

    def ask(self, url: str) -> int:
        return self._fetcher.get(Request(url, etag=ETAG, last_modified=MODIFIED)).status

    def hang_up(self) -> None:
        self._fetcher.close()  # it still works, but keeps no connection from now on


def cpu_of_a_round(client: Bare | Ours, urls: Sequence[str], threads: int) -> float:
    """Return the CPU microseconds of one request of a round that asks every URL once."""
    with ThreadPoolExecutor(threads) as pool:
        started = time.process_time()
        statuses = set(pool.map(client.ask, urls))
        spent = time.process_time() - started
    if statuses != {304}:
        raise SystemExit(f"the server answered {statuses}")
    return spent / len(urls) * 1e6


def measure(
    case: str, urls: Sequence[str], hosts: Sequence[str], threads: int, rounds: int
) -> list[float]:
    """Return the median microseconds of a request by the bare client and by ours."""
    clients: list[Bare | Ours] = [Bare(hosts, threads), Ours(hosts, threads)]
    for client in clients:
        cpu_of_a_round(client, urls, threads)  # robots.txt read, connections open
    spent: list[list[float]] = [[], []]
    for _ in range(rounds):
        for client, each in zip(clients, spent, strict=True):
            if case == "fresh":
                client.hang_up()
            each.append(cpu_of_a_round(client, urls, threads))
    for client in clients:
        client.hang_up()
    return [statistics.median(each) for each in spent]


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of a conditional GET answered 304")
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    hosts = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(options.hosts)]
    listeners = listen(hosts)
    port = listeners[0].getsockname()[1]
    urls = [f"http://{host}:{port}/feed.xml?format=rss" for host in hosts]
    server = multiprocessing.Process(target=serve, args=(listeners,), daemon=True)
    server.start()
    print(f"{'':8}{'urllib3':>12}{'HttpFetcher':>14}{'ratio':>8}   µs of CPU a request")
    try:
        for case in ("kept", "fresh"):
            floor, mine = measure(case, urls, hosts, options.threads, options.rounds)
            print(f"{case:8}{floor:12.0f}{mine:14.0f}{mine / floor:8.2f}")
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
