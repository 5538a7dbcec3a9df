"""What of others' texts an issue passes on: never more than each source lets, and told by source.

Policies (`veille/model/published.py`): `none` passes nothing on, not the title; `title` the title
and the link; `quote:N` so many words too; `full` is an open licence. A bulletin quotes a few lines
at most.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from veille.model.bulletin import Candidate, Piece
from veille.model.published import passed_on
from veille.text import words as count

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Used:
    """What an issue takes from one source: how many pieces, and words of its texts."""

    source_id: str
    source: str
    policy: str
    pieces: int
    words: int


def may_be_told(candidate: Candidate) -> bool:
    """Return whether its source lets it be named at all."""
    return passed_on(candidate.item) is not None


def passage(candidate: Candidate, most: int) -> str:
    """Return what is quoted: from the beginning, at most `most` words, « … » where it was cut.

    A title that the text begins with is left out: it is shown already.
    """
    item = candidate.item
    allowed = passed_on(item) or ""
    text = item.lead if item.excerpt.policy == "full" and item.lead else allowed
    if item.excerpt.policy == "quote":
        most = min(most, item.excerpt.words)
    words = " ".join(text.split()).removeprefix(" ".join(item.title.split())).split()
    is_cut = words[-1:] == [ELLIPSIS]  # the policy cut it already
    words = words[:-1] if is_cut else words
    kept = " ".join(words[:most])
    if count(kept) > most:  # a script without spaces: each sign counts as a word
        kept, is_cut = kept[:most], True
    return f"{kept} {ELLIPSIS}" if kept and (is_cut or len(words) > most) else kept


def policy_name(candidate: Candidate) -> str:
    """Return a policy as sources.yaml writes it."""
    excerpt = candidate.item.excerpt
    return f"quote:{excerpt.words}" if excerpt.policy == "quote" else excerpt.policy


def used(pieces: Iterable[Piece]) -> list[Used]:
    """Return what was taken from each source, most words first."""
    by_source: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_source.setdefault(piece.source_id, []).append(piece)
    told = [
        Used(source, of[0].source, of[0].policy, len(of), sum(map(_words, of)))
        for source, of in by_source.items()
    ]
    return sorted(told, key=lambda one: (-one.words, -one.pieces, one.source))


def _words(piece: Piece) -> int:
    return sum(word != ELLIPSIS for word in piece.passage.split())
