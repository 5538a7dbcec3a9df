"""A store of invented subscribers, as tests need it. All addresses are under example.org."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from veille.store.subscribers import Subscribers, open_subscribers
from veille.subscribers.addresses import read_address
from veille.subscribers.arrivals import Arrival
from veille.subscribers.choices import Choices
from veille.subscribers.consent import Basis, ConsentText, Declared
from veille.subscribers.people import Subscriber
from veille.subscribers.rules import Rules
from veille.subscribers.tokens import Keys

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("America/Toronto")
RULES = Rules(ZONE)
KEYS = Keys(b"a secret of thirty-two characters")
TEXT = ConsentText("fr", "Oui, écrivez-moi chaque semaine.")
ADA = "ada.exemple@example.org"


def open_readers(path: Path, *, rules: Rules = RULES, keys: Keys = KEYS) -> Subscribers:
    """Open a store of subscribers."""
    return open_subscribers(path, keys=keys, rules=rules)


def subscribed(
    readers: Subscribers, address: str = ADA, *, now: datetime = NOW, **chosen: object
) -> Subscriber:
    """Somebody who signed up and confirmed."""
    asked = readers.sign_up(address, Choices.of(**chosen), TEXT, now=now)
    return readers.confirm(asked.token, now=now)


def newcomer(
    address: str = ADA,
    basis: str = "membership",
    since: date = date(2026, 5, 4),
    **chosen: object,
) -> Arrival:
    """Somebody whom staff bring."""
    declared = Declared(Basis(basis), since, "registre des membres, p. 3")
    return Arrival(read_address(address), declared, Choices.of(**chosen))
