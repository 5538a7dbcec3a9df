"""E-mail addresses as servers want them."""

import re
from dataclasses import dataclass

import idna

_ATOM = r"[^\s@()<>\[\]\\,;:\".]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")  # never quoted: nobody's mailbox needs it


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with its domain in ASCII; `local` may go beyond ASCII."""

    local: str
    domain: str

    @property
    def spec(self) -> str:
        """The address as it goes into an envelope or a header."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server that knows SMTPUTF8 can take it."""
        return not self.local.isascii()


def read_mailbox(address: str) -> Mailbox:
    """Return a bare address, its domain in the ASCII form of IDNA.

    Raises ValueError, which does not repeat the address, for anything else.
    """
    local, _at, domain = address.rpartition("@")
    if len(address) > 254 or not address.isprintable() or not _LOCAL.fullmatch(local):
        raise ValueError("not an address")
    try:
        mailbox = Mailbox(local, idna.encode(domain, uts46=True).decode("ascii"))
    except ValueError:
        raise ValueError("not an address") from None
    if "." not in mailbox.domain:
        raise ValueError("not an address")
    return mailbox
