"""The organisation's rules on its subscribers, in one value."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from veille.subscribers.bounces import BounceRule
from veille.subscribers.consent import Periods
from veille.subscribers.gate import Limits
from veille.subscribers.retention import Retention


@dataclass(frozen=True, slots=True)
class Rules:
    """What the store of subscribers goes by. `link_days` is how long a confirmation link works."""

    zone: ZoneInfo
    periods: Periods = field(default_factory=Periods)
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    bounces: BounceRule = field(default_factory=BounceRule)
    link_days: int = 60
