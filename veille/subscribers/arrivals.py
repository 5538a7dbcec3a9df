"""People whom staff bring with a declared consent, and what becomes of each. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from veille.errors import ConsentError
from veille.i18n import _
from veille.subscribers.addresses import Address
from veille.subscribers.choices import Choices
from veille.subscribers.consent import Declared, beginning, expiry
from veille.subscribers.rules import Rules


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody to bring. The choices of those who are subscribed already stay as they are."""

    address: Address
    declared: Declared
    choices: Choices
    name: str = ""


class Fate(StrEnum):
    """What became of one of them."""

    ADDED = "added"
    RENEWED = "renewed"  # known already: their ledger has one consent more, their choices stay
    KNOWN = "known"  # nothing new
    LEFT = "left"  # they left: only they can come back
    BOUNCED = "bounced"  # mail to them comes back
    ERASED = "erased"  # they were erased: only they can come back


def check_declared(declared: Declared, rules: Rules, now: datetime) -> None:
    """Raise ConsentError unless this declared consent can be proved and holds now."""
    if not declared.evidence.strip():
        raise ConsentError(_("no evidence: say where the proof of this consent is"))
    if beginning(declared.since, rules.zone) > now:
        raise ConsentError(_("the date of this consent is in the future"))
    ends = expiry(declared.basis, declared.since, rules.periods, rules.zone)
    if ends is not None and ends <= now:
        raise ConsentError(
            _("this consent ended on {day}").format(day=ends.astimezone(rules.zone).date())
        )
