"""Waits grow, end, and never lock anybody out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from veille.staff.throttle import RULES, Rule, wait_after

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_waits_double_up_to_the_longest():
    rule = Rule(free=2)
    waits = [wait_after(rule, [NOW] * n, NOW).total_seconds() for n in range(12)]
    assert waits == [0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300, 300]
    assert wait_after(rule, [NOW] * 3, NOW + timedelta(seconds=10)) == timedelta()


@given(
    st.sampled_from(sorted(RULES)),
    st.lists(st.integers(min_value=0, max_value=100_000), max_size=200),
)
def test_a_wait_is_never_longer_than_the_rule_says(kind, ago):
    failures = [NOW - timedelta(seconds=one) for one in ago]
    wait = wait_after(RULES[kind], failures, NOW)
    assert timedelta() <= wait <= RULES[kind].longest
    assert wait_after(RULES[kind], failures, NOW + wait) == timedelta()
