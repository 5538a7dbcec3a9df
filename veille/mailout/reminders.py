"""Ask those whose implied consent ends soon whether they want to go on: one letter a consent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from veille.deliver.letter import Letter, write_letter
from veille.deliver.message import letterhead
from veille.deliver.readiness import refuse_unready
from veille.digest.typography import fill
from veille.i18n import _, speaking
from veille.mailout.sending import (
    leave_link,
    open_transport,
    person_link,
    signer_of,
)
from veille.model.deliveries import Answer, Outcome, Outgoing, Transport, message_key
from veille.settings.mail import DeliverSettings
from veille.store.subscribers import Subscribers
from veille.subscribers.consent import Renewal
from veille.workspace import Workspace

_NOT_TAKEN = frozenset({Outcome.DEFERRED, Outcome.UNREACHED})


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many letters a server took, put off (the next time tries them again), or refused."""

    sent: int = 0
    put_off: int = 0
    refused: int = 0


def remind(
    workspace: Workspace,
    readers: Subscribers,
    *,
    days: int,
    now: datetime,
    transport: Transport | None = None,
) -> Reminded:
    """Write to those whose implied consent ends within so many days, unless they were written to.

    A letter is noted as sent when the server is ready for it: killed just then, it is not sent
    twice. Raises UsageError while the settings lack what a message must have.
    """
    settings = workspace.settings.deliver
    refuse_unready(settings)
    signer = signer_of(workspace)
    sign: Callable[[bytes], bytes] = signer.sign if signer else bytes
    link = transport or open_transport(settings)
    outcomes = []
    try:
        for due in readers.renewals_due(now, days=days):
            if due.reminded_at or not readers.is_mailable(due.person.subscriber_id, now):
                continue
            message = _message(workspace, readers, due, sign, now)
            outcomes.append(_deliver(readers, due, message, link, now).outcome)
    finally:
        link.close()
    sent = sum(outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN} for outcome in outcomes)
    put_off = sum(outcome in _NOT_TAKEN for outcome in outcomes)
    return Reminded(sent, put_off, len(outcomes) - sent - put_off)


def _deliver(
    readers: Subscribers, due: Renewal, message: Outgoing, link: Transport, now: datetime
) -> Answer:
    who = due.person.subscriber_id

    def note() -> None:
        readers.remember_reminder(who, now=now)

    answer = link.deliver(message, note)
    if answer.outcome in _NOT_TAKEN:
        readers.forget_reminder(who, now=now)
    return answer


def _message(
    workspace: Workspace,
    readers: Subscribers,
    due: Renewal,
    sign: Callable[[bytes], bytes],
    now: datetime,
) -> Outgoing:
    settings = workspace.settings.deliver
    bulletin = workspace.settings.digest.title or workspace.settings.veille.name
    token = readers.link_token(due.person.subscriber_id)
    own = person_link(settings, token)
    letter = reminder(due, settings, bulletin, own, workspace.settings.zone)
    letter = replace(letter, leave=leave_link(settings, token))
    head = letterhead(settings)
    key = message_key(f"reminder {due.expires_at.isoformat()}", due.person.subscriber_id)
    data = sign(write_letter(letter, head, key=key, at=now))
    return Outgoing(key, head.return_to(key), letter.address, data)


def reminder(
    due: Renewal, settings: DeliverSettings, bulletin: str, own: str, zone: ZoneInfo
) -> Letter:
    """Return the letter, in the language of the person's choices; `own` is their own page. Pure."""
    language = str(due.person.choices.language)
    last = (due.expires_at - timedelta(microseconds=1)).astimezone(zone).date()
    locale = "fr_CA" if language == "fr" else "en_CA"
    with speaking(language):
        subject = _("Do you want to go on receiving it? {bulletin}").format(bulletin=bulletin)
        parts = [
            _("Hello,"),
            _(
                "You receive the bulletin “{bulletin}” because of your ties with {organisation}. "
                "By law we may write to you until {day}, no longer, unless you agree to it. To go "
                "on receiving it, open this page and press its button; you can leave there too:"
            ).format(
                bulletin=bulletin,
                organisation=settings.organisation,
                day=format_date(last, "long", locale=locale),
            ),
            _("If you do nothing, nothing more will come after that day."),
        ]
    text = [fill(parts[0]), fill(parts[1]), own, fill(parts[2])]
    signature = ("-- ", settings.organisation, settings.postal_address, settings.contact)
    return Letter(
        due.person.address, language, subject, "\n\n".join([*text, "\n".join(signature)]) + "\n"
    )
