from dataclasses import replace
from datetime import date, timedelta

import pytest
from fakes.watched import DAY, NOW, PACE, announced, failed, not_modified, poll, source

from veille.errors import FailureKind
from veille.model import Failure
from veille.model.polls import SourceState, after, days_of, declared_at, newest_first, next_due

UNTRIED = SourceState.of(source())
GREEN = after(UNTRIED, poll("tiess", "a"), [date(2026, 11, 20)])


def after_all(*polls, state=GREEN):
    for one in polls:
        state = after(state, one, ())
    return state


def test_a_good_answer_is_remembered():
    assert (
        SourceState(
            "tiess",
            declared=source().address,
            address=source().address,
            etag='"good"',
            body_hash="body",
            items_hash="items",
            last_attempt=NOW,
            last_success=NOW,
            last_new=NOW,
            recent_days=(date(2026, 11, 20),),
        )
        == GREEN
    )


def test_a_304_to_a_good_answer_is_a_success_that_keeps_what_was_known():
    state = after_all(not_modified(at=NOW + DAY))
    assert state == replace(GREEN, last_attempt=NOW + DAY, last_success=NOW + DAY)


def test_a_304_after_a_bad_answer_does_not_turn_a_source_green():
    bad = failed("tiess", FailureKind.NOT_A_FEED, status=200, at=NOW + DAY)
    state = after_all(bad, not_modified(at=NOW + 2 * DAY))
    assert state.failing_since == NOW + DAY
    assert state.failures == 2
    assert state.failure == Failure(FailureKind.NOT_A_FEED, "why")
    assert state.last_success == NOW


def test_a_bad_answer_is_followed_by_an_unconditional_question():
    bad = failed("tiess", FailureKind.EMPTY, status=200, at=NOW + DAY)
    assert not after_all(bad).conditional
    healed = after_all(bad, poll(at=NOW + 2 * DAY))
    assert healed.conditional
    assert (healed.failure, healed.failing_since, healed.failures) == (None, None, 0)


def test_a_silence_on_the_line_keeps_the_validators_so_a_304_heals_it():
    state = after_all(failed("tiess", FailureKind.TIMEOUT, at=NOW + DAY))
    assert state.conditional
    assert after_all(not_modified(at=NOW + 2 * DAY), state=state).failure is None


def test_a_304_that_nobody_asked_for_is_a_broken_answer():
    state = after(UNTRIED, not_modified(), ())
    assert state.failure == Failure(FailureKind.BROKEN, "304")
    assert state.last_success is None


def test_a_permanent_redirect_is_remembered_until_it_fails():
    moved = after_all(poll(at=NOW + DAY, moved_to="https://new.example.org/feed"))
    assert moved.address == "https://new.example.org/feed"
    assert after_all(not_modified(at=NOW + 2 * DAY), state=moved).address == moved.address
    lost = after_all(failed("tiess", FailureKind.GONE, status=410), state=moved)
    assert (lost.address, lost.etag, lost.retired_at) == (source().address, None, None)


def test_a_410_at_the_declared_address_retires_a_source_until_it_answers_again():
    gone = failed("tiess", FailureKind.GONE, status=410, at=NOW + DAY)
    retired = after_all(gone)
    assert retired.retired_at == NOW + DAY
    assert next_due(retired, gone, PACE) is None
    assert not replace(retired, next_due=None).is_due(NOW + 1_000 * DAY)
    assert after_all(poll(at=NOW + 2 * DAY), state=retired).retired_at is None


def test_another_declared_address_starts_afresh_but_keeps_the_rhythm():
    retired = after_all(failed("tiess", FailureKind.GONE, status=410, at=NOW + DAY))
    fresh = declared_at(retired, "https://elsewhere.example.org/")
    assert fresh == SourceState(
        "tiess",
        "https://elsewhere.example.org/",
        "https://elsewhere.example.org/",
        last_attempt=NOW + DAY,
        last_new=NOW,
        recent_days=(date(2026, 11, 20),),
    )
    assert fresh.is_due(NOW)
    assert declared_at(retired, source().address) is retired


def test_an_unchanged_answer_keeps_the_flaw_seen_when_it_was_read():
    flawed = after_all(poll(flaw="malformed"))
    same_bytes = poll(unchanged=True, items_hash=None)
    assert after_all(same_bytes, not_modified(), state=flawed).flaw == "malformed"
    assert after_all(poll(unchanged=True), state=flawed).flaw is None


def test_the_rhythm_is_kept_from_the_last_days_only():
    state = GREEN
    for n in range(40):
        state = after(state, poll(at=NOW + n * DAY), [NOW.date() + n * DAY])
    assert state.recent_days == tuple(NOW.date() + n * DAY for n in range(39, 26, -1))


@pytest.mark.parametrize(
    ("published", "day"),
    [(None, NOW), (NOW - 9 * DAY, NOW - 9 * DAY), (NOW + 30 * DAY, NOW)],
    ids=["undated", "past", "to come"],
)
def test_the_day_of_an_item(published, day):
    assert days_of([announced("a", published=published)], NOW) == (day.date(),)


def test_newest_first_by_date_then_as_given_each_item_once():
    hour = timedelta(hours=1)
    items = [
        announced("undated"),
        announced("old", published=NOW - DAY),
        announced("new", published=NOW),
        announced("old", title="again", published=NOW - hour),
    ]
    names = {one.item_id: one.url.rpartition("/")[2] for one in items}
    assert [names[ident] for ident in newest_first(items)] == ["new", "old", "undated"]
