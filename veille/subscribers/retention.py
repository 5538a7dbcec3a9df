"""How long what is known of people is kept: the retention clock. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from veille.subscribers.people import State


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that an unconfirmed sign-up is kept, months that people who left or bounced are."""

    pending_days: int = 60
    left_months: int = 36
    bounced_months: int = 12

    def kept_from(self, now: datetime) -> dict[State, datetime]:
        """Return, for each state that does not last, the moment before which it is too old."""
        return {
            State.PENDING: now - timedelta(days=self.pending_days),
            State.LEFT: now - relativedelta(months=self.left_months),
            State.BOUNCED: now - relativedelta(months=self.bounced_months),
        }
