"""How good judgements are against what people said: counts kept one document at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from veille.classify.documents import Truth
from veille.model.judgement import Judgement

RELEVANCE = "relevance"
_BINS = 10


@dataclass(slots=True)
class Score:
    """True and false positives, false negatives, and what follows from them."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    def add(self, said: bool, true: bool) -> None:
        """Count one answer."""
        self.hits += said and true
        self.false += said and not true
        self.missed += true and not said

    @property
    def precision(self) -> float:
        """Share of the given tags that are right; 0 when none was given."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 0.0

    @property
    def recall(self) -> float:
        """Share of the right tags that were given; 0 when there is none."""
        return self.hits / self.support if self.support else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        wrong = self.false + self.missed
        return 2 * self.hits / (2 * self.hits + wrong) if self.hits + wrong else 0.0

    @property
    def support(self) -> int:
        """How many documents truly have the tag."""
        return self.hits + self.missed

    def told(self) -> dict[str, float | int]:
        """Return the figures, rounded."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "support": self.support,
        }


@dataclass(slots=True)
class Evaluation:
    """The running account. `domains` names the domains, whether met or not."""

    domains: tuple[str, ...]
    n: int = 0
    seconds: float = 0.0
    model_version: str = ""
    labels: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    regions: Score = field(default_factory=Score)
    languages: dict[str, dict[str, Score]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Score))
    )
    bins: dict[int, list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
    )
    doubtful: int = 0

    def add(self, judgement: Judgement, truth: Truth, seconds: float, language: str = "") -> None:
        """Count one judged document, which took so many CPU seconds."""
        self.n += 1
        self.seconds += seconds
        self.model_version = judgement.model_version
        self.doubtful += judgement.doubtful
        asked = () if truth.domains is None else judgement.verdicts
        domains = truth.domains or frozenset()
        scores = (self.labels, self.languages[language or judgement.language or "?"])
        for table in scores:
            table[RELEVANCE].add(judgement.relevant.value, truth.relevant)
            for verdict in asked:
                table[verdict.label].add(verdict.value, verdict.label in domains)
        self._calibrate(judgement.relevant.probability, truth.relevant)
        for verdict in asked:
            self._calibrate(verdict.probability, verdict.label in domains)
        if truth.regions is not None:
            said = Counter(tag.id for tag in judgement.regions)
            self.regions.hits += len(truth.regions & said.keys())
            self.regions.false += len(said.keys() - truth.regions)
            self.regions.missed += len(truth.regions - said.keys())

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the domains."""
        return _macro(self.labels, self.domains)

    @property
    def ece(self) -> float:
        """Expected calibration error over relevance and domains together, in ten equal bins."""
        total = sum(count for count, _, _ in self.bins.values())
        gaps = (abs(sure - right) for _, sure, right in self.bins.values())
        return sum(gaps) / total if total else 0.0

    def told(self) -> dict[str, Any]:
        """Return the whole account as `veille evaluate --json` prints it."""
        relevance = self.labels[RELEVANCE]
        regions = self.regions
        return {
            "n": self.n,
            "relevance": relevance.told(),
            "domains": {
                "macro_f1": round(self.macro_f1, 4),
                **{name: self.labels[name].told() for name in self.domains},
            },
            "regions": {
                "micro_f1": round(regions.f1, 4),
                "precision": round(regions.precision, 4),
                "recall": round(regions.recall, 4),
                "support": regions.support,
            },
            "by_language": {
                language: _by_language(scores, self.domains)
                for language, scores in sorted(self.languages.items())
            },
            "ece": round(self.ece, 4),
            "doubtful": round(self.doubtful / self.n, 4) if self.n else 0.0,
            "ms_per_item": round(1000 * self.seconds / self.n, 2) if self.n else 0.0,
            "model_version": self.model_version,
        }

    def _calibrate(self, probability: float, true: bool) -> None:
        count = self.bins[min(_BINS - 1, int(probability * _BINS))]
        count[0] += 1
        count[1] += probability
        count[2] += true


def _macro(scores: Mapping[str, Score], domains: Iterable[str]) -> float:
    each = [scores[name].f1 if name in scores else 0.0 for name in domains]
    return sum(each) / len(each) if each else 0.0


def _by_language(scores: Mapping[str, Score], domains: tuple[str, ...]) -> dict[str, Any]:
    relevance = scores[RELEVANCE]
    return {
        "relevance": relevance.told(),
        "domains": {
            "macro_f1": round(_macro(scores, domains), 4),
            **{name: scores[name].told() for name in domains if name in scores},
        },
    }
