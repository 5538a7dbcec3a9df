"""Articles as they come to the store, to be told as stories."""

from datetime import datetime, timedelta

from fakes.watched import NOW, PACE, announced, poll, read

from veille.store import Watch


def take_in(
    watch: Watch,
    name: str,
    title: str,
    text: str,
    *,
    by: str = "tiess",
    at: datetime = NOW,
    published: datetime | None = None,
) -> str:
    """Keep an article as polling and reading do, or a new version of it; return the item's id."""
    one = announced(name, title=title, published=published or at, content=text)
    watch.save_polls([poll(by, one, at=at)], PACE)
    waiting = watch.lacking_articles(at + timedelta(days=99), backlog=9999)
    ours = [item for item in waiting if item.item_id == one.item_id]
    watch.save_readings([read(item, text, at=at, language="fr") for item in ours], attempts=6)
    return one.item_id
