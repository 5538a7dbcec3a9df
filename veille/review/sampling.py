"""Draw by chance, and the same for everyone: what is drawn hangs on the item's id alone."""

from veille.model import digest

_ALL = 16**8


def drawn(purpose: str, key: str, share: float) -> bool:
    """Whether `key` is in the share (0 to 1) that is drawn for a purpose; purposes draw apart."""
    return chance(purpose, key) < share


def chance(purpose: str, key: str) -> float:
    """Return the number in [0, 1) that decides of a key."""
    return int(digest(purpose, key)[:8], 16) / _ALL
