"""Pages made to harm, read as a run reads them: each ends in a page or a named error, in time."""

import time
from zoneinfo import ZoneInfo

import pytest

from veille.config import ReadSettings
from veille.errors import FailureKind, ReadError
from veille.extract import read_page
from veille.workers import LocalWorkers

SECONDS = 4.0
TORONTO = ZoneInfo("America/Toronto")
URL = "https://example.org/actualites/titre"
WORDS = "Le conseil de la coopérative adopte un règlement sur sa gouvernance. "
TEXT = f"<p>{WORDS * 10}</p>"
HEAD = "<html lang=fr><head><title>Titre</title></head><body><h1>Titre</h1>"
LD = '<script type="application/ld+json">'

READ = {  # what harms is passed over, and the article is read
    "nested JSON": HEAD + LD + "[" * 200_000 + "</script>" + TEXT,
    "very much JSON": HEAD + LD + "[" + "{}," * 200_000 + "{}]</script>" + TEXT,
    "controls": HEAD + TEXT.replace(".", ".\0\x01"),
    "a long base": f"<base href='{'x/' * 500_000}'>" + HEAD + TEXT,
    "a long title": f"<title>{' | a' * 500_000}</title>" + TEXT,
    "crowds of marks": f"{HEAD}<p>a{chr(0x300) + chr(0x316) * 500_000}</p>{TEXT}",
    "dates without end": HEAD + "<p class=date>12 foo 2024 13 bar 2023</p>" * 5_000 + TEXT,
    "addresses without end": HEAD + "<p>" + "nom@example.org " * 50_000 + TEXT,
    "a charset that is none": "<meta charset=utf-7>" + HEAD + TEXT,
}
REFUSED = {
    "nested blocks": (HEAD + "<div>" * 100_000 + TEXT, FailureKind.NO_TEXT),
    "nested tables": (HEAD + "<table><tr><td>" * 30_000 + TEXT, FailureKind.NO_TEXT),
    "one text of 15 MB": (HEAD + "<p>" + WORDS * 220_000, FailureKind.NO_TEXT),
    "comments never closed": (HEAD + "<!--" * 500_000 + TEXT, FailureKind.NO_TEXT),
    "signs of addresses": (HEAD + "<p>" + "a@" * 1_000_000, FailureKind.NO_TEXT),
    "very many attributes": (
        f"{HEAD}<p {' '.join(f'a{n}=1' for n in range(100_000))}>{TEXT}",
        FailureKind.LIMIT,
    ),
    "very many paragraphs": (HEAD + TEXT * 20_000, FailureKind.LIMIT),
    "very many links": (HEAD + "<h2><a href=/x/y>lien</a></h2>" * 200_000, FailureKind.LIMIT),
}


@pytest.fixture(scope="module")
def read():
    with LocalWorkers(ReadSettings(seconds=SECONDS, megabytes=200), 1) as workers:
        yield lambda html: workers.call(read_page, html.encode(), URL, zone=TORONTO)


@pytest.mark.parametrize("name", READ)
def test_the_article_is_read_all_the_same(read, name):
    started = time.monotonic()
    assert WORDS.strip() in read(READ[name]).text
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize("name", REFUSED)
def test_the_page_is_given_up_within_limits(read, name):
    html, kind = REFUSED[name]
    started = time.monotonic()
    with pytest.raises(ReadError) as failure:
        read(html)
    assert failure.value.kind is kind
    assert time.monotonic() - started < SECONDS + 2
    assert WORDS.strip() in read(HEAD + TEXT).text  # the next page is read
