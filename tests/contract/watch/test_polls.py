"""What polling tells the store, and what the store then knows."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from fakes.watched import DAY, NOW, PACE, announced, failed, not_modified, poll, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, Failure, digest
from veille.model.polls import Announced, Health, SourceState

A, B = source("a"), source("b")


def entries(watch, columns="*"):
    return watch.db.rows(f"SELECT {columns} FROM entries ORDER BY seen_at, position, source_id")


def facts(watch):
    tables = ["polls", "entries", "source_current"]
    return {name: watch.db.rows(f"FROM {name} ORDER BY ALL") for name in tables}


def test_new_items_are_counted_once(watch):
    assert watch.save_polls([poll("a", "x", "y"), poll("b", "y", "z")], PACE) == {"a": 2, "b": 2}
    later = [poll("a", "w", "x", "y", at=NOW + DAY), poll("b", "y", "z", at=NOW + DAY)]
    assert watch.save_polls(later, PACE) == {"a": 1, "b": 0}
    assert len(entries(watch)) == 5


def test_the_same_save_again_adds_nothing(watch):
    polls = [poll("a", "x", "y"), failed("b", FailureKind.TIMEOUT)]
    watch.save_polls(polls, PACE)
    once = facts(watch)
    assert watch.save_polls(polls, PACE) == {"a": 0, "b": 0}
    assert facts(watch) == once


@pytest.mark.every_home
def test_a_changed_title_date_or_summary_is_a_row_more_of_the_same_item(watch):
    first = announced("x", published=NOW)
    watch.save_polls([poll("a", first)], PACE)
    for day, changed in enumerate(
        [
            announced("x", title="Corrigé", published=NOW),
            announced("x", published=NOW + timedelta(minutes=5)),
            announced("x", published=NOW, summary="Plus long"),
            announced("x", published=NOW, content="<p>Encore plus long</p>"),
            announced("x", published=NOW, author="Une personne", tags=("un mot",)),  # no change
            first,
        ],
        start=1,
    ):
        watch.save_polls([poll("a", changed, at=NOW + day * DAY)], PACE)
    rows = entries(watch)
    assert [row["seen_at"] - NOW for row in rows] == [n * DAY for n in range(5)]
    assert {row["item_id"] for row in rows} == {first.item_id}
    assert [row["changed_items"] for row in watch.db.rows("FROM polls ORDER BY polled_at")] == [
        *(0, 1, 1, 1, 1, 0, 0)
    ]


@pytest.mark.every_home
def test_an_item_twice_in_one_document_is_one_new_item(watch):
    twice = [announced("x"), announced("x"), announced("x", title="autrement")]
    assert watch.save_polls([poll("a", *twice)], PACE) == {"a": 1}
    assert [row["title"] for row in entries(watch)] == ["x", "autrement"]


def test_the_first_good_poll_ranks_its_items_newest_first(watch):
    items = [announced("old", published=NOW - DAY), announced("new", published=NOW), "undated"]
    watch.save_polls([failed("a", FailureKind.TIMEOUT, at=NOW - DAY)], PACE)
    watch.save_polls([poll("a", *items)], PACE)
    watch.save_polls([poll("a", "later", announced("old", title="Old"), at=NOW + DAY)], PACE)
    ranks = [(row["title"], row["first_poll_rank"]) for row in entries(watch)]
    assert ranks == [("old", 2), ("new", 1), ("undated", 3), ("later", None), ("Old", 2)]


def test_a_feed_that_was_empty_at_first_is_ranked_when_it_fills(watch):
    watch.save_polls([poll("a")], PACE)
    watch.save_polls([poll("a", "x", "y", at=NOW + DAY)], PACE)
    assert [row["first_poll_rank"] for row in entries(watch)] == [1, 2]


@pytest.mark.every_home
def test_results_may_come_in_any_order(watch):
    polls = [
        poll("a", "x", "y"),
        poll("b", "y", "z", at=NOW + timedelta(seconds=1)),
        poll("a", "w", "x", at=NOW + DAY),
        failed("b", FailureKind.EMPTY, status=200, at=NOW + DAY),
    ]
    watch.save_polls(polls, PACE)
    forwards = facts(watch)
    for table in forwards:
        watch.db.run(f"DELETE FROM {table}")
    watch.save_polls(polls[::-1], PACE)
    assert facts(watch) == forwards


def test_a_poll_that_comes_late_takes_its_place_in_the_order(watch):
    first, second = poll("a", "x"), failed("a", FailureKind.TIMEOUT, at=NOW + DAY)
    watch.save_polls([second], PACE)
    watch.save_polls([first], PACE)
    [state] = watch.due([A], NOW + 9 * DAY)
    assert (state.last_attempt, state.failures) == (NOW + DAY, 1)


def test_a_clock_set_back_does_not_leave_a_source_as_it_seemed_in_the_future(watch):
    watch.remember_sources([A], NOW)
    watch.save_polls([poll("a", "x")], PACE)
    watch.save_polls([failed("a", FailureKind.GONE, status=410, at=NOW + 365 * DAY)], PACE)
    assert watch.save_polls([poll("a", "x", "y", at=NOW + DAY)], PACE) == {"a": 1}
    [told] = watch.health(NOW + DAY)
    assert (told.health, told.last_success, told.failing_since) == (Health.OK, NOW + DAY, None)
    watch.save_polls([failed("a", FailureKind.TIMEOUT, at=NOW + 2 * DAY)], PACE)
    [told] = watch.health(NOW + 2 * DAY)
    assert (told.health, told.failing_since) == (Health.FAILING, NOW + 2 * DAY)


@pytest.mark.every_home
def test_what_is_known_of_sources_can_be_made_anew_from_their_polls(watch):
    for day in range(6):
        at = NOW + day * DAY
        watch.save_polls(
            [
                poll("a", f"item {day}", at=at) if day % 2 else not_modified("a", at=at),
                failed("b", FailureKind.UNAVAILABLE, status=503, retry_after=60.0, at=at)
                if day > 2
                else poll("b", "one", moved_to="https://b.example.org/feed", at=at),
                failed("c", FailureKind.GONE, status=410, at=at),
            ],
            PACE,
        )
    known = facts(watch)["source_current"]
    assert len(known) == 3
    watch.db.run("UPDATE source_current SET failures = 77, address = 'lost'")
    watch.rebuild_current()
    assert facts(watch)["source_current"] == known


def test_never_polled_sources_are_due_first_then_those_due_for_longest(watch):
    c = source("c")
    watch.save_polls([poll("a", "x", at=NOW + timedelta(hours=1)), poll("b", "y")], PACE)
    assert [one.source_id for one in watch.due([A, B, c], NOW + 9 * DAY)] == ["c", "b", "a"]
    assert watch.due([A, B, c], NOW + timedelta(hours=3)) == [SourceState.of(c)]
    assert len(watch.due([A, B, c], NOW, force=True)) == 3


def test_polling_gets_back_what_it_left(watch):
    watch.save_polls(
        [poll("a", announced("x", published=NOW - 3 * DAY), last_modified="yesterday")], PACE
    )
    [state] = watch.due([A], NOW + 9 * DAY)
    assert state == SourceState(
        "a",
        A.address,
        A.address,
        etag='"good"',
        last_modified="yesterday",
        body_hash="body",
        items_hash="items",
        last_attempt=NOW,
        last_success=NOW,
        last_new=NOW,
        recent_days=(date(2026, 11, 18),),
        next_due=state.next_due,
    )


def test_a_source_with_another_address_is_due_and_asked_there(watch):
    watch.save_polls([failed("a", FailureKind.GONE, status=410)], PACE)
    assert watch.due([A], NOW + 999 * DAY) == []
    moved = replace(A, feed="https://a.example.org/new.xml")
    [state] = watch.due([moved], NOW)
    assert (state.address, state.last_attempt) == ("https://a.example.org/new.xml", NOW)


def test_health_says_since_when_and_why(watch):
    c, d, e = source("c"), source("d"), source("e", active=False)
    watch.remember_sources([A, B, c, d, e], NOW)
    long_ago = [announced(str(n), published=NOW - (100 + n) * DAY) for n in range(5)]
    watch.save_polls(
        [
            poll("a", announced("x", published=NOW)),
            poll("b", "y"),
            poll("c", *long_ago),
            failed("d", FailureKind.GONE, status=410),
        ],
        PACE,
    )
    watch.save_polls([failed("b", FailureKind.DENIED, status=403, at=NOW + DAY)], PACE)
    told = {one.source_id: one for one in watch.health(NOW + 2 * DAY)}
    assert {name: one.health for name, one in told.items()} == {
        "a": Health.OK,
        "b": Health.FAILING,
        "c": Health.SILENT,
        "d": Health.RETIRED,
        "e": Health.UNTRIED,
    }
    assert told["b"].failing_since == NOW + DAY
    assert told["b"].failure == Failure(FailureKind.DENIED, "why")
    assert (told["b"].last_success, told["b"].last_attempt) == (NOW, NOW + DAY)
    assert (told["c"].usual_gap, told["c"].last_new) == (1.0, NOW)
    assert told["d"].next_due is None
    assert told["e"].active is False


@pytest.mark.every_home
def test_declarations_are_kept_when_they_change_or_go(watch):
    watch.remember_sources([A, B], NOW)
    watch.remember_sources([A, B], NOW + DAY)
    watch.remember_sources([replace(A, name="Autre nom")], NOW + 2 * DAY)
    watch.remember_sources([A, B], NOW + 3 * DAY)
    told = watch.db.rows(
        "SELECT source_id, declared_at, name, withdrawn FROM source_declarations ORDER BY ALL"
    )
    assert [(row["source_id"], (row["declared_at"] - NOW).days) for row in told] == [
        *(("a", 0), ("a", 2), ("a", 3), ("b", 0), ("b", 2), ("b", 3))
    ]
    assert [row["withdrawn"] for row in told] == [False, False, False, False, True, False]
    assert [one.name for one in watch.health(NOW)] == ["A", "B"]


def test_a_source_taken_out_is_no_longer_told_but_its_entries_stay(watch):
    watch.remember_sources([A, B], NOW)
    watch.save_polls([poll("a", "x")], PACE)
    watch.remember_sources([B], NOW + DAY)
    assert [one.source_id for one in watch.health(NOW)] == ["b"]
    assert len(entries(watch)) == 1


examples = count()
texts = st.text(max_size=40)
moments = st.datetimes(timezones=st.just(NOW.tzinfo))
dates = st.none() | st.builds(Dated, moments, st.sampled_from(DateOrigin), st.booleans())
anything = st.builds(
    Entry,
    url=st.none() | texts,
    title=texts,
    guid=st.none() | texts,
    summary=texts,
    content=texts,
    author=texts,
    published=dates,
    language=st.none() | st.sampled_from(["fr", "ko"]),
    tags=st.lists(texts, max_size=3).map(tuple),
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(anything, min_size=1, max_size=20))
def test_entries_come_back_as_they_went_in(watch, given_entries):
    example = str(next(examples))
    items = [
        Announced(digest(example, str(n)), entry.url, entry)
        for n, entry in enumerate(given_entries)
    ]
    watch.save_polls([poll(example, *items)], PACE)
    got = {item.item_id: item for item in watch.lacking_articles(NOW, backlog=99)}
    for one in items:
        assert got[one.item_id].entry == one.entry


def test_half_a_surrogate_pair_is_replaced_not_refused(watch):
    broken = announced("x", title="a\ud800b", summary="\ud83d\ude00", tags=("\udfff",))
    watch.save_polls([poll("a", broken), poll("b", "whole")], PACE)
    assert sorted((row["title"], row["summary"], row["tags"]) for row in entries(watch)) == [
        ("a\ufffdb", "😀", ["\ufffd"]),
        ("whole", "", []),
    ]
