"""Send an issue of a workspace: queue it once, deliver what is due, tell what came of it."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from filelock import FileLock, Timeout

from veille.bulletins import Bulletins
from veille.clock import Clock
from veille.deliver.addresses import read_mailbox
from veille.deliver.message import letterhead, write_message
from veille.deliver.readiness import refuse_unready
from veille.deliver.send import Pacing, Sender, Tally
from veille.deliver.signing import Signer, open_signer
from veille.deliver.smtp import Server, SmtpTransport
from veille.errors import LockHeld, UsageError
from veille.i18n import _
from veille.keeping.held import refuse_held
from veille.mailout.plan import Plan, plan_issue
from veille.model.bulletin import Approved, RenderedMail
from veille.model.deliveries import (
    Addressee,
    Answer,
    Outgoing,
    Queued,
    Sent,
    State,
    Transport,
    message_key,
)
from veille.settings.mail import DeliverSettings
from veille.store.outbox import Outbox
from veille.store.subscribers import Subscribers
from veille.workspace import Workspace

PASSWORD = "VEILLE_SMTP_PASSWORD"


def send_issue(
    workspace: Workspace,
    bulletins: Bulletins,
    readers: Subscribers,
    approved: Approved,
    *,
    clock: Clock,
    stopping: threading.Event,
    plan: Plan | None = None,
    limit: int | None = None,
    transport: Transport | None = None,
    on_wait: Callable[[datetime], None] | None = None,
) -> Sent:
    """Queue an issue for its readers, unless it was, and send what is due.

    `plan` is what was looked at of it; without one it is made here. A sending that died left its
    messages in flight *unknown*: they are not sent again here.

    Raises UsageError for settings that do not allow it, or an issue that a restore holds back,
    ConfigError for a key that cannot sign,
    LockHeld beside another sending, StoreError when the outbox cannot be written.
    """
    settings = workspace.settings.deliver
    refuse_unready(settings)
    outbox, name = Outbox(readers.db), approved.issue.name
    sign = _signature(workspace)
    with only_sending(workspace):
        found_unknown = outbox.recover(clock.now())
        queued = 0
        if not outbox.is_queued(name):
            refuse_held(workspace.var, name, workspace.settings.zone)
            plan = plan or plan_issue(bulletins, readers, approved, clock.now())
            queued = _queue(outbox, name, plan, clock.now())
        link = transport or open_transport(settings)
        write = _writer(settings, outbox, readers, sign, clock)
        pace = pacing(settings)
        sender = Sender(outbox, link, write, clock, pacing=pace, stopping=stopping, on_wait=on_wait)
        try:
            tally = sender.send(name, limit=limit)
        finally:
            link.close()
            _note_bounces(outbox, readers, name, clock.now())
    return _account(outbox, name, tally, queued, found_unknown)


def _queue(outbox: Outbox, name: str, plan: Plan, now: datetime) -> int:
    """Queue a plan's messages, once for all; return how many."""
    if not plan.posts:
        return 0
    return outbox.queue(name, [post.mail for post in plan.posts], plan.readers, now)


def send_test(
    workspace: Workspace,
    mail: RenderedMail,
    address: str,
    *,
    clock: Clock,
    transport: Transport | None = None,
) -> Answer:
    """Send one edition to one address, outside of the outbox; return the server's answer.

    Its links lead to the public pages, to nobody's own. Raises UsageError for a bad address.
    """
    settings = workspace.settings.deliver
    refuse_unready(settings)
    try:
        recipient = read_mailbox(address).spec
    except ValueError:
        raise UsageError(_("« {text} » is not an e-mail address").format(text=address)) from None
    head, now = letterhead(settings), clock.now()
    key = message_key(f"test {mail.issue} {now.isoformat()}", recipient)
    pages = Addressee("", recipient, settings.public_url, leave_link(settings, "essai"))
    message = write_message(mail, pages, head, key=key, at=now)
    link = transport or open_transport(settings)
    try:
        signed = _signature(workspace)(message)
        return link.deliver(Outgoing(key, head.return_to(key), recipient, signed), lambda: None)
    finally:
        link.close()


