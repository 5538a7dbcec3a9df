"""An outbox with invented readers, and a way to send from it."""

import threading
from datetime import timedelta

from fakes.letters import SETTINGS, mail
from fakes.readers import NOW, newcomer, open_readers

from veille.deliver.message import letterhead, write_message
from veille.deliver.send import Pacing, Sender
from veille.model.deliveries import Addressee, Outgoing
from veille.settings.mail import DeliverSettings
from veille.store.outbox import Outbox

ISSUE = "2026-W48"
LATER = NOW + timedelta(days=1)


def queued(path, addresses, now=LATER):
    """Return a store of readers with these addresses, and an outbox with an issue for them all."""
    readers = open_readers(path)
    arrivals = [newcomer(address) for address in addresses]
    readers.bring(arrivals, actor="staff", way="test", now=NOW)
    outbox = Outbox(readers.db)
    people = [one.subscriber_id for one in readers.people()]
    outbox.queue(ISSUE, [mail()], {mail().key: people}, now)
    return readers, outbox


def sender(readers, outbox, transport, clock, *, stopping=None, on_wait=None, **pacing):
    head = letterhead(DeliverSettings(**SETTINGS))

    def write(one):
        if not readers.is_mailable(one.subscriber_id, clock.now()):
            return None
        person = readers.get(one.subscriber_id)
        addressee = Addressee(
            person.subscriber_id, person.address, "https://x.example/p", "https://x.example/u"
        )
        data = write_message(
            outbox.mail(one.issue, one.edition), addressee, head, key=one.key, at=clock.now()
        )
        return Outgoing(one.key, head.return_to(one.key), person.address, data)

    given = {"per_minute": 100_000, **pacing}
    return Sender(
        outbox, transport, write, clock,
        pacing=Pacing(**given), stopping=stopping or threading.Event(), on_wait=on_wait,
    )  # fmt: skip
