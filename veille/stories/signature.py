"""What is kept of an article to compare it with others: about 600 bytes, the same for ever.

A sketch (MinHash) of its three-word sequences estimates how much text two articles have in common;
its facts tell whether what differs matters. Signatures made under another `SCHEME` are not
comparable: a store signs again what lacks the present one.
"""

import re
from dataclasses import dataclass
from itertools import islice

from rensa import RMinHash

from veille.folding import fold
from veille.stories.facts import Facts, facts_of

SCHEME = f"1.{RMinHash.ALGORITHM_VERSION}"
"""Which signatures compare: our own version, then that of the hashing library."""

PERMUTATIONS = 128
BAND = 3
"""Bytes of a band: two texts with half of their text in common (a third of all their sequences)
share one of 42 bands in 80 of 100 cases, with 60 % in 96, with 70 % in 99.9; with 5 %, in 1 of
1,500."""

SHORTEST = 20
"""Below so many distinct sequences a text is too short for its words to prove a copy."""

TEXT_LIMIT = 100_000
_AT = tuple(at << 32 for at in range(PERMUTATIONS // BAND))  # which band it is, above its bytes
_SEED = 20261121
_SEQUENCE = 3
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_FURNITURE_LIMIT = 1_200
_FURNITURE = re.compile(
    r"\breserve\w* (?:a nos|aux) (?:abonne|membre)|\bpour (?:lire la suite|continuer votre lecture)"
    r"|\b(?:subscribe|log in|sign in) to (?:continue|read)|\bsubscribers only|\bsolo suscriptores"
    r"|\b(?:activer|activez|enable) javascript|\baccept (?:all )?cookies|\bcookie settings"
    r"|\b(?:accepter|gerer|refuser) (?:les |tous les |vos )?(?:cookies|temoins)"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of one version of an article.

    `sketch` has one byte for each of 128 permutations, or none where the text is too short.
    """

    sketch: bytes
    facts: Facts

    def bands(self) -> tuple[int, ...]:
        """Return the keys to look candidates up by: copies share one at least (64-bit integers)."""
        parts = (self.sketch[at::BAND] for at in range(BAND))
        return tuple([at | a | b << 8 | c << 16 for at, a, b, c in zip(_AT, *parts, strict=False)])

    def to_bytes(self) -> bytes:
        """Return the form in which a signature is stored."""
        facts = self.facts
        lines = (facts.names, facts.numbers, facts.words, facts.credits)
        text = "\n".join("\t".join(line) for line in lines)
        return bytes([len(self.sketch)]) + self.sketch + text.encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Signature":
        """Return the signature that `to_bytes` gave this form."""
        end = 1 + stored[0]
        lines = stored[end:].decode().split("\n")
        facts = Facts(*(tuple(line.split("\t")) if line else () for line in lines))
        return cls(stored[1:end], facts)


def sign(title: str, text: str, language: str | None = None) -> Signature:
    """Return the signature of an article: of its text, and of the facts of title and text.

    Expects tidied plain text. Deterministic: the same in every process and on every machine. What a
    site shows in the place of its articles (« réservé aux abonnés ») is not taken for their text.
    """
    if _is_furniture(text):
        text = ""
    sequences = _sequences(text[:TEXT_LIMIT])
    sketch = b""
    if len(sequences) >= SHORTEST:
        hashing = RMinHash(PERMUTATIONS, _SEED)
        hashing.update(sequences)
        sketch = bytes([value & 0xFF for value in hashing.digest()])
    return Signature(sketch, facts_of(title, text, language))


def _is_furniture(text: str) -> bool:
    return len(text) < _FURNITURE_LIMIT and bool(_FURNITURE.search(fold(text)))


def _sequences(text: str) -> list[str]:
    words = _TOKEN.findall(fold(text))
    columns = (islice(words, at, None) for at in range(_SEQUENCE))
    return list(dict.fromkeys(map(" ".join, zip(*columns, strict=False))))
