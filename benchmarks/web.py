"""A generated web on loopback for the benchmarks: feeds and pages, one host for each site.

Sites are 127.0.1.1, 127.0.1.2… on one port, served by a process of its own, so that its CPU is not
counted. Pages are made of French-looking words drawn with a fixed seed, dressed like a real page: a
menu, an aside, comments, a footer.
"""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

NOW = datetime.now(UTC).replace(microsecond=0)
SYLLABLES = [
    "co",
    "opé",
    "ra",
    "ti",
    "ve",
    "so",
    "li",
    "dai",
    "re",
    "fi",
    "nan",
    "ce",
    "ter",
    "ri",
    "toi",
    "gou",
    "ver",
    "nan",
    "ce",
    "mem",
    "bre",
    "pro",
    "jet",
    "ré",
    "gion",
    "é",
    "co",
    "no",
    "mie",
    "lo",
    "cal",
    "fon",
    "ds",
    "pla",
    "ce",
    "vil",
    "la",
    "ge",
    "ins",
    "ti",
    "tu",
    "tion",
    "ac",
    "teur",
    "ser",
    "vi",
    "ce",
]


@dataclass(frozen=True)
class Site:
    """One site: its host, its feed, and the addresses of its pages."""

    host: str
    feed: str
    pages: tuple[str, ...]


def sites(count: int, pages: int, port: int) -> list[Site]:
    """Return the sites that a server on `port` answers for."""
    found = []
    for number in range(count):
        host = f"127.0.{1 + number // 250}.{1 + number % 250}"
        root = f"http://{host}:{port}"
        found.append(
            Site(host, f"{root}/feed.xml", tuple(f"{root}/{n}.html" for n in range(pages)))
        )
    return found


@contextmanager
def served(count: int, pages: int) -> Iterator[list[Site]]:
    """Serve so many sites of so many pages each while the block runs."""
    server = subprocess.Popen(
        [sys.executable, __file__, str(count), str(pages)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield sites(count, pages, int(server.stdout.readline()))
    finally:
        server.terminate()
        server.wait()


def words(random_: random.Random, count: int) -> str:
    """Return so many made-up words, some of them capitalised, with stops."""
    made = ("".join(random_.choices(SYLLABLES, k=random_.randint(1, 4))) for _ in range(count))
    return " ".join(
        word.capitalize()
        if random_.random() < 0.08
        else word + random_.choice(["", "", "", ",", "."])
        for word in made
    )


def page(seed: str) -> bytes:
    """Return a page of some 600 words of article in some 157 kB of markup.

    As heavy as real ones, which weigh 144 to 174 kB on average (article-extraction-benchmark, 181
    pages); but trafilatura reads it in half the time, so that what we add to it weighs double here.
    """
    drawn = random.Random(seed)
    menu = "".join(_menu(drawn, n) for n in range(450))
    script = "".join(f"var v{n}={{a:{drawn.random()},b:'x'}};" for n in range(1200))
    body = "".join(f"<p>{words(drawn, 75)} <em>{words(drawn, 3)}</em>.</p>" for _ in range(8))
    cards = "".join(_card(drawn, n) for n in range(120))
    comments = "".join(
        f"<div><b>{words(drawn, 2)}</b><p>{words(drawn, 30)}</p></div>" for _ in range(60)
    )
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8">
<title>{words(drawn, 8)}</title><meta property="og:type" content="article">
<script>{script}</script></head><body><header><nav><ul>{menu}</ul></nav></header>
<main><article><h1>{words(drawn, 8)}</h1>{body}</article></main><aside>{cards}</aside>
<section class="comments">{comments}</section><footer>{words(drawn, 30)}</footer>
</body></html>""".encode()


def _menu(drawn: random.Random, number: int) -> str:
    return (
        f'<li class="menu-item menu-item-{number}"><div class="inner"><span>'
        f'<a href="/{number}.html">{words(drawn, 2)}</a></span></div></li>'
    )


def _card(drawn: random.Random, number: int) -> str:
    return (
        f'<div class="card card-{number}"><div class="media"><img src="/{number}.jpg"></div><div>'
        f'<h3><a href="/{number}.html">{words(drawn, 8)}</a></h3><p>{words(drawn, 15)}</p></div>'
    )


def feed(host: str, root: str, pages: int) -> bytes:
    """Return a feed that announces the pages of a site, a day apart."""
    drawn = random.Random(host)
    items = "".join(
        f"<item><title>{words(drawn, 8)}</title><link>{root}/{n}.html</link>"
        f"<guid>{root}/{n}.html</guid><description>{words(drawn, 40)}</description>"
        f"<pubDate>{format_datetime(NOW - timedelta(days=n))}</pubDate></item>"
        for n in range(pages)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{host}</title>'
        f"<link>{root}/</link><description>d</description>{items}</channel></rss>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers for every site; `pages` is how many each has."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pages = 0

    def do_GET(self) -> None:
        """Answer one request."""
        host = self.headers.get("Host", "").partition(":")[0]
        etag = f'"{host}"'
        if self.path == "/robots.txt":
            self.answer(404, b"")
        elif self.headers.get("If-None-Match") == etag:
            self.answer(304, b"", etag)
        elif self.path == "/feed.xml":
            body = feed(host, f"http://{self.headers['Host']}", self.pages)
            self.answer(200, body, etag, "application/rss+xml")
        else:
            self.answer(200, page(host + self.path), None, "text/html; charset=utf-8")

    def answer(self, status: int, body: bytes, etag: str | None = None, kind: str = "") -> None:
        """Send it."""
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if kind:
            self.send_header("Content-Type", kind)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """One site's socket."""

    daemon_threads = True
    request_queue_size = 128


def serve(count: int, pages: int) -> None:
    """Answer for so many hosts on one port until ended; print the port."""
    Handler.pages = pages
    first = Server(("127.0.1.1", 0), Handler)
    port = first.server_address[1]
    for site in sites(count, 0, port)[1:]:
        Thread(target=Server((site.host, port), Handler).serve_forever, daemon=True).start()
    print(port, flush=True)
    first.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
