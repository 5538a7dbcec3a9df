"""The workspace's one secret: links are signed and addresses hashed with what is made from it.

It is kept in `var/secret`, for its owner's eyes, or comes from the environment (VEILLE_SECRET),
where a service manager keeps secrets. Without it every link sent so far is dead: back it up.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from veille.errors import UsageError
from veille.files import write_once
from veille.i18n import _

VARIABLE = "VEILLE_SECRET"
SHORTEST = 32
"""Bytes; what is made anew holds 256 bits in 43 characters."""


def read_secret(path: Path) -> bytes:
    """Return the secret of the environment, else that of the file, made on first use.

    Raises UsageError for a secret too short to be one.
    """
    if VARIABLE in os.environ:
        return _long_enough(os.environ[VARIABLE].strip().encode(), VARIABLE)
    if not path.exists():
        with suppress(FileExistsError):  # of two hands at once, the first one's stays
            write_once(path, secrets.token_urlsafe(32) + "\n", mode=0o600)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return _long_enough(path.read_bytes().strip(), str(path))


def _long_enough(found: bytes, place: str) -> bytes:
    if len(found) < SHORTEST:
        raise UsageError(
            _("{place}: a secret has {n} characters or more.").format(place=place, n=SHORTEST),
            _("Make one with « python -c 'import secrets; print(secrets.token_urlsafe(32))' »."),
        )
    return found
