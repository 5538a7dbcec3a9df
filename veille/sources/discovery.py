"""Find the feeds that a web page declares or links to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html
from w3lib.encoding import html_to_unicode

from veille.sources.documents import html_root, page_base
from veille.sources.entries import line
from veille.sources.links import web_link
from veille.text import storable

_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
}
# How addresses of feeds end on the platforms met: WordPress, SPIP, Drupal, Joomla, static sites…
_PATH = re.compile(
    r"/(?:feeds?|rss|atom|flux|flux-rss|backend)/?$|/feed/(?:rss2?|atom)/?$|\.(?:rss|atom|rdf)$"
    r"|(?:rss|atom|feed|flux|backend|index|news)[\w-]*\.(?:xml|json|php)$",
    re.I,
)
_QUERY = re.compile(r"(?:^|&)(?:feed=|format=feed|type=(?:rss|atom|100)\b|page=backend)", re.I)
_COMMENTS = re.compile(r"comment|réponses|replies", re.I)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A likely feed. `declared` when the page's head says so, else it is only linked to."""

    url: str
    title: str = ""
    declared: bool = True

    @property
    def of_comments(self) -> bool:
        """Whether it looks like a feed of readers' comments rather than of articles."""
        return _COMMENTS.search(f"{self.title} {urlsplit(self.url).path}") is not None


def find_feeds(page: bytes, url: str) -> tuple[FoundFeed, ...]:
    """Return the feeds of a web page at `url`, the most likely first.

    Declared ones come before those only linked to, comments last. Each address comes once; a page
    that is no HTML has none.
    """
    text = storable(html_to_unicode(None, page)[1])
    root = html_root(text)
    if root is None:
        return ()
    found: dict[str, FoundFeed] = {}
    for feed in _candidates(root, page_base(text, url)):
        found.setdefault(feed.url, feed)
    return tuple(sorted(found.values(), key=lambda feed: (feed.of_comments, not feed.declared)))


def _candidates(root: html.HtmlElement, base: str) -> Iterator[FoundFeed]:
    for link in root.iter("link"):
        kind = link.get("type", "").partition(";")[0].strip().lower()
        relations = link.get("rel", "").lower().split()
        is_feed = "feed" in relations or ("alternate" in relations and kind in _TYPES)
        if is_feed and (url := web_link(base, link.get("href"))):
            yield FoundFeed(url, line(link.get("title", "")))
    for anchor in root.iter("a"):
        if (url := web_link(base, anchor.get("href"))) and _looks_like_feed(url):
            title = line(html.tostring(anchor, encoding="unicode", with_tail=False))
            yield FoundFeed(url, title, declared=False)


def _looks_like_feed(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_PATH.search(parts.path) or _QUERY.search(parts.query))
