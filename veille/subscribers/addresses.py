"""E-mail addresses: read, made comparable, and shown without being shown."""

import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from veille.errors import AddressError
from veille.i18n import _

_MOST = 400
"""Characters beyond which what was typed is not even looked at (an address has 254 bytes)."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as mail is sent to it, and the key by which it is known again.

    `text` keeps the local part as written (NFC) and has its domain in ASCII; two addresses with
    the same `key` are one person's: letter case is left out, which no server in use tells apart.
    """

    text: str
    key: str


def read_address(typed: str) -> Address:
    """Return the address that somebody typed; nothing is asked of the network.

    Raises AddressError, which repeats what was typed.
    """
    bare = typed.strip()
    try:
        if len(bare) > _MOST:
            raise EmailNotValidError
        found = validate_email(bare, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise AddressError(
            _("« {typed} » is not an e-mail address.").format(typed=_printable(typed))
        ) from None
    text = f"{found.local_part}@{found.ascii_domain}"
    return Address(text, unicodedata.normalize("NFC", text.lower()))


def mask(address: str) -> str:
    """Return an address with most of it hidden, for lists: `a…@e….org`."""
    local, _at, domain = address.rpartition("@")
    name, _dot, ending = domain.rpartition(".")
    return f"{local[:1]}…@{name[:1]}….{ending}"


def clean_name(typed: str) -> str:
    """Return a person's name as it may be kept: one line, nothing invisible, 80 characters."""
    return clean(typed)[:80].strip()


def clean(typed: str) -> str:
    """Return what was typed as it may be kept and shown in a terminal: one line, nothing hidden."""
    visible = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", typed))
    return " ".join(visible.split())


def _printable(typed: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in typed[:80])
