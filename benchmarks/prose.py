"""Invented texts about events: words by Zipf's law, names and figures of their own.

350 words drawn (rank to the power -1) from 60,000 made of syllables behind the 4,800 that are
common in French and English, 12 names and 8 figures each, in four paragraphs.
"""

import random
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate

from veille.stories import Signature
from veille.stories.facts import Facts

VOCABULARY = 60_000
COMMON = sorted(
    word
    for line in files("veille.stories").joinpath("common.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "ou", "an", "é")]


@dataclass(frozen=True, slots=True)
class Invented:
    """An item's text, and the names and figures that its event has."""

    title: str
    text: str
    names: list[str]
    figures: list[str]


class Writer:
    """Invents texts, the same ones for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.rng = random.Random(7)
        words = (self._word(self.rng.choice((2, 2, 3, 3, 4))) for _ in range(VOCABULARY))
        self.words = list(dict.fromkeys([*COMMON, *words]))
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self.names = [self._word(3).capitalize() for _ in range(20_000)]
        self.rng = random.Random(seed)

    def article(self, of: Invented | None = None) -> Invented:
        """A text of its own; with `of`, another telling of its event: half its facts."""
        rng = self.rng
        names, figures = rng.choices(self.names, k=12), self._figures()
        if of:
            names[:6], figures[:4] = of.names[:6], of.figures[:4]
        words = rng.choices(self.words, cum_weights=self.weights, k=350)
        for at, fact in enumerate(names + figures):
            words[at * 15 + 3] = fact
        parts = [" ".join(words[start : start + 88]) + "." for start in range(0, 350, 88)]
        title = f"{words[0]} {names[0]} {words[1]} {words[2]}"
        return Invented(title, "\n\n".join(parts), names, figures)

    def signature(self, sketch: bytes) -> Signature:
        """One such as a text could have, with this sketch."""
        words = self.rng.choices(self.words[len(COMMON) :], k=24)
        names = self.rng.choices(self.names, k=12)
        return Signature(sketch, Facts(tuple(names), tuple(self._figures()), tuple(words)))

    def copy(self, of: Invented) -> Invented:
        """The same text under another title, without one of its paragraphs."""
        parts = of.text.split("\n\n")
        parts.pop(self.rng.randrange(len(parts)))
        title = " ".join(of.text.split()[40:48])
        return Invented(title, "\n\n".join(parts), of.names, of.figures)

    def _figures(self) -> list[str]:
        return [str(self.rng.randrange(100, 9999)) for _ in range(8)]

    def _word(self, syllables: int) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=syllables))
