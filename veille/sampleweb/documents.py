"""The documents that announce articles: feeds of every kind, sitemaps, listing pages."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html.entities import codepoint2name
from urllib.parse import urlsplit

from markupsafe import Markup

from veille.sampleweb.content import Article, Endpoint, Site
from veille.sampleweb.dates import in_french_prose
from veille.sampleweb.markup import to_html, to_text
from veille.sampleweb.templating import render

XML = "application/xml"
# kind of endpoint -> its media type; the template has the kind's name.
MEDIA_TYPES = {
    "rss2": "application/rss+xml",
    "rss091": XML,
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "jsonfeed": "application/feed+json",
    "sitemap": XML,
    "newssitemap": XML,
    "sitemapindex": XML,
    "listing": "text/html",
    "login": "text/html",
}
# What links in tracked feeds carry, in turn: none of it changes the page that answers.
_TRACKING = (
    "?utm_source=fil&utm_medium=rss&utm_campaign=automne",
    "?xtor=RSS-12#commentaires",
    "?fbclid=IwAR0sample{n}",
    "#haut-de-page",
    "?utm_source=infolettre&utm_content=titre#partage",
)


@dataclass(frozen=True, slots=True)
class Item:
    """An article as a feed shows it; some feeds leave out the `link`, `date` or `html`."""

    title: str
    link: str | None
    guid: str
    summary: str
    html: Markup | None = None
    date: str | None = None
    article: Article | None = None


def listed(site: Site, endpoint: Endpoint, now: datetime) -> list[Article]:
    """The articles that the document announces at `now`, newest first."""
    youngest = now - timedelta(days=endpoint.min_age)
    articles = [a for a in site.visible(now) if a.published <= youngest]
    if endpoint.max_age is not None:
        oldest = now - timedelta(days=endpoint.max_age)
        articles = [a for a in articles if a.published > oldest]
    return articles[: endpoint.limit]


def document(site: Site, endpoint: Endpoint, now: datetime) -> bytes:
    """The bytes of the document at `now`, faults included where the endpoint declares them."""
    articles = listed(site, endpoint, now)
    items = [*_items(articles, endpoint), *_strays(site, endpoint)]
    if endpoint.kind == "jsonfeed":
        text = _json_feed(site, endpoint, items)
    else:
        text = render(
            f"{endpoint.kind}.j2",
            site=site,
            endpoint=endpoint,
            items=items,
            newest=max((a.changed for a in articles), default=None),
        )
    if endpoint.cut is not None:
        text = _cut(text, endpoint.cut)
    body = text.encode(endpoint.encoding, "xmlcharrefreplace")
    return gzip.compress(body, mtime=0) if endpoint.gzip else body


def _items(articles: list[Article], endpoint: Endpoint) -> Iterator[Item]:
    for n, article in enumerate(articles):
        yield Item(
            title=_entities(article.title) if endpoint.titles == "entities" else article.title,
            link=_link(article, endpoint.links, n) if article.linked else None,
            guid=article.url,
            summary="" if endpoint.content == "none" else to_text(article.lead),
            html=_whole(article) if endpoint.content == "full" else None,
            date=_date(article, endpoint, n),
            article=article,
        )


def _strays(site: Site, endpoint: Endpoint) -> Iterator[Item]:
    """Items that some feeds hold and that are no articles: a home page, a login page."""
    for stray in endpoint.also:
        link = f"http://{site.host}{stray['path']}"
        yield Item(title=stray["title"], link=link, guid=link, summary=stray.get("summary", ""))


def _whole(article: Article) -> Markup:
    return to_html(f"{article.lead}\n\n{article.body}")


def _link(article: Article, style: str, n: int) -> str:
    if style == "relative":
        return urlsplit(article.url).path
    if style == "tracked":
        return article.url + _TRACKING[n % len(_TRACKING)].format(n=n)
    return article.url


def _date(article: Article, endpoint: Endpoint, n: int) -> str | None:
    if endpoint.dates == "none":
        return None
    if endpoint.dates == "french":
        return in_french_prose(article.published, short=n % 2 == 1)
    if endpoint.kind in ("atom", "rdf", "jsonfeed"):
        return article.published.isoformat()
    return format_datetime(article.published)


def _entities(title: str) -> str:
    """`title` with HTML entities inside, as feeds show it that were made from escaped pages."""
    named = {"&": "&amp;"} | {chr(c): f"&{n};" for c, n in codepoint2name.items() if c > 127}
    return "".join(named.get(letter, letter) for letter in title)


def _cut(text: str, items: int) -> str:
    """`text` broken off in the middle of the item after that many whole ones; whole with fewer."""
    tag = "</entry>" if "</entry>" in text else "</item>"
    if text.count(tag) <= items:
        return text
    end = 0
    for _ in range(items):
        end = text.index(tag, end) + len(tag)
    return text[: end + (text.index(tag, end) - end) // 2]


def _json_feed(site: Site, endpoint: Endpoint, items: list[Item]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": site.home,
        "feed_url": f"http://{site.host}{endpoint.path}",
        "description": site.about,
        "language": site.language,
        "items": [_json_item(item) for item in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(item: Item) -> dict[str, object]:
    article = item.article
    shown: dict[str, object | None] = {
        "id": item.guid,
        "url": item.link,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html and str(item.html),
        "date_published": item.date,
    }
    if article is not None:
        shown["date_modified"] = article.changed.astimezone(UTC).isoformat()
        shown["authors"] = [{"name": article.author}] if article.author else None
        shown["tags"] = list(article.tags) or None
        shown["language"] = article.lang
    return {key: value for key, value in shown.items() if value is not None}
