"""How codes hold each other: Québec's regions in Québec, in Canada; France's in France."""

from functools import cache
from typing import Final

WORLD: Final = "INT"
UNION: Final = "EU"


@cache
def ancestors(code: str) -> tuple[str, ...]:
    """Return the codes that hold `code`, the nearest first; Europe and the world are none."""
    if code.startswith("QC-"):
        return ("CA-QC", "CA")
    return (code[:2],) if "-" in code else ()


@cache
def country(code: str) -> str:
    """Return the country of a code; `EU` and `INT` stand for themselves."""
    return (code, *ancestors(code))[-1]


def related(one: str, other: str) -> bool:
    """Whether one of two codes is the other or holds it."""
    return one == other or one in ancestors(other) or other in ancestors(one)
