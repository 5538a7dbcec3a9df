"""What tests have workers do: functions of a module that these can import."""

import time

from veille.errors import FailureKind, ItemError


def hoard() -> None:
    """Take all memory that there is."""
    kept = []
    while True:
        kept.append(bytearray(1_000_000))


def fail(error: Exception) -> None:
    """Raise this."""
    raise error


def opposite(number: int) -> int:
    """Return a number, but for 3, which is refused, and 5, which is a defect."""
    if number == 3:
        raise ItemError(FailureKind.DENIED, "three", "403")
    return -number // (number - 5)


def be_slow(number: int) -> int:
    """Return the number half a second later."""
    time.sleep(0.5)
    return number
