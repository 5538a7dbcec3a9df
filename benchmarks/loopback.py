"""A generated web on loopback for the benchmarks: feeds and pages, one host for each site.

Sites are 127.0.1.1, 127.0.1.2… on one port, served by a process of its own, so that its CPU is not
counted. Pages are made of French-looking words drawn with a fixed seed, and dressed like real ones:
see `page`.
"""

import json
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
    "co", "opé", "ra", "ti", "ve", "so", "li", "dai", "re", "fi", "nan", "ce",
    "ter", "ri", "toi", "gou", "ver", "nan", "ce", "mem", "bre", "pro", "jet", "ré",
    "gion", "é", "co", "no", "mie", "lo", "cal", "fon", "ds", "pla", "ce", "vil",
    "la", "ge", "ins", "ti", "tu", "tion", "ac", "teur", "ser", "vi", "ce",
]  # fmt: skip


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
    command = [sys.executable, __file__, str(count), str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield sites(count, pages, int(server.stdout.readline()))
        finally:
            server.terminate()


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
    """Return a page of some 750 words of article in some 177 kB of markup and 2,700 elements.

    As heavy as real ones (article-extraction-benchmark, 181 pages: 731 words in 174 kB on average)
    and dressed as they are: what it says to machines, styles, scripts, a menu, an article with
    links, figures, lists and a card in its midst, cards, comments, a footer, in the boxes within
    boxes of page builders. trafilatura fast takes 17 ms for it, and 11, 14, 23 and 33 ms for four
    real pages of that size at the same moment.
    """
    drawn = random.Random(seed)
    title = words(drawn, 8)
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>
{_head(drawn, title)}</head><body class="single post">
<header class="site-header"><a href="/"><img src="/logo.svg" alt="logo"></a>{_menu(drawn, 150)}
<form action="/chercher"><input name="q"><button>{words(drawn, 1)}</button></form></header>
<main><article class="post">{_article(drawn, title)}</article></main>
<aside class="sidebar">{"".join(_card(drawn, n) for n in range(120))}</aside>
<section class="comments">{"".join(_comment(drawn, n) for n in range(70))}</section>
<footer class="site-footer">{_menu(drawn, 60)}<p>{words(drawn, 30)}</p></footer>
<script>{_script(drawn, 200)}</script></body></html>""".encode()


def _head(drawn: random.Random, title: str) -> str:
    said = json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": title,
            "author": {"@type": "Person", "name": words(drawn, 2)},
            "datePublished": NOW.isoformat(),
            "publisher": {"@type": "Organization", "name": words(drawn, 3)},
        }
    )
    metas = "".join(
        f'<meta property="og:{name}" content="{words(drawn, 6)}">'
        for name in ("type", "title", "description", "site_name", "image", "locale")
    )
    styles = "".join(f".c{n}{{margin:{n}px;color:#{n:06x}}}" for n in range(300))
    return (
        f'{metas}<script type="application/ld+json">{said}</script>'
        f"<style>{styles}</style><script>{_script(drawn, 200)}</script>"
    )


def _script(drawn: random.Random, count: int) -> str:
    return "".join(f"var v{n}={{a:{drawn.random()},b:'x'}};" for n in range(count))


def _menu(drawn: random.Random, count: int) -> str:
    items = (
        f'<li class="menu-item menu-item-{n}"><div class="inner"><span>{_link(drawn, n)}</span>'
        "</div></li>"
        for n in range(count)
    )
    return f'<nav class="menu"><ul>{"".join(items)}</ul></nav>'


def _article(drawn: random.Random, title: str) -> str:
    parts = (
        f"<h2>{words(drawn, 5)}</h2>{_paragraph(drawn)}{_figure(drawn)}{_paragraph(drawn)}"
        f"<blockquote>{_paragraph(drawn, 25)}</blockquote>{_list(drawn)}{_card(drawn, n)}"
        for n in range(3)
    )
    shares = "".join(f'<li><a href="#{n}"><svg><path d="M0 0"/></svg></a></li>' for n in range(6))
    return (
        f'<header><h1>{title}</h1><div class="meta"><span class="author">{words(drawn, 2)}</span>'
        f'<time datetime="{NOW.isoformat()}">{NOW:%d/%m/%Y}</time></div></header>'
        f'<div class="entry-content"><p class="lead"><strong>{words(drawn, 40)}.</strong></p>'
        f'{"".join(parts)}</div><ul class="share">{shares}</ul>'
        f'<div class="tags">{"".join(_link(drawn, n) for n in range(8))}</div>'
    )


def _paragraph(drawn: random.Random, count: int = 60) -> str:
    half = count // 2
    return (
        f"<p>{words(drawn, half)} {_link(drawn, half)} <em>{words(drawn, 3)}</em> "
        f'{words(drawn, half)} <a href="/a"><b>{words(drawn, 2)}</b></a>.</p>'
    )


def _figure(drawn: random.Random) -> str:
    return (
        '<figure><picture><source srcset="/a.webp"><img src="/a.jpg" alt="a"></picture>'
        f"<figcaption>{words(drawn, 12)}</figcaption></figure>"
    )


def _list(drawn: random.Random) -> str:
    return f"<ul>{''.join(f'<li>{words(drawn, 9)}</li>' for _ in range(5))}</ul>"


def _wrapped(inner: str, name: str, number: int) -> str:
    """Put something into the boxes that page builders make: each with an id and many classes."""
    for box in ("inner", "column", "wrapper"):
        classes = f"{name}__{box} {name}__{box}--{number} grid-{box} col-md-{number % 12} u-mb-3"
        inner = f'<div class="{classes}" id="{name}-{box}-{number}" data-n="{number}">{inner}</div>'
    return inner


def _link(drawn: random.Random, number: int) -> str:
    return f'<a href="/{number}.html">{words(drawn, 2)}</a>'


def _card(drawn: random.Random, number: int) -> str:
    inner = (
        f'<div class="media"><img src="/{number}.jpg"></div><h3 class="title">'
        f"{_link(drawn, number)}</h3><p>{words(drawn, 12)}</p>"
        f'<span class="meta">{words(drawn, 2)}</span>'
    )
    return _wrapped(inner, "card", number)


def _comment(drawn: random.Random, number: int) -> str:
    inner = (
        f'<div class="comment-author"><img src="/i.png"><b>{words(drawn, 2)}</b></div>'
        f'<p>{words(drawn, 30)}</p><a href="#r{number}">{words(drawn, 1)}</a>'
    )
    return _wrapped(inner, "comment", number)


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
