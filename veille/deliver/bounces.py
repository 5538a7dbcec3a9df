"""What came back: messages not delivered (RFC 3464), complaints (RFC 5965), vacation replies. Pure.

A returned message is recognised by the key that ours bear in their Message-ID, and in their return
address with `deliver.verp`. Nobody can guess a key, so a forged return finds nobody. One that only
names an address is taken as a passing refusal, whatever it says.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum

LARGEST = 2_000_000
"""Bytes of a message that is looked at."""

_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
_NO_SUCH = re.compile(r"^5\.1\.[0-36]$|^5\.1\.10$|^5\.2\.1$|^5\.4\.4$")
_FULL = re.compile(r"^[45]\.2\.2$")


class Return(StrEnum):
    """What a message that came in is."""

    HARD = "hard"  # lasting refusal: no such mailbox
    SOFT = "soft"  # passing refusal: full mailbox, policy, given up on
    COMPLAINT = "complaint"  # somebody called our message spam
    DELAYED = "delayed"  # the server goes on trying
    REPLY = "reply"  # an answering machine
    OTHER = "other"  # a person's answer, or none of our business


@dataclass(frozen=True, slots=True)
class Returned:
    """A message that came in, read: `key` is that of ours which it is about, if it tells.

    `address` is whom it names, `status` the code it gives (5.1.1). Its words are not kept.
    """

    kind: Return
    key: str = ""
    status: str = ""
    address: str = field(default="", repr=False)


def read_returned(data: bytes) -> Returned:
    """Return what a message is; any bytes at all make at least an OTHER."""
    message = email.message_from_bytes(data[:LARGEST])
    report = str(message.get_param("report-type", "")).lower()
    if _type(message) == "multipart/report" and report == "feedback-report":
        return _complaint(message)
    if status := next(_parts(message, "message/delivery-status"), None):
        return _delivery_status(message, status)
    if _is_automatic(message):
        return Returned(Return.REPLY)
    return Returned(Return.OTHER)


def _delivery_status(message: Message, status: Message) -> Returned:
    told = Returned(Return.OTHER)
    for block in _blocks(status):
        action = _field(block, "Action").lower()
        if action not in ("failed", "delayed"):
            continue
        code = _code(block)
        kind = Return.DELAYED if action == "delayed" else _weight(code)
        told = Returned(kind, _key(message), code, _address(block))
        if action == "failed":
            break
    return told


def _complaint(message: Message) -> Returned:
    about = next(_parts(message, "message/feedback-report"), None)
    kinds = [_field(block, "Feedback-Type").lower() for block in _blocks(about)] if about else []
    if "abuse" in kinds or "opt-out" in kinds:
        return Returned(Return.COMPLAINT, _key(message))
    return Returned(Return.OTHER)


def _weight(status: str) -> Return:
    lasting = _NO_SUCH.match(status) and not _FULL.match(status)
    return Return.HARD if lasting else Return.SOFT


def _code(block: Message) -> str:
    """Return the most telling status: many servers say 5.0.0 and the truth in words."""
    found = _STATUS.search(_field(block, "Status"))
    said = _STATUS.search(_field(block, "Diagnostic-Code"))
    if found and (found[2], found[3]) != ("0", "0"):
        return found[0]
    return said[0] if said else (found[0] if found else "")


def _address(block: Message) -> str:
    named = _field(block, "Original-Recipient") or _field(block, "Final-Recipient")
    return parseaddr(named.rpartition(";")[2].strip())[1]


def _key(message: Message) -> str:
    """Return the key of our message: of the return address, or of what was sent back of it."""
    named = (str(value) for name in _TO for value in message.get_all(name, []))
    tags = [value.partition("+")[2] for value in named]
    ids = [_field(part, "Message-ID") for part in message.walk() if part is not message]
    for part in _parts(message, "text/rfc822-headers"):
        ids.append(_field(email.message_from_string(_text(part)), "Message-ID"))
    found = (_KEY.search(one) for one in (*tags, *ids))
    return next((one[0] for one in found if one), "")


def _is_automatic(message: Message) -> bool:
    submitted = _field(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or _field(message, "Precedence").lower() in ("auto_reply", "bulk", "junk")
    )


def _blocks(status: Message) -> Iterator[Message]:
    payload = status.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))
    else:
        yield email.message_from_string(str(payload))


def _parts(message: Message, kind: str) -> Iterator[Message]:
    yield from (part for part in message.walk() if _type(part) == kind)


def _type(part: Message) -> str:
    return part.get_content_type().lower()


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)
