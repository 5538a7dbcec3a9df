"""Every page of the sample web: articles are read whole and dated, what is none is refused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from veille.errors import FailureKind, ReadError
from veille.extract import read_page
from veille.model import DateOrigin
from veille.sampleweb import load_web
from veille.sampleweb.render import respond
from veille.text import tidy

WEB = load_web(date(2026, 11, 21))
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
TORONTO = ZoneInfo("America/Toronto")
SITES = [site for site in WEB.sites if site.answers]


def body_of(site, path):
    response = respond(WEB, site.host, path, {}, NOW)
    is_page = "html" in response.headers.get("Content-Type", "")
    return response.body if response.status == 200 and is_page else None


def test_articles_are_read():
    count = 0
    for site in SITES:
        for article in site.visible(NOW):
            body = body_of(site, article.path) if article.linked else None
            if body is None:
                continue
            page = read_page(body, article.url, zone=TORONTO, now=NOW)
            assert page.title == tidy(article.title)
            assert (page.language, page.canonical) == (article.lang, article.url)
            _check_date(page.published, article, site)
            count += 1
    assert count >= 89


def _check_date(found, article, site):
    if not site.pages.dates:
        assert found is None, article.url
    else:
        assert found.origin is DateOrigin.PAGE
        assert abs(found.at - article.published) < timedelta(minutes=1)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.host)
def test_what_is_no_article_is_refused(site):
    for path in ("/", *(endpoint.path for endpoint in site.serve)):
        if (body := body_of(site, path)) is not None:
            with pytest.raises(ReadError) as failure:
                read_page(body, f"http://{site.host}{path}", zone=TORONTO, now=NOW)
            assert failure.value.kind is FailureKind.NOT_AN_ARTICLE, path
