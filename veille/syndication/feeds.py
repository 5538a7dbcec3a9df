"""A feed written as RSS 2.0, Atom 1.0 and JSON Feed 1.1. Pure: values to bytes.

The first two by feedgenerator; nothing kept up writes the third, which is plain JSON.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from veille.syndication.feed import Feed, FeedEntry


class _Rss(Rss201rev2Feed):
    def latest_post_date(self) -> datetime:
        """The feed's moment rather than the clock's, which an empty feed would ask."""
        moment: datetime = self.feed["updated"]
        return moment


class _Atom(Atom1Feed):
    latest_post_date = _Rss.latest_post_date

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Tell the entry's language where it is not the feed's."""
        language = item["language"]
        return {"xml:lang": language} if language and language != self.feed["language"] else {}


def rss(feed: Feed) -> bytes:
    """Return the feed as RSS 2.0."""
    return _written(_Rss, feed)


def atom(feed: Feed) -> bytes:
    """Return the feed as Atom 1.0."""
    return _written(_Atom, feed)


def json_feed(feed: Feed) -> bytes:
    """Return the feed as JSON Feed 1.1."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.site,
        "feed_url": feed.address,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": list(map(_json_item, feed.entries)),
    }
    return json.dumps(_given(told), ensure_ascii=False, indent=1).encode() + b"\n"


FORMS: dict[str, Callable[[Feed], bytes]] = {"rss": rss, "atom": atom, "json": json_feed}
"""How a feed is written, by the ending of its file."""


def _written(form: type[SyndicationFeed], feed: Feed) -> bytes:
    out = form(
        title=feed.title,
        link=feed.site or feed.id,
        description=feed.description,
        language=feed.language,
        author_name=feed.author,
        feed_url=feed.address or None,
        feed_guid=feed.id,
        updated=feed.updated,
    )
    for entry in feed.entries:
        out.add_item(  # type: ignore[no-untyped-call]
            title=entry.title,
            link=entry.url,
            description=entry.html,
            unique_id=entry.id,
            unique_id_is_permalink=False,
            pubdate=entry.published or entry.updated,
            updateddate=entry.updated,
            author_name=entry.author or None,
            categories=entry.tags,
            language=entry.language,
        )
    text: str = out.writeString("utf-8")  # type: ignore[no-untyped-call]
    return text.encode()


def _json_item(entry: FeedEntry) -> dict[str, object]:
    return _given(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": (entry.published or entry.updated).isoformat(),
            "date_modified": entry.updated.isoformat(),
            "language": entry.language or "",
            "authors": [{"name": entry.author}] if entry.author else [],
            "tags": list(entry.tags),
        }
    )


def _given(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, as the format wants; `items` stays, being required."""
    return {name: value for name, value in told.items() if value or name == "items"}
