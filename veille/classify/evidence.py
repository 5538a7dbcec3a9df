"""Why a score is what it is: what it would be without one concept, or without one passage.

Contributions are in log-odds of the final probability, so that those of concepts and of passages
can be laid side by side. They do not add up to the score: two words that say the same share one
effect, and taking out either changes little.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from veille.classify.documents import Whole
from veille.classify.domain_model import DomainModel, Floats, pooled
from veille.classify.features import Reading, Spot, features
from veille.classify.vocabulary import Concept
from veille.classify.windows import Window
from veille.model.judgement import Evidence, Kind

_MOST_FOR = 6  # reasons on the side of the decision
_MOST_AGAINST = 2
_LEAST = 0.05  # log-odds below which a reason is none
_SHOWN = 160  # characters of a passage


def reasons(
    model: DomainModel,
    whole: Whole,
    reading: Reading,
    windows: Sequence[Window] = (),
    vectors: Floats | None = None,
) -> dict[str, tuple[Evidence, ...]]:
    """Return each label's reasons, strongest first, those for it and those against it."""
    found: dict[str, list[Evidence]] = {label: [] for label in model.labels}
    for spots, effects in _without_concepts(model, reading):
        for label, effect in zip(model.labels, effects, strict=True):
            found[label].append(_of_concept(whole, spots, float(effect)))
    if vectors is not None and model.vectors is not None:
        for window, effects in zip(windows, _without_windows(model, vectors), strict=True):
            for label, effect in zip(model.labels, effects, strict=True):
                found[label].append(_of_window(window, float(effect)))
    return {
        label: tuple(one for one in found[label] if abs(one.contribution) >= _LEAST)
        for label in model.labels
    }


def chosen(reasons: Sequence[Evidence], *, value: bool) -> tuple[Evidence, ...]:
    """Return the reasons worth showing for a decision: its own first, then what spoke against."""
    way = 1 if value else -1
    ranked = sorted(reasons, key=lambda one: -abs(one.contribution))
    own = [one for one in ranked if one.contribution * way > 0][:_MOST_FOR]
    return (*own, *[one for one in ranked if one.contribution * way < 0][:_MOST_AGAINST])


def _without_concepts(
    model: DomainModel, reading: Reading
) -> Iterator[tuple[Sequence[Spot], Floats]]:
    """Yield the spots of each concept and, for each label, what its being there changes."""
    scale = _scale(model, "concepts")
    full = model.concepts.scores(features(reading.spots, reading.words, model.groups))
    numbers: dict[Concept, int] = {}
    owners = [numbers.setdefault(spot.concept, len(numbers)) for spot in reading.spots]
    for number in numbers.values():
        pairs = list(zip(reading.spots, owners, strict=True))
        rest = [spot for spot, owner in pairs if owner != number]
        without = model.concepts.scores(features(rest, reading.words, model.groups))
        own = [spot for spot, owner in pairs if owner == number]
        yield own, (full - without) * scale


def _without_windows(model: DomainModel, vectors: Floats) -> Floats:
    """Return, for each window and label, what the window's being there changes."""
    assert model.vectors is not None
    title, texts = vectors[0], vectors[1:]
    variants = [pooled(vectors), pooled(np.stack([texts.mean(0), *texts]))]
    for at in range(len(texts)):
        rest = np.delete(texts, at, axis=0) if len(texts) > 1 else title[None, :]
        variants.append(pooled(np.stack([title, *rest])))
    scores = model.vectors.scores(np.asarray(np.stack(variants), np.float32))
    return np.asarray((scores[0] - scores[1:]) * _scale(model, "vectors"))


def _scale(model: DomainModel, expert: str) -> Floats:
    """Return what one unit of an expert's score is worth in log-odds, for each label."""
    weight = getattr(model.recipe.weights, expert)
    return np.array(
        [
            weight
            * model.recipe.calibration_of(label).slope
            / getattr(model.recipe.reality_of(label), expert)[1]
            for label in model.labels
        ]
    )


def _of_concept(whole: Whole, spots: Sequence[Spot], effect: float) -> Evidence:
    shown = min(spots, key=lambda spot: (not spot.in_title, -spot.count, spot.start))
    return Evidence(
        Kind.CONCEPT,
        whole.written(shown.start, shown.end),
        shown.concept.label,
        round(effect, 3),
        *whole.place(shown.start, shown.end),
        sum(spot.count for spot in spots),
    )


def _of_window(window: Window, effect: float) -> Evidence:
    words = window.words if len(window.words) <= _SHOWN else window.words[:_SHOWN] + "…"
    return Evidence(
        Kind.PASSAGE, words, "", round(effect, 3), window.part, window.start, window.end
    )
