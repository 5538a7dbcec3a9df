"""What lacks its article, and what reading tells the store."""

from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise

import pytest
from fakes.watched import DAY, NOW, PACE, announced, poll, read, unread
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin
from veille.model.articles import Article, TextFrom
from veille.store import Readings

HOUR = timedelta(hours=1)


def lacking(watch, now=NOW, **options):
    return watch.lacking_articles(now, **{"backlog": 30} | options)


def titles(watch, now=NOW, **options):
    return [item.entry.title for item in lacking(watch, now, **options)]


def save(watch, *readings, attempts=6):
    return watch.save_readings(readings, attempts=attempts)


def articles(watch):
    return watch.db.rows("FROM articles ORDER BY title, version")


def test_what_is_not_read_yet_is_lacking_newest_first(watch):
    old, new = announced("old", published=NOW - 9 * DAY), announced("new", published=NOW - DAY)
    to_come = announced("to come", published=NOW + 99 * DAY)
    watch.save_polls([poll("a", old, new), poll("b", "undated", to_come, at=NOW - 2 * DAY)], PACE)
    told = titles(watch)
    assert (told[0], {*told[1:3]}, told[3]) == ("new", {"undated", "to come"}, "old")
    assert titles(watch, limit=1) == ["new"]


def test_what_is_read_is_not_lacking_any_more(watch):
    watch.save_polls([poll("a", "x", "y")], PACE)
    first, second = lacking(watch)
    assert save(watch, read(first)) == Readings(new=1)
    assert lacking(watch) == [second]
    assert watch.counts(backlog=30) == {"items": 2, "articles": 1, "waiting": 1}


def test_what_waits_for_another_try_is_taken_again_when_asked_for_since_a_day(watch):
    watch.save_polls([poll("a", "old", at=NOW - 5 * DAY), poll("b", "new", at=NOW - DAY)], PACE)
    save(watch, *(unread(item) for item in lacking(watch)))
    assert titles(watch) == []
    assert titles(watch, since=NOW - 2 * DAY) == ["new"]
    assert sorted(titles(watch, since=NOW - 9 * DAY)) == ["new", "old"]


def test_reading_is_given_what_the_source_says(watch):
    item = announced(
        "x",
        published=NOW,
        summary="Résumé",
        content="<p>Corps</p>",
        author="Une personne",
        guid="tag:x",
        language="fr",
        tags=("coop", "emploi"),
    )
    watch.save_polls([poll("a", item)], PACE)
    [to_read] = lacking(watch)
    assert (to_read.item_id, to_read.source_id, to_read.url) == (item.item_id, "a", item.url)
    assert to_read.entry == item.entry
    assert (to_read.attempts, to_read.readings) == (0, 0)


def test_a_first_poll_gives_a_bounded_backlog_the_rest_is_kept_unread(watch):
    watch.save_polls([poll("a", "1", "2", "3")], PACE)
    assert sorted(titles(watch, backlog=2)) == ["1", "2"]
    assert watch.counts(backlog=2)["waiting"] == 2
    changed = announced("3", title="3 corrigé")
    watch.save_polls([poll("a", "4", changed, at=NOW + DAY)], PACE)
    assert sorted(titles(watch, NOW + DAY, backlog=2)) == ["1", "2", "4"]
    assert sorted(titles(watch, NOW + DAY, backlog=0)) == ["4"]
    assert len(titles(watch, NOW + DAY, backlog=3)) == 4


def test_the_same_readings_again_add_nothing(watch):
    watch.save_polls([poll("a", "x", "y")], PACE)
    first, second = lacking(watch)
    readings = [read(first), unread(second)]
    assert save(watch, *readings) == Readings(new=1, failed=1)
    assert save(watch, *readings) == Readings()
    assert len(articles(watch)) == 1
    assert len(watch.db.rows("FROM attempts")) == 2


def test_a_failing_page_is_asked_for_less_and_less_then_no_more(watch):
    watch.save_polls([poll("a", "x")], PACE)
    now, tried = NOW, []
    while (now := now + 11 * HOUR) < NOW + 20 * DAY:
        for item in lacking(watch, now):
            save(watch, unread(item, at=now), attempts=4)
            tried.append((item.attempts, item.readings, now))
    assert [try_[:2] for try_ in tried] == [(0, 0), (1, 1), (2, 2), (3, 3)]
    waits = [later[2] - earlier[2] for earlier, later in pairwise(tried)]
    assert waits == sorted(waits)
    assert waits[-1] > 1.5 * DAY
    assert watch.counts(backlog=30) == {"items": 1, "articles": 0, "waiting": 0}


def test_an_item_that_waits_for_another_try_still_counts_as_waiting(watch):
    watch.save_polls([poll("a", "x")], PACE)
    save(watch, *(unread(item) for item in lacking(watch)))
    assert lacking(watch) == []
    assert watch.counts(backlog=30)["waiting"] == 1


def test_what_no_try_can_mend_is_not_tried_again(watch):
    watch.save_polls([poll("a", "x")], PACE)
    save(watch, *(unread(item, FailureKind.NOT_AN_ARTICLE) for item in lacking(watch)))
    assert lacking(watch, NOW + 99 * DAY) == []


