"""Links and hashes that only this workspace can make, from its one secret.

A person's link must be the same at each sending, so it is not kept but made anew: their id (drawn
at random, nothing of their address) and a signature of it. Hashes of addresses are keyed with the
same secret: without it they cannot be tried against a list of known addresses.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from itsdangerous import BadSignature, Signer

from veille.errors import LinkError
from veille.i18n import _

_LONGEST = 200
_PERSON, _CONFIRM = "veille.person", "veille.confirm"


@dataclass(frozen=True, slots=True)
class Keys:
    """What is made from the secret."""

    secret: bytes = field(repr=False)

    def person_token(self, subscriber_id: str) -> str:
        """Return the token of a person's own link, always the same."""
        return self._signer(_PERSON).sign(subscriber_id).decode()

    def person_of(self, token: str) -> str:
        """Return whose link it is; raise LinkError for one that we did not make."""
        return self._read(_PERSON, token)

    def confirm_token(self, sign_up_id: str) -> str:
        """Return the token that confirms one sign-up."""
        return self._signer(_CONFIRM).sign(sign_up_id).decode()

    def sign_up_of(self, token: str) -> str:
        """Return which sign-up a token confirms; raise LinkError for one that we did not make."""
        return self._read(_CONFIRM, token)

    def hash_of(self, purpose: str, value: str) -> str:
        """Return the keyed hash of a value, another one for each purpose (64 hex digits)."""
        told = f"{purpose}\x1f{value}".encode(errors="surrogatepass")
        return hmac.digest(self.secret, told, "sha256").hex()

    def _signer(self, purpose: str) -> Signer:
        return Signer(
            self.secret, salt=purpose, key_derivation="hmac", digest_method=hashlib.sha256
        )

    def _read(self, purpose: str, token: str) -> str:
        if len(token) <= _LONGEST and token.isascii():
            try:
                return self._signer(purpose).unsign(token).decode()
            except BadSignature:
                pass
        raise unknown_link()


def unknown_link() -> LinkError:
    """Return the error for a link that was altered, or whose person is gone: no way to tell."""
    return LinkError(
        _("This link does not work: it may have been cut or have served its time."),
        _("Open it again from your last message, or sign up anew."),
    )
