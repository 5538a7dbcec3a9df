"""Random tokens: what is kept of them, and what is made from them for one browser. Pure."""

import hashlib
import hmac


def token_hash(token: str) -> str:
    """Return what is kept of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def derived(token: str, purpose: str) -> str:
    """Return a key that only who knows the token can make, another one for each purpose."""
    key = token.encode(errors="surrogatepass")
    return hmac.digest(key, f"veille.{purpose}".encode(), "sha256").hex()
