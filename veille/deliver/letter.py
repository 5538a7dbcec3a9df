"""A letter to one person, about their own asking: the bytes of a plain-text message. Pure.

It goes to nobody else. Only one that nobody asked for, a reminder, has a link to leave by.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from veille.deliver.addresses import read_mailbox
from veille.deliver.message import POLICY, SUBJECT_LIMIT, Letterhead, one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """What to tell somebody. It has no name: whoever typed the address could put words in it.

    `leave` is the address that takes one POST to leave (RFC 8058), where the letter has one;
    `asked`: whether it answers what the person just did.
    """

    address: str
    language: str
    subject: str
    text: str
    leave: str = ""
    asked: bool = True


def write_letter(letter: Letter, head: Letterhead, *, key: str, at: datetime) -> bytes:
    """Return the message with CRLF lines, not signed yet; `key` names it.

    Raises ValueError for an address that is none.
    """
    mailbox = read_mailbox(letter.address)
    message = EmailMessage(policy=POLICY.clone(utf8=mailbox.needs_utf8))
    message["From"] = head.sender
    message["To"] = Address("", mailbox.local, mailbox.domain)
    if head.reply_to:
        message["Reply-To"] = head.reply_to
    message["Subject"] = one_line(letter.subject)[:SUBJECT_LIMIT]
    message["Date"] = at
    message["Message-ID"] = f"<{key}@{head.sender.domain}>"
    message["Content-Language"] = letter.language
    if letter.leave:
        message["List-Unsubscribe"] = f"<{letter.leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    unasked = letter.leave or not letter.asked
    message["Auto-Submitted"] = "auto-generated" if unasked else "auto-replied"
    message.set_content(letter.text, cte="quoted-printable")
    return message.as_bytes()
