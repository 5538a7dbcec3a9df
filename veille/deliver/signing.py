"""Sign messages with DKIM (RFC 6376): by it receivers know that a message is the domain's own.

RSA of 2048 bits alone: receivers need not know Ed25519 (RFC 8463), and a second signature would
cost a second record in the domain's zone for nothing.
"""

import base64
import stat
from dataclasses import dataclass
from pathlib import Path

import dkim
from dkim.asn1 import BIT_STRING, INTEGER, SEQUENCE
from dkim.crypto import UnparsableKeyError, parse_pem_private_key
from dkim.util import parse_tag_value

from veille.errors import ConfigError
from veille.faults import why_not
from veille.i18n import _

SIGNED = (
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
    "mime-version",
    "content-type",
)
"""Header fields covered by the signature; RFC 8058 wants both List-Unsubscribe ones."""

SIGNED_AGAINST_SECONDS = ("from", "to", "subject", "date", "list-unsubscribe")
"""Fields named once more in h=, so that a second one added on the way breaks the signature."""

# the object identifier 1.2.840.113549.1.1.1, rsaEncryption, and its NULL parameters
_RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")
MIN_BITS = 1024  # receivers ignore shorter keys (RFC 8301)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one key of one domain."""

    domain: str
    selector: str
    key: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the message with its signature in front."""
        signature: bytes = dkim.sign(
            message,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*SIGNED, *SIGNED_AGAINST_SECONDS],
        )
        return signature + message


def open_signer(path: Path, *, domain: str, selector: str) -> Signer:
    """Read the private key; raise ConfigError when it is missing, open to others, or no RSA key."""
    refused = _("The signing key {path} cannot be used:").format(path=path)
    recipe = _("docs/envoi.md says how to make one.")
    try:
        mode, key = stat.S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise ConfigError(refused, (why_not(error),), recipe) from None
    if mode & 0o077:
        fault = _("others may read it (mode {mode})").format(mode=f"{mode:o}")
        raise ConfigError(refused, (fault,), _("Run « chmod 600 {path} ».").format(path=path))
    try:
        bits = parse_pem_private_key(key)["modulus"].bit_length()
    except (UnparsableKeyError, KeyError, ValueError, IndexError):
        raise ConfigError(refused, (_("it is not an RSA key in PEM form"),), recipe) from None
    if bits < MIN_BITS:
        raise ConfigError(refused, (_("its {n} bits are too few").format(n=bits),), recipe)
    return Signer(domain, selector, key)


def dns_record(key: bytes) -> str:
    """Return the TXT record by which receivers check signatures made with this private key."""
    parsed = parse_pem_private_key(key)
    numbers = b"".join(_integer(parsed[name]) for name in ("modulus", "publicExponent"))
    bits = b"\0" + _der(SEQUENCE, numbers)
    public = _der(SEQUENCE, _RSA_ALGORITHM + _der(BIT_STRING, bits))
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode('ascii')}"


def unsigned_fields(message: bytes, fields: tuple[str, ...] = SIGNED) -> tuple[str, ...]:
    """Return those of these fields that a message has and that its signature leaves out."""
    headers = [(name.lower(), value) for name, value in dkim.DKIM(message).headers]
    signed: set[bytes] = set()
    for name, value in headers:
        if name == b"dkim-signature":
            listed = parse_tag_value(value).get(b"h", b"")
            signed = {one.strip().lower() for one in listed.split(b":")}
            break
    left_out = {name.decode("ascii", "replace") for name, _value in headers if name not in signed}
    return tuple(field for field in fields if field in left_out)


def _integer(number: int) -> bytes:
    return _der(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    """Return one value in DER (ITU-T X.690): dkimpy's own function fails above 127 bytes."""
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if size < 128 else bytes([128 + len(length)]) + length) + content
