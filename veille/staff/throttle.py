"""How long to wait before the next try to sign in, after so many that failed. Pure.

Waits grow with each failure and end: nobody can lock another's account for ever. A browser that
signed in before is counted by itself, so that others' tries on its account do not hold it back.
Names that are no account's are counted as those that are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """So many failures are `free` within the `window`; each one more doubles the wait."""

    free: int
    window: timedelta = timedelta(hours=1)
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=5)


RULES: Final[Mapping[str, Rule]] = {
    "account": Rule(free=5),
    "browser": Rule(free=5),
    "origin": Rule(free=30),
    "code": Rule(free=4, window=timedelta(days=1), longest=timedelta(minutes=15)),
    "recovery": Rule(free=5, longest=timedelta(minutes=30)),
}
"""By what is counted: the name that was typed, the browser if it is known, the network address, the
six digits of an account, the letters asked for by a network address.

Whoever tries from everywhere tries a passphrase 300 times a day, six digits 100 times, of which one
of 3,000 days would be lucky."""


def wait_after(rule: Rule, failures: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long to wait from now on; nothing when the next try may come at once.

    `failures` are the moments of those within the rule's window.
    """
    beyond = len(failures) - rule.free
    if beyond < 0 or not failures:
        return timedelta()
    wait = min(rule.first * (1 << min(beyond, 20)), rule.longest)
    return max(max(failures) + wait - now, timedelta())
