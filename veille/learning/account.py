"""The account of an attempt to learn from reviews."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veille.learning.comparing import Verdict, Weighing

LEARNT, HELD_OUT, OF_EACH = 100, 50, 10
"""Reviews to learn from and to hold out, at least; of the latter, so many relevant and not."""

ACCOUNT, WORDS = "training.json", "training.txt"


@dataclass(frozen=True, slots=True)
class Account:
    """What an attempt to learn came to: `old` was in force, `new` is what was fitted.

    `floors` has, by label, the F1 on our own examples and its floor.
    """

    verdict: Verdict
    at: str
    old: str
    new: str = ""
    learnt: int = 0
    held_out: int = 0
    weighing: Weighing | None = None
    floors: Mapping[str, tuple[float, float]] | None = None
    folder: str = ""


def last_account(var: Path) -> dict[str, Any] | None:
    """Return the account of the last attempt, as JSON; None when there was none."""
    try:
        told = json.loads((var / "models" / ACCOUNT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def last_words(var: Path) -> str:
    """Return what the last attempt came to, in the words it was told in; empty before the first."""
    try:
        return (var / "models" / WORDS).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
