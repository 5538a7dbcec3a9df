"""Write to the staff, over the mail server of the bulletin: each person once of each incident.

That somebody was told is noted when the server is ready for the message: killed just then, it is
not told twice. What the server does not take is kept, and tried again less and less often.
"""

import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from veille.clock import Clock
from veille.deliver.letter import write_letter
from veille.deliver.message import letterhead
from veille.deliver.retry import next_try
from veille.deliver.wording import explain_answer
from veille.health.alerts.letters import Place, compose
from veille.health.incidents import Incident, Ledger, Tries, not_told, to_tell, told
from veille.health.ledger import write_ledger
from veille.mailout.sending import open_transport, signer_of
from veille.model import digest
from veille.model.deliveries import Answer, Outcome, Outgoing, Transport, message_key
from veille.workspace import Workspace

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds that a server has for each answer: a run's end waits for it."""

_REFUSED_AGAIN = timedelta(days=1)
_A_YEAR = 24 * 365


def mark_of(address: str) -> str:
    """Return by what the ledger knows a person: not by the address."""
    return digest("alert", address.casefold())[:12]


def tell(
    workspace: Workspace,
    ledger: Ledger,
    path: Path,
    clock: Clock,
    transport: Transport | None = None,
) -> Ledger:
    """Tell everybody what they are to be told now; return (and keep) what is known then.

    Raises UsageError for settings by which nothing can be sent, StoreError when the ledger cannot
    be written: nothing more is told then.
    """
    settings = workspace.settings.alerts
    waiting = [one for one in settings.to if to_tell(ledger, mark_of(one), clock.now())]
    if not waiting:
        return ledger
    deliver = workspace.settings.deliver
    patience = min(PATIENCE, deliver.timeout)
    link = transport or open_transport(deliver.model_copy(update={"timeout": patience}))
    for address in waiting:
        ledger, outcome = _tell_one(workspace, ledger, path, address, clock.now(), link)
        if outcome is Outcome.UNREACHED:  # nobody else will be: a run's end does not wait for it
            break
    if transport is None:
        link.close()  # not when cut short: a server might not let us go
    return ledger


def _tell_one(
    workspace: Workspace,
    ledger: Ledger,
    path: Path,
    address: str,
    now: datetime,
    link: Transport,
) -> tuple[Ledger, Outcome]:
    mark = mark_of(address)
    incidents = to_tell(ledger, mark, now)
    after = told(ledger, mark, incidents, now)
    message = _message(workspace, incidents, address, mark, now)
    answer = link.deliver(message, _noted(path, after))
    if answer.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        return after, answer.outcome
    log.warning("an alert to %s is put off: %s", mark, explain_answer(answer))
    left = not_told(ledger, mark, incidents, _tries(ledger.tries.get(mark), answer, mark, now))
    write_ledger(path, left)
    return left, answer.outcome


def _noted(path: Path, after: Ledger) -> Callable[[], None]:
    def note() -> None:
        write_ledger(path, after)

    return note


def _tries(before: Tries | None, answer: Answer, mark: str, now: datetime) -> Tries:
    attempts = before.attempts + 1 if before else 1
    again = next_try(mark, attempts, now, now, hours=_A_YEAR) or now
    if answer.outcome is Outcome.REFUSED:
        again = now + _REFUSED_AGAIN
    return Tries(attempts, now, again, explain_answer(answer))


def _message(
    workspace: Workspace,
    incidents: list[Incident],
    address: str,
    mark: str,
    now: datetime,
) -> Outgoing:
    settings = workspace.settings
    place = Place(settings.veille.name, str(workspace.root), socket.gethostname(), settings.zone)
    letter = compose(incidents, address, settings.alerts.language or settings.language, place)
    head = replace(letterhead(settings.deliver), reply_to=None)
    key = message_key(f"alert {now.isoformat()} {workspace.root}", mark)
    data = write_letter(letter, head, key=key, at=now)
    signer = signer_of(workspace)
    return Outgoing(key, head.return_path.spec, address, signer.sign(data) if signer else data)
