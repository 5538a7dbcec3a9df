"""Codes from a telephone (TOTP, RFC 6238), and those on paper for when it is lost."""

import hashlib
import io
import re
import secrets
from datetime import datetime
from typing import Final

STEP: Final = 30
"""Seconds that a code is shown for; the one before and the one after will do too."""

RECOVERIES: Final = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_SECRET = re.compile(r"[A-Z2-7]{32}")


def new_secret() -> str:
    """Return a secret of 160 bits, in base 32."""
    import pyotp

    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether this is a secret as we make them."""
    return bool(_SECRET.fullmatch(text))


def in_groups(secret: str) -> str:
    """Return a secret as one types it: in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step that a code is of, by which it is used up; None when it is wrong."""
    import pyotp

    digits = re.sub(r"\s", "", code)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    found, asked = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    right = [
        step
        for step in (asked - 1, asked, asked + 1)
        if secrets.compare_digest(found.generate_otp(step), digits)
    ]
    return right[-1] if right else None


def drawn(secret: str, handle: str, issuer: str) -> str:
    """Return what a telephone reads: an SVG with a viewBox, without style or size."""
    import pyotp
    import segno

    address = pyotp.TOTP(secret).provisioning_uri(name=handle, issuer_name=issuer)
    svg = io.BytesIO()
    segno.make(address, error="m").save(
        svg, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, omitsize=True
    )
    return svg.getvalue().decode().strip()


def new_recoveries() -> list[str]:
    """Return codes for a sheet of paper: of some 50 bits, each good once."""
    halves = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2 * RECOVERIES))
    return [f"{one}-{other}" for one, other in zip(halves, halves, strict=True)]


def recovery_hash(code: str) -> str:
    """Return what is kept of such a code, however it was typed."""
    typed = re.sub(r"[^a-z0-9]", "", code.lower()[:80])
    return hashlib.sha256(f"veille.recovery.{typed}".encode()).hexdigest()