def open_transport(settings: DeliverSettings) -> SmtpTransport:
    """Return the way to the mail server of these settings; the password is the environment's.

    Raises UsageError for a password, or an account, that the protocol cannot carry.
    """
    password = os.environ.get(PASSWORD, "")
    if not (password + settings.user).isascii():
        raise UsageError(
            _("{name} or deliver.user has an accent: mail servers are sent ASCII alone.").format(
                name=PASSWORD
            ),
            _("Choose a password without accents."),
        )
    return SmtpTransport(
        Server(
            host=settings.host,
            port=settings.port,
            name=letterhead(settings).sender.domain,
            security=settings.security,
            user=settings.user,
            password=password,
            timeout=settings.timeout,
            per_connection=settings.per_connection,
        )
    )


def pacing(settings: DeliverSettings) -> Pacing:
    """Return how fast these settings let messages go."""
    return Pacing(
        settings.per_minute, settings.connections, settings.retry_hours, settings.patience
    )


def person_link(settings: DeliverSettings, token: str) -> str:
    """Return the address of a person's own page of choices."""
    return f"{settings.public_url}/preferences?t={token}"


def leave_link(settings: DeliverSettings, token: str) -> str:
    """Return the address that takes one POST to leave (RFC 8058)."""
    return f"{settings.public_url}/unsubscribe?t={token}"


@contextmanager
def only_sending(workspace: Workspace) -> Iterator[None]:
    """Hold the lock of sendings; raise LockHeld while another one is at work."""
    lock = FileLock(workspace.var / "send.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise LockHeld(
            _("Another sending is at work in {root}.").format(root=workspace.root),
            _("Wait for its end; « veille digest status » shows it."),
        ) from None
    try:
        yield
    finally:
        lock.release()


def _writer(
    settings: DeliverSettings,
    outbox: Outbox,
    readers: Subscribers,
    sign: Callable[[bytes], bytes],
    clock: Clock,
) -> Callable[[Queued], Outgoing | None]:
    head = letterhead(settings)
    edition = lru_cache(maxsize=256)(outbox.mail)

    def write(one: Queued) -> Outgoing | None:
        now = clock.now()
        person = readers.get(one.subscriber_id)
        if person is None or not readers.is_mailable(one.subscriber_id, now):
            return None
        token = readers.link_token(one.subscriber_id)
        addressee = Addressee(
            one.subscriber_id,
            person.address,
            person_link(settings, token),
            leave_link(settings, token),
            person.name,
        )
        mail = edition(one.issue, one.edition)
        data = sign(write_message(mail, addressee, head, key=one.key, at=now))
        return Outgoing(one.key, head.return_to(one.key), person.address, data)

    return write


def _signature(workspace: Workspace) -> Callable[[bytes], bytes]:
    signer = signer_of(workspace)
    return signer.sign if signer else bytes


def signer_of(workspace: Workspace) -> Signer | None:
    """Return what signs a workspace's messages; None when it is left to the provider."""
    settings = workspace.settings.deliver
    if not settings.dkim.selector:
        return None
    domain = settings.dkim.domain or letterhead(settings).sender.domain
    path = workspace.root / settings.dkim.key
    return open_signer(path, domain=domain, selector=settings.dkim.selector)


def _note_bounces(outbox: Outbox, readers: Subscribers, issue: str, now: datetime) -> None:
    """Hold refused mailboxes against their addresses, if the server took anything at all."""
    if not outbox.counts(issue).get(State.SENT):
        return
    for one in outbox.listed(issue, [State.REFUSED]):
        if one.answer and one.answer.mailbox_at_fault:
            detail = one.answer.status or str(one.answer.code)
            readers.record_bounce(one.subscriber_id, issue, hard=True, detail=detail, now=now)


def _account(outbox: Outbox, name: str, tally: Tally, queued: int, found_unknown: int) -> Sent:
    return Sent(
        issue=name,
        queued=queued,
        found_unknown=found_unknown,
        now=dict(tally.states),
        counts=outbox.counts(name),
        halted=tally.halted,
        next_due=outbox.next_due(name),
    )
