"""Small catalogues for tests: items in few words, published in a folder.

Empty databases are made and described once in each language: that is a third of a small
publication. The next ones begin with a copy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from veille.i18n import language
from veille.model import Excerpt
from veille.model.published import Edition, PublishedItem
from veille.store.catalogue import TEAM, Published, ledger, publish

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
    with empty_ones_copied():
        return publish(Edition(items, published_at=at, **given), root, zone=ZONE, keep=keep)


@contextmanager
def empty_ones_copied() -> Iterator[None]:
    """Let publications in the block begin with copies of the first one's empty databases."""
    with patch.object(ledger, "attach_empty", _attach_copies):
        yield


_EMPTY: dict[str, list[bytes]] = {}
_make = ledger.attach_empty


def _attach_copies(connection, folder: Path) -> None:
    files = ledger.databases(folder)
    if (spoken := language()) not in _EMPTY:
        _make(connection, folder)
        ledger.detach(connection)
        _EMPTY[spoken] = [file.read_bytes() for file in files]
    for file, content in zip(files, _EMPTY[spoken], strict=True):
        file.write_bytes(content)
    ledger.attach(connection, folder)
    connection.execute(f"USE {TEAM}")
