from dataclasses import replace
from datetime import UTC, datetime

import pytest

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin
from veille.model.articles import Article, TextFrom, revised

MONDAY = Dated(datetime(2026, 11, 16, tzinfo=UTC), DateOrigin.PAGE)
KNOWN = Article("https://example.org/a", "Titre", "Un texte.", TextFrom.PAGE, published=MONDAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Titre corrigé"},
        {"text": "Un autre texte."},
        {"published": replace(MONDAY, at=datetime(2026, 11, 17, tzinfo=UTC))},
        {"published": Dated(datetime(2026, 11, 17, tzinfo=UTC), DateOrigin.FEED)},
    ],
)
def test_title_date_and_text_make_a_version(changes):
    read = replace(KNOWN, **changes)
    assert revised(KNOWN, read) == read


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lead": "Un chapeau", "author": "Quelqu’un", "language": "fr"},
        {"published": None},
        {"published": Dated(datetime(2003, 1, 1, tzinfo=UTC), DateOrigin.GUESS)},
        {"text": "Extrait.", "text_from": TextFrom.FEED, "page_failure": FailureKind.DENIED},
    ],
    ids=["nothing", "what is around", "no date", "a worse date", "the feed's text"],
)
def test_nothing_else_does(changes):
    assert revised(KNOWN, replace(KNOWN, **changes)) is None


def test_a_new_title_beside_a_refused_page_keeps_the_page_s_text():
    read = Article(KNOWN.url, "Nouveau", "Extrait.", TextFrom.FEED, page_failure=FailureKind.DENIED)
    assert revised(KNOWN, read) == replace(KNOWN, title="Nouveau")


def test_the_page_s_text_replaces_the_feed_s():
    poor = replace(
        KNOWN, text="Extrait.", text_from=TextFrom.FEED, page_failure=FailureKind.TIMEOUT
    )
    assert revised(poor, KNOWN) == KNOWN


def test_the_first_reading_is_the_first_version():
    assert revised(None, KNOWN) is KNOWN
