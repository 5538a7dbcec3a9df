"""Dates as they are met in feeds and on pages; what is no whole date is none."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime
from hypothesis import given
from hypothesis import strategies as st

from veille.dates import date_in_url, plausible, read_date

TORONTO = ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # for machines
        ("2024-01-26T10:00:00Z", "2024-01-26T10:00"),
        ("2024-01-26T10:00:00.123456789+05:30", "2024-01-26T04:30"),
        ("2024-01-26 T 10:00:00-05:00", "2024-01-26T15:00"),
        ("20240126T100000Z", "2024-01-26T10:00"),
        ("2024-01-26T10:00", "2024-01-26T15:00"),
        ("2024-01-26", "2024-01-26T05:00"),
        ("2024-12-31T24:00:00Z", "2025-01-01T00:00"),
        ("2024-06-30T23:59:60Z", "2024-06-30T23:59:59"),
        ("Tue, 26 Jan 2024 10:00:00 +0100", "2024-01-26T09:00"),
        ("tHu, 01 Jan 04 19:48:21 -0500", "2004-01-02T00:48:21"),
        ("Thu, 01 Jan 2004 10:00 EST", "2004-01-01T15:00"),
        ("Thu, 01 Jan 2004 10:00:00 CEST", "2004-01-01T08:00"),
        ("Thu, 01 Jan 2004 10:00:00", "2004-01-01T15:00"),
        # French
        ("vendredi 26 janvier 2024 à 00h28", "2024-01-26T05:28"),
        ("Publié le vendredi 26 JANVIER 2024 à 00 h 28", "2024-01-26T05:28"),
        ("1er févr. 2024", "2024-02-01T05:00"),
        ("3 déc. 2025, 14 h 05", "2025-12-03T19:05"),
        ("le mardi 4\u00a0mars\u00a02025 à 9\u202fh", "2025-03-04T14:00"),
        ("10 Aout 2023 à 14h", "2023-08-10T18:00"),
        ("1 juil 2024 14:05 HAE", "2024-07-01T18:05"),
        ("14h05, le 3 mai 2024", "2024-05-03T18:05"),
        ("3 mai 2024 · 2 h de lecture", "2024-05-03T04:00"),
        ("Québec, le 5 mai 2022", "2022-05-05T04:00"),
        ("Publié le 12/11/2026, mis à jour le 13/11/2026", "2026-11-12T05:00"),
        ("26.01.24", "2024-01-26T05:00"),
        # English, Spanish, Portuguese, Korean
        ("Jan 5, 2024 3:04 PM", "2024-01-05T20:04"),
        ("Posted on March 3rd, 2024 at 5pm", "2024-03-03T22:00"),
        ("5 de marzo de 2024 a las 10:30", "2024-03-05T15:30"),
        ("3 de março de 2024 às 10h30", "2024-03-03T15:30"),
        ("2024년 3월 5일 오후 3:04", "2024-03-05T20:04"),
    ],
)
def test_dates_are_read(text, expected):
    assert read_date(text, zone=TORONTO) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "hier", "il y a 3 jours", "vendredi", "janvier 2024", "26 janvier", "2024"),
        *("2024-01", "31/02/2024", "29 février 2023", "2024-13-45", "1 jui 2024", "v1.2.3.2024"),
        *(
            "tél. 514-555-2024",
            "2024-01-26T25:00:00Z",
            "Thu, 01 Jan 2004 10:00 +9999",
            "0000-00-00",
        ),
        *("12 articles en 2024", "le 3 truc 2024", "today", "14:05", "9999999999"),
    ],
)
def test_what_is_no_whole_date_is_none(text):
    assert read_date(text, zone=TORONTO) is None


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("26. Januar 2024", ("de",), "2024-01-26T05:00"),
        ("1 мая 2024", ("ru",), "2024-05-01T04:00"),
        ("12/11/2026", ("fr",), "2026-11-12T05:00"),
        ("12/31/2026", ("en",), "2026-12-31T05:00"),
        ("3 mai 2024", ("xx", "zz-QQ", "fr"), "2024-05-03T04:00"),
    ],
)
def test_languages(text, languages, expected):
    found = read_date(text, zone=TORONTO, languages=languages)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_in_english_a_number_that_may_be_day_or_month_is_not_guessed():
    assert read_date("12/11/2026", zone=TORONTO, languages=("en", "fr")) is None
    assert read_date("le 3 truc 2024", zone=TORONTO, languages=("xx",)) is None


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1))  # noqa: DTZ001 - a zone follows


@given(MOMENTS, st.sampled_from(["fr", "fr_CA", "en", "es", "pt", "ko"]))
def test_what_people_write_in_full_is_read_back(moment, language):
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    written = format_datetime(moment, "d MMMM yyyy HH:mm", locale=language)
    if language == "ko":
        written = format_datetime(moment, "yyyy년 M월 d일 HH:mm", locale=language)
    assert read_date(written, zone=UTC) == moment
    assert read_date(moment.isoformat(), zone=TORONTO) == moment
    assert read_date(moment.strftime("%a, %d %b %Y %H:%M:%S GMT"), zone=TORONTO) == moment


@given(st.text() | st.text(st.sampled_from("0123456789 -/:TZ.,+hàjanvmier")))
def test_any_text_gives_an_aware_moment_in_utc_or_none(text):
    found = read_date(text, zone=TORONTO)
    assert found is None or found.utcoffset() == timedelta()


@pytest.mark.parametrize("text", ["2024-01-26T10:00:00Z", "vendredi 26 janvier 2024 à 00h28"])
def test_usual_forms_are_quick(text):
    read_date(text, zone=TORONTO)
    before = time.process_time()
    for _ in range(1000):
        read_date(text, zone=TORONTO)
    assert time.process_time() - before < 0.2  # 4 to 12 µs each; dateparser takes 1 to 5 ms


def test_plausible():
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert plausible(now, now)
    assert plausible(now + timedelta(days=1), now)
    assert plausible(datetime(1990, 1, 1, tzinfo=UTC), now)
    assert not plausible(now + timedelta(days=3), now)
    assert not plausible(datetime(1970, 1, 1, tzinfo=UTC), now)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2024/01/26/titre", date(2024, 1, 26)),
        ("https://example.org/titre-2024-01-26.html", date(2024, 1, 26)),
        ("https://example.org/20240126-titre", date(2024, 1, 26)),
        ("https://example.org/actualites/2024_01_26", date(2024, 1, 26)),
        ("https://example.org/2024/01/titre", None),
        ("https://example.org/2024/13/45/titre", None),
        ("https://example.org/12345678/", None),
        ("https://example.org/?date=2024/01/26", None),
        ("https://[x/2024/01/26/", None),
    ],
)
def test_date_in_url(url, day):
    assert date_in_url(url) == day
