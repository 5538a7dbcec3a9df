"""Passphrases: which will do, and how they are kept (argon2id, RFC 9106)."""

import threading
import unicodedata
from collections.abc import Collection
from itertools import pairwise
from typing import Final

from veille.errors import UsageError
from veille.i18n import _

SHORTEST, LONGEST = 12, 256
"""Characters. Length is what counts: no other rule on which ones they are."""

_MEMORY_KIB: Final = 65_536
_PASSES: Final = 3
_LANES: Final = 1
"""RFC 9106's second choice but for the lanes, of which this machine would not have four to spare:
173 ms a passphrase on 2 shared cores (2026-11-22)."""

_AT_ONCE = threading.BoundedSemaphore(2)  # a flood of sign-ins then takes 128 MB, not gigabytes


def check_passphrase(passphrase: str, *, about: Collection[str] = ()) -> None:
    """Raise UsageError for a passphrase that is too short, or that others would try first.

    `about` are words that others know of the account: its name, the bulletin's.
    """
    plain = _normal(passphrase)
    if len(plain) < SHORTEST:
        raise UsageError(
            _("A passphrase has {n} characters or more.").format(n=SHORTEST),
            _("Four or five words that nobody says together are easy to keep in mind."),
        )
    if len(plain) > LONGEST:
        raise UsageError(_("A passphrase has at most {n} characters.").format(n=LONGEST))
    if _is_easy(plain, about):
        raise UsageError(
            _("This passphrase would be tried first."),
            _("Four or five words that nobody says together are easy to keep in mind."),
        )


def hash_passphrase(passphrase: str) -> str:
    """Return what is kept of a passphrase."""
    from argon2 import PasswordHasher

    with _AT_ONCE:
        return PasswordHasher(_PASSES, _MEMORY_KIB, _LANES).hash(_normal(passphrase))


def is_passphrase(passphrase: str, hashed: str) -> bool:
    """Whether this is the passphrase that was kept. Takes as long where none was (`hashed` empty),
    so that its pace does not tell which accounts exist."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    given = _normal(passphrase[: 2 * LONGEST])
    with _AT_ONCE:
        try:
            PasswordHasher(_PASSES, _MEMORY_KIB, _LANES).verify(hashed or _NOBODYS, given)
        except (VerificationError, InvalidHashError):
            return False
    return bool(hashed)


def is_dated(hashed: str) -> bool:
    """Whether it was kept by other parameters than today's, to be hashed anew at the next
    sign-in."""
    from argon2 import PasswordHasher

    return PasswordHasher(_PASSES, _MEMORY_KIB, _LANES).check_needs_rehash(hashed)


_NOBODYS: Final = (
    f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}"
    "$bm9ib2R5J3Mgc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def _normal(passphrase: str) -> str:
    """Return it as any keyboard would have typed it (NFKC)."""
    return unicodedata.normalize("NFKC", passphrase.encode(errors="replace").decode())


def _is_easy(plain: str, about: Collection[str]) -> bool:
    folded = plain.casefold()
    for word in about:
        if len(word) > 2:
            folded = folded.replace(word.casefold(), "")
    runs = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(folded))
    return len(set(folded)) < 5 or runs > len(folded) / 2
