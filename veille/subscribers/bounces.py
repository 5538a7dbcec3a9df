"""When mail that comes back sets an address aside. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.i18n import _


@dataclass(frozen=True, slots=True)
class BounceRule:
    """Lasting (`hard`) or passing (`soft`) refusals within so many days that set one aside."""

    hard: int = 2
    soft: int = 5
    days: int = 60

    def in_words(self) -> str:
        """Say the rule to people."""
        return _(
            "An address is set aside after {hard} lasting refusals or {soft} passing ones "
            "of different messages within {days} days."
        ).format(hard=self.hard, soft=self.soft, days=self.days)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One message that came back. `message` tells messages apart: an issue's id, say."""

    at: datetime
    hard: bool
    message: str


def is_set_aside(bounces: Sequence[Bounce], rule: BounceRule, at: datetime) -> bool:
    """Whether these refusals set an address aside; one message counts once, a lasting one first."""
    recent = [one for one in bounces if one.at > at - timedelta(days=rule.days)]
    hard = {one.message for one in recent if one.hard}
    soft = {one.message for one in recent if not one.hard} - hard
    return len(hard) >= rule.hard or len(hard | soft) >= max(rule.hard, rule.soft)
