"""`models/domains/model.yaml`, read: how the domain model is made, and how it speaks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from veille.faults import read_as

RELEVANT = "relevant"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConceptPart(_Part):
    """The expert that knows the vocabulary: a logistic regression with signs."""

    penalty: float = Field(default=1.0, gt=0)


class VectorPart(_Part):
    """The expert that compares meanings: a support-vector machine with a Gaussian kernel."""

    penalty: float = Field(default=3.0, gt=0)
    gamma: float = Field(default=0.7, gt=0)


class Weights(_Part):
    """What each expert's standardised score counts for; 0 leaves the vectors out altogether."""

    concepts: float = Field(default=1.0, ge=0)
    vectors: float = Field(default=1.0, ge=0)


class Reality(_Part):
    """Centre and spread of each expert's score over real documents, their labels unseen.

    Our examples are not real pages: on these the vectors' scores are lower and closer together.
    """

    concepts: tuple[float, float] = (0.0, 1.0)
    vectors: tuple[float, float] = (0.0, 1.0)


class Calibration(_Part):
    """From score to probability, and from probability to yes or no.

    The probability is a half at the score `half`, and `slope` is its steepness there. `cut` is the
    probability from which the answer is yes; benchmarks/quality/calibrate.py says how all are
    chosen.
    """

    slope: float = Field(default=1.0, gt=0)
    half: float = 0.0
    share: float = Field(default=0.5, gt=0, lt=1)
    """Share of documents with the label where slope and half were found."""
    cut: float = Field(default=0.5, gt=0, lt=1)


class Costs(_Part):
    """What people lose, in any one unit: reading a document, missing one, keeping a wrong one."""

    review: float = Field(default=1.0, gt=0)
    missed: float = Field(default=5.0, gt=0)
    mistaken: float = Field(default=3.0, gt=0)

    def doubtful(self, probability: float) -> bool:
        """Tell whether deciding alone costs more, on average, than having a person read."""
        wrong_yes = (1 - probability) * self.mistaken
        wrong_no = probability * self.missed
        return min(wrong_yes, wrong_no) > self.review


class Recipe(_Part):
    """The whole of model.yaml."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    examples: str = "examples.jsonl"
    seed: int = 0
    concepts: ConceptPart = ConceptPart()
    vectors: VectorPart = VectorPart()
    weights: Weights = Weights()
    reality: Mapping[str, Reality] = {}
    calibration: Mapping[str, Calibration] = {}
    prevalence: Mapping[str, Annotated[float, Field(gt=0, lt=1)]] = {}
    """Share of a watch's own flow that has a label, where it is known to differ."""

    costs: Costs = Costs()
    """For relevance: a document missed is seen by nobody."""

    domain_costs: Costs = Costs(missed=3.0, mistaken=2.0)
    """For a domain: its document is kept all the same, under another heading or none."""

    def costs_of(self, label: str) -> Costs:
        """Return what mistakes on a label cost."""
        return self.costs if label == RELEVANT else self.domain_costs

    def reality_of(self, label: str) -> Reality:
        """Return a label's centre and spread; none measured is none applied."""
        return self.reality.get(label, Reality())

    def calibration_of(self, label: str) -> Calibration:
        """Return a label's calibration."""
        return self.calibration.get(label, Calibration())


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; raise ConfigError with every fault and its key path."""
    return read_as(Recipe, path, page="models/README.md")
