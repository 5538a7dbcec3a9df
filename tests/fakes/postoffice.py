"""A mail server on loopback (aiosmtpd) that behaves, or misbehaves, as told for each address."""

import asyncio
import socket
import threading
from collections import Counter
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class PostOffice:
    """What the server does with each address, and what it took: `taken` holds whole messages.

    Shapes, by what the local part begins with: `gone` 550, `policy` 554, `full` 452, `grey` 451 the
    first time, `midway` drops in the midst of DATA, `lost` takes the message and drops before it
    answers, `late` 451 after DATA, `closing` 421 at RCPT.
    """

    def __init__(self):
        self.taken: list[tuple[str, bytes]] = []
        self.asked = Counter()
        self.sessions = 0
        self.mail_answer = None  # what is said to MAIL, instead of 250
        self.mail_answer_after = None  # so many MAIL later it says 451 until told otherwise
        self.seconds = 0.0  # how long it thinks before it takes a message
        self.lock = threading.Lock()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail_answer_after is not None:
            self.mail_answer_after -= 1
            if self.mail_answer_after < 0:
                self.mail_answer, self.mail_answer_after = "451 4.3.2 not now", None
        if self.mail_answer:
            return self.mail_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        with self.lock:
            self.asked[address] += 1
        shape = address.partition("@")[0].rstrip("0123456789")
        answer = {
            "gone": f"550 5.1.1 <{address}>: no such mailbox",
            "policy": "554 5.7.1 we do not like you",
            "full": "452 4.2.2 mailbox full",
            "closing": "421 4.3.2 closing",
        }.get(shape)
        if shape == "grey" and self.asked[address] == 1:
            answer = "451 4.7.1 greylisted, come again"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.seconds:
            await asyncio.sleep(self.seconds)
        [address] = envelope.rcpt_tos
        shape = address.partition("@")[0].rstrip("0123456789")
        if shape == "late":
            return "451 4.3.0 try later"
        if shape == "garbled":
            return "354 more\r\n250 2.0.0 taken"
        with self.lock:
            self.taken.append((address, envelope.original_content))
        if shape == "lost":
            server.transport.abort()
        return "250 2.0.0 taken"


class _Server(SMTP):
    async def smtp_DATA(self, arg):
        if self.envelope.rcpt_tos and self.envelope.rcpt_tos[0].startswith("midway"):
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return None
        return await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self):
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def post_office(**options):
    """Run a server; yield what it saw, and its port. `options` are aiosmtpd's."""
    office = PostOffice()
    options.setdefault("enable_SMTPUTF8", True)
    port = free_port()
    controller = _Controller(office, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield office, port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
