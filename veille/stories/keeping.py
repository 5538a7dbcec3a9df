"""Between an article, what is kept of it to compare it, and the item that is compared."""

from veille.model.story import Signed, ToSign
from veille.stories.facts import Facts
from veille.stories.items import Item
from veille.stories.signature import SCHEME, Signature, sign

_UNREADABLE = Signature(b"", Facts())


def signed(article: ToSign, language: str | None) -> Signed:
    """Return what is to be kept of an article, given the language that it is in."""
    signature = sign(article.title, article.text, language)
    item = Item(
        item_id=article.item_id,
        source_id=article.source_id,
        publisher=article.publisher,
        title=article.title,
        language=language,
        first_seen_at=article.first_seen_at,
        published=article.published,
        signature=signature,
    )
    return Signed(
        article_id=article.article_id,
        item_id=article.item_id,
        version=article.version,
        source_id=article.source_id,
        publisher=article.publisher,
        title=article.title,
        language=language,
        first_seen_at=article.first_seen_at,
        published=article.published,
        told_on=item.told_on,
        scheme=SCHEME,
        signature=signature.to_bytes(),
        bands=signature.bands(),
    )


def item_of(kept: Signed) -> Item:
    """Return the item of which this is kept.

    A signature of another scheme says nothing, until its article is signed again: the links that
    the item has stand meanwhile.
    """
    readable = kept.scheme == SCHEME
    return Item(
        item_id=kept.item_id,
        source_id=kept.source_id,
        publisher=kept.publisher,
        title=kept.title,
        language=kept.language,
        first_seen_at=kept.first_seen_at,
        published=kept.published,
        signature=Signature.from_bytes(kept.signature) if readable else _UNREADABLE,
    )