@pytest.mark.every_home
def test_the_feed_s_text_stands_in_until_the_page_can_be_read(watch):
    watch.save_polls([poll("a", "x")], PACE)
    [item] = lacking(watch)
    excerpt = Article(item.url, "x", "Extrait.", TextFrom.FEED, page_failure=FailureKind.DENIED)
    assert save(watch, unread(item, FailureKind.DENIED, article=excerpt)) == Readings(
        new=1, failed=1
    )
    [again] = lacking(watch, NOW + DAY)
    assert again.attempts == 1
    assert save(watch, read(again, "Le texte entier.", at=NOW + DAY)) == Readings(changed=1)
    told = [(row["version"], row["text_from"], row["page_outcome"]) for row in articles(watch)]
    assert told == [(1, "feed", "denied"), (2, "page", None)]


@pytest.mark.every_home
def test_an_item_announced_otherwise_is_read_again_and_makes_a_version(watch):
    watch.save_polls([poll("a", "x")], PACE)
    save(watch, *map(read, lacking(watch)))
    for day, (title, text, made) in enumerate(
        [
            ("Titre", "Un texte.", Readings(changed=1)),
            ("Titre", "Un autre texte.", Readings(changed=1)),
            ("Titre", "Un autre texte.", Readings(same=1)),
        ]
    ):
        now = NOW + (day + 1) * 30 * DAY
        changed = announced("x", title=title, summary=f"résumé {day}")
        watch.save_polls([poll("a", changed, at=now)], PACE)
        [item] = lacking(watch, now)
        assert item.readings == day + 1
        assert save(watch, read(item, text, at=now)) == made
        assert lacking(watch, now + 99 * DAY) == []
    assert [(row["version"], row["title"], row["text"]) for row in articles(watch)] == [
        (2, "Titre", "Un texte."),
        (3, "Titre", "Un autre texte."),
        (1, "x", "Un texte."),
    ]
    assert [row["version"] for row in watch.db.rows("FROM article_current")] == [3]


def test_an_item_announced_anew_every_night_is_read_less_and_less(watch):
    readings = 0
    for night in range(12):
        now = NOW + night * DAY
        watch.save_polls([poll("a", announced("x", published=now), at=now)], PACE)
        for item in lacking(watch, now):
            save(watch, read(item, at=now))
            readings += 1
    assert 3 <= readings <= 5


def test_the_source_that_announced_an_item_first_speaks_for_it(watch):
    watch.save_polls([poll("b", announced("x", title="par b"))], PACE)
    watch.save_polls([poll("a", announced("x", title="par a"), at=NOW + HOUR)], PACE)
    [item] = lacking(watch, NOW + HOUR)
    assert (item.source_id, item.entry.title) == ("b", "par b")
    save(watch, read(item, at=NOW + HOUR))
    assert lacking(watch, NOW + 99 * DAY) == []
    watch.save_polls([poll("a", announced("x", title="a corrige"), at=NOW + DAY)], PACE)
    assert lacking(watch, NOW + 99 * DAY) == []
    assert watch.counts(backlog=30) == {"items": 1, "articles": 1, "waiting": 0}


def test_an_old_item_that_another_source_now_announces_is_read(watch):
    watch.save_polls([poll("a", "1", "2", "3"), poll("b", "4")], PACE)
    assert "3" not in titles(watch, backlog=2)
    watch.save_polls([poll("b", "3", at=NOW + DAY)], PACE)
    assert "3" in titles(watch, NOW + DAY, backlog=2)


def test_an_announcement_taken_back_is_not_read_again(watch):
    now = NOW
    for title in ("x", "y", "x", "y"):
        now += 30 * DAY
        watch.save_polls([poll("a", announced("x", title=title), at=now)], PACE)
        save(watch, *(read(item, at=now) for item in lacking(watch, now)))
    assert [row["title"] for row in articles(watch)] == ["x", "y"]


examples = count()
moments = st.datetimes(timezones=st.just(NOW.tzinfo))
any_article = st.builds(
    Article,
    url=st.none() | st.text(),
    title=st.text(),
    text=st.text(),
    text_from=st.sampled_from(TextFrom),
    lead=st.text(),
    published=st.none() | st.builds(Dated, moments, st.sampled_from(DateOrigin), st.booleans()),
    language=st.none() | st.text(),
    author=st.text(),
    page_failure=st.none() | st.sampled_from(FailureKind),
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(any_article, min_size=1, max_size=10))
def test_articles_are_kept_as_they_were_read(watch, read_articles):
    example = str(next(examples))
    watch.save_polls(
        [poll(example, *(f"{example} {n}" for n, _ in enumerate(read_articles)))], PACE
    )
    items = [item for item in lacking(watch) if item.source_id == example]
    pairs = list(zip(items, read_articles, strict=True))
    save(watch, *(replace(read(item), article=article) for item, article in pairs))
    again = [replace(read(item, at=NOW + HOUR), article=article) for item, article in pairs]
    assert save(watch, *again) == Readings(same=len(pairs))
