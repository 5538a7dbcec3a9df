"""A letter to one person, about their own asking: the bytes of a plain-text message. Pure.

It goes to nobody else, belongs to no list and has no link to leave one.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from veille.deliver.addresses import read_mailbox
from veille.deliver.message import SUBJECT_LIMIT, Letterhead, one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """What to tell somebody. It has no name: whoever typed the address could put words in it."""

    address: str
    language: str
    subject: str
    text: str


def write_letter(letter: Letter, head: Letterhead, *, key: str, at: datetime) -> bytes:
    """Return the message with CRLF lines, not signed yet; `key` names it.

    Raises ValueError for an address that is none.
    """
    mailbox = read_mailbox(letter.address)
    message = EmailMessage(policy=SMTP.clone(utf8=mailbox.needs_utf8))
    message["From"] = head.sender
    message["To"] = Address("", mailbox.local, mailbox.domain)
    if head.reply_to:
        message["Reply-To"] = head.reply_to
    message["Subject"] = one_line(letter.subject)[:SUBJECT_LIMIT]
    message["Date"] = at
    message["Message-ID"] = f"<{key}@{head.sender.domain}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(letter.text, cte="quoted-printable")
    return message.as_bytes()
