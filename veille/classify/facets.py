"""Themes, item type and watch axis: told by cues of the vocabulary, the URL and the other tags.

These are rules, not a fitted model: their probabilities say how many cues agree, and where.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import exp

from veille.classify.documents import Whole
from veille.classify.vocabulary import Mention, Vocabulary
from veille.model.judgement import Evidence, Kind, Tag

NEWS = "ty-nouvelle"
_IN_TITLE, _IN_LEAD, _BELOW = 3.0, 1.0, 0.4  # what a cue is worth by its place
_LEAD = 600  # characters
_ENOUGH = {"theme": 1.3, "item_type": 1.3, "axis": 1.0}
_MOST_THEMES = 3
_FAMILIAR = 0.45  # what a cue made of one common word is worth, beside one of several words
_URL_TYPES = (
    (re.compile(r"/(?:offres?-d-?emploi|emplois?|jobs?|careers?)\b"), "ty-offre-emploi"),
    (re.compile(r"/(?:events?|evenements?|agenda|calendrier)\b"), "ty-evenement"),
    (re.compile(r"/(?:podcasts?|videos?|balados?)\b|youtube\.com|vimeo\.com"), "ty-video-balado"),
    (re.compile(r"doi\.org|/hal-\d|erudit\.org|openedition\.org"), "ty-publication-scientifique"),
    (re.compile(r"/(?:appels?|calls?|convocatorias?)[-/]"), "ty-appel-projets"),
)  # fmt: skip


class Facets:
    """What the cues say of one document."""

    def __init__(self, whole: Whole, vocabulary: Vocabulary, url: str = "") -> None:
        self._whole = whole
        self._url = url.lower()
        self._found: dict[str, list[Mention]] = defaultdict(list)
        for mention in vocabulary.find(whole.words):
            self._found[mention.concept.id].append(mention)

    def themes(self) -> tuple[Tag, ...]:
        """Return the themes that stand out, at most three, the surest first."""
        return self._tags("theme")[:_MOST_THEMES]

    def item_type(self) -> Tag:
        """Return the kind of document: news, unless cues or its address say otherwise."""
        hint = next((kind for sign, kind in _URL_TYPES if sign.search(self._url)), None)
        tags = self._tags("item_type", {hint: 3.0} if hint else {})
        if not tags:
            return Tag(NEWS, 0.5)
        return tags[0]

    def axis(self, regions: Iterable[str], *, relevant: bool) -> Tag | None:
        """Return the axis of the strategic plan that a relevant document serves, if any.

        A cluster wins over a place; then Québec's regions over other countries.
        """
        if not relevant:
            return None
        scores = {tag.id: tag for tag in self._tags("axis")}
        if cluster := scores.get("innovation_clusters"):
            return cluster
        codes = tuple(regions)
        quebec = tuple(code for code in codes if code.startswith("QC-") or code == "CA-QC")
        axis = "emerging_quebec" if quebec else "international_practices" if codes else ""
        if not axis:
            return None
        cues = scores.get(axis, Tag(axis, 0.0))
        places = tuple(Evidence(Kind.TAG, code, contribution=1.0) for code in quebec or codes)
        return Tag(axis, max(0.6, cues.probability), (*places, *cues.evidence))

    def _tags(self, group: str, hints: Mapping[str, float] | None = None) -> tuple[Tag, ...]:
        hints = hints or {}
        tags = []
        for name in {*self._found, *hints}:
            mentions = [one for one in self._found.get(name, ()) if one.concept.group == group]
            if not mentions and name not in hints:
                continue
            score = hints.get(name, 0.0) + sum(self._worth(mentions))
            if score >= _ENOUGH[group]:
                tags.append(Tag(name, 1 - exp(-score / 2), self._evidence(mentions)))
        return tuple(sorted(tags, key=lambda tag: (-tag.probability, tag.id)))

    def _worth(self, mentions: Sequence[Mention]) -> Iterable[float]:
        """Yield what each different cue is worth where it first stands, and a little for more."""
        counts: dict[str, int] = defaultdict(int)
        for one in mentions:
            counts[one.term] += 1
            familiar = _FAMILIAR if " " not in one.term and one.concept.group != "theme" else 1.0
            if counts[one.term] == 1:
                yield familiar * self._place(one)
            elif counts[one.term] <= 3:
                yield familiar * 0.3

    def _place(self, mention: Mention) -> float:
        if mention.start < self._whole.text_at:
            return _IN_TITLE
        return _IN_LEAD if mention.start < self._whole.text_at + _LEAD else _BELOW

    def _evidence(self, mentions: Sequence[Mention]) -> tuple[Evidence, ...]:
        first: dict[str, Mention] = {}
        counts: dict[str, int] = defaultdict(int)
        for one in mentions:
            first.setdefault(one.term, one)
            counts[one.term] += 1
        return tuple(
            Evidence(
                Kind.CUE,
                self._whole.written(one.start, one.end),
                one.concept.label,
                self._place(one),
                *self._whole.place(one.start, one.end),
                counts[one.term],
            )
            for one in sorted(first.values(), key=self._place, reverse=True)[:4]
        )
