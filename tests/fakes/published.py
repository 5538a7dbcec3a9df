"""Small catalogues for tests: items in few words, published in a folder."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from veille.model import Excerpt
from veille.published import Edition, PublishedItem
from veille.store.catalogue import Published, publish

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")


def item(item_id: str, text: str = "", *, policy: str = "full", **given) -> PublishedItem:
    """Return an item; what is not given is plain."""
    words = given.pop("quote", 0)
    return PublishedItem(
        item_id, f"https://example.org/{item_id}", given.pop("title", ""), given.pop("source", "s"),
        given.pop("at", NOW), text=text, language=given.pop("language", "fr"),
        excerpt=Excerpt(policy, words), **given,
    )  # fmt: skip


def publish_items(root: Path, *items: PublishedItem, at: datetime = NOW, **given) -> Published:
    """Publish these items."""
    keep = given.pop("keep", 8)
    return publish(Edition(items, published_at=at, **given), root, zone=ZONE, keep=keep)
