"""One rendered edition and one recipient → the bytes of a message. Pure.

All headers are made here, so no text of others can add one: each is put on one line first, and the
library refuses what would still break out.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import (
    Address,
    HeaderRegistry,
    UniqueSingleAddressHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from html import escape
from typing import Any

from veille.deliver.addresses import Mailbox, read_mailbox
from veille.model.bulletin import PERSONAL_LINK, RenderedMail
from veille.model.deliveries import Addressee
from veille.settings.mail import DeliverSettings, read_address
from veille.text import tidy

SUBJECT_LIMIT = 200
"""Characters of a subject; programs show some 60 of them."""

_LINK = re.escape(PERSONAL_LINK)
_IN_TEXT = re.compile(rf"(?<!\S){_LINK}(?!\S)")
_IN_HTML = re.compile(rf"(?<==\"){_LINK}(?=\")|(?<=>){_LINK}(?=<)")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all messages of a workspace have in common."""

    sender: Address
    return_path: Mailbox
    list_id: str
    reply_to: Address | None = None
    verp: bool = False

    def return_to(self, key: str) -> str:
        """Return the address where the message of this key comes back when it is not delivered."""
        if not self.verp:
            return self.return_path.spec
        return Mailbox(f"{self.return_path.local}+{key}", self.return_path.domain).spec


def letterhead(settings: DeliverSettings) -> Letterhead:
    """Return the letterhead of these settings, which must hold a `from`."""
    sender = _for_header(settings.sender)
    return Letterhead(
        sender=sender,
        return_path=read_mailbox(read_address(settings.return_path or settings.sender).addr_spec),
        list_id=settings.list_id or f"veille.{sender.domain}",
        reply_to=_for_header(settings.reply_to) if settings.reply_to else None,
        verp=settings.verp,
    )


def write_message(
    mail: RenderedMail, addressee: Addressee, head: Letterhead, *, key: str, at: datetime
) -> bytes:
    """Return the message with CRLF lines, the personal links put in, not signed yet.

    `key` names it (`deliveries.message_key`). Raises ValueError for an address that is none.
    """
    mailbox = read_mailbox(addressee.address)
    message = EmailMessage(policy=POLICY.clone(utf8=mailbox.needs_utf8))
    message["From"] = head.sender
    message["To"] = Address(one_line(addressee.name), mailbox.local, mailbox.domain)
    if head.reply_to:
        message["Reply-To"] = head.reply_to
    message["Subject"] = one_line(mail.subject)[:SUBJECT_LIMIT]
    message["Date"] = at
    message["Message-ID"] = f"<{key}@{head.sender.domain}>"
    message["List-Id"] = f"<{head.list_id}>"
    message["List-Unsubscribe"] = f"<{addressee.leave}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"  # for answering machines that know nothing newer
    text, html = with_link(mail, addressee.link)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{key}")  # the same bytes each time, and in no text: = is encoded
    return message.as_bytes()


def with_link(mail: RenderedMail, link: str) -> tuple[str, str]:
    """Return the text and the HTML of an edition with a person's own link.

    It goes only where an address stands alone: within the address of an article it would tell that
    article's site a secret.
    """
    text = _IN_TEXT.sub(lambda _found: link, mail.text)
    return text, _IN_HTML.sub(lambda _found: escape(link), mail.html)


def one_line(text: str) -> str:
    """Return a text as a header can hold it: one line, without controls."""
    return " ".join(tidy(text).split())


def _for_header(text: str) -> Address:
    parsed = read_address(text)
    mailbox = read_mailbox(parsed.addr_spec)
    return Address(one_line(parsed.display_name), mailbox.local, mailbox.domain)


class _Verbatim(UnstructuredHeader):
    """A header that is never folded: the library would break a long URL up as encoded words."""

    max_count = 1
    name: str  # of the class that the registry makes of this one

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        if not (value.isascii() and value.isprintable()):
            raise ValueError("not a header")
        super().parse(value, kwds)

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Words(UnstructuredHeader):
    """A header of free words: the library's own folding loses spaces between encoded ones."""

    max_count = 1
    name: str

    def fold(self, *, policy: Policy) -> str:
        words = Header(str(self), header_name=self.name)
        return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"


class _Person(UniqueSingleAddressHeader):
    """A name and an address: the library's own folding loses spaces of names beyond ASCII too."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        named = self.address.display_name
        if named.isascii() or getattr(policy, "utf8", False):
            return str(super().fold(policy=policy))  # type: ignore[misc] # of the registry's base
        words = Header(named, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {words}{policy.linesep} <{self.address.addr_spec}>{policy.linesep}"


def _policy() -> "EmailPolicy[EmailMessage]":
    registry = HeaderRegistry()
    registry.map_to_type("subject", _Words)  # type: ignore[arg-type] # as the library itself does
    for name in ("from", "to", "reply-to"):
        registry.map_to_type(name, _Person)  # type: ignore[arg-type] # as the library itself does
    for name in ("list-unsubscribe", "list-id", "list-unsubscribe-post"):
        registry.map_to_type(name, _Verbatim)  # type: ignore[arg-type] # as the library itself does
    return SMTP.clone(header_factory=registry)


POLICY = _policy()
"""How headers are written: the library's way, but where it would break them."""
