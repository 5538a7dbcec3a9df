"""From labelled examples to a model: read them, turn them to numbers, fit, cross-validate."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from veille.classify.documents import BadLine, Document, Truth, read_documents, whole_of
from veille.classify.domain_model import DomainModel, Floats, pooled
from veille.classify.features import features, groups_of, read
from veille.classify.lexicon import Lexicon
from veille.classify.recipe import RELEVANT, Recipe
from veille.classify.vectors import VectorCache
from veille.classify.windows import windows_of
from veille.errors import ConfigError
from veille.i18n import _
from veille.wording import explain_line

Tell = Callable[[str, int, int], None]
"""Hears of progress: what is under way (`features`, `vectors`, `fit`), how much of it is done."""


@dataclass(frozen=True, slots=True)
class Example:
    """A document and how it is tagged."""

    document: Document
    truth: Truth


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as numbers: a row of features, a pooled vector (or none) and labels for each."""

    labels: tuple[str, ...]
    groups: tuple[str, ...]
    rows: Floats
    vectors: Floats | None
    truth: "np.ndarray[tuple[int, int], np.dtype[np.int8]]"

    def take(self, which: Sequence[int]) -> "Table":
        """Return the table of these examples only."""
        vectors = None if self.vectors is None else self.vectors[which]
        return replace(self, rows=self.rows[which], vectors=vectors, truth=self.truth[which])


def read_examples(path: Path, lexicon: Lexicon) -> tuple[Example, ...]:
    """Read an examples file; raise ConfigError naming each line that cannot be used."""
    examples, faults = [], []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ConfigError(
            _("{path} cannot be read: {error}").format(path=path, error=error)
        ) from None
    for number, one in enumerate(read_documents(lines), start=1):
        if isinstance(one, BadLine):
            faults.append(f"{one.number}: {explain_line(one.problem)}")
        elif one[1] is None:
            faults.append(f"{number}: " + _("« relevant » is missing"))
        elif one[1].domains is None:
            faults.append(f"{number}: " + _("« domains » is null: an example says which it has"))
        elif strangers := one[1].domains - set(lexicon.domains):
            told = _("« {code} » is no known code").format(code=", ".join(sorted(strangers)))
            faults.append(f"{number}: {told}")
        else:
            examples.append(Example(one[0], one[1]))
    if faults:
        raise ConfigError(_("{path} cannot be used:").format(path=path), tuple(faults))
    return tuple(examples)


def tabulate(
    examples: Sequence[Example], lexicon: Lexicon, cache: VectorCache | None, tell: Tell
) -> Table:
    """Turn examples to numbers; `cache` gives their vectors, None leaves them out."""
    labels, groups = (RELEVANT, *lexicon.domains), groups_of(lexicon.domains)
    rows = []
    for done, example in enumerate(examples, start=1):
        reading = read(whole_of(example.document), lexicon.concepts)
        rows.append(features(reading.spots, reading.words, groups))
        if done % 100 == 0 or done == len(examples):
            tell("features", done, len(examples))
    vectors = None if cache is None else _vectors([one.document for one in examples], cache, tell)
    truth = [
        [one.truth.relevant, *(d in (one.truth.domains or ()) for d in labels[1:])]
        for one in examples
    ]
    return Table(labels, groups, np.stack(rows), vectors, np.array(truth, np.int8))


def fit_table(table: Table, recipe: Recipe, version: str = "") -> DomainModel:
    """Fit a model to a table; scikit-learn is imported here."""
    from veille.classify.fitting import fit

    return fit(
        table.rows,
        table.vectors,
        table.truth,
        labels=table.labels,
        groups=table.groups,
        recipe=recipe,
        version=version,
    )


def joined(one: Table, other: Table) -> Table:
    """Return the table of one's examples, then the other's; both of the same labels."""
    vectors = None
    if one.vectors is not None and other.vectors is not None:
        vectors = np.concatenate([one.vectors, other.vectors])
    return replace(
        one,
        rows=np.concatenate([one.rows, other.rows]),
        vectors=vectors,
        truth=np.concatenate([one.truth, other.truth]),
    )


def cross_validated(
    table: Table, recipe: Recipe, folds: int = 5, beside: Table | None = None
) -> Floats:
    """Return each example's scores by a model that has not seen it, one column for each label.

    Examples `beside` are learnt each time, and none is scored.
    """
    order = list(range(len(table.rows)))
    random.Random(recipe.seed).shuffle(order)
    scores = np.zeros(table.truth.shape)
    for fold in range(folds):
        held = order[fold::folds]
        learnt = table.take([at for at in order if at not in set(held)])
        model = fit_table(joined(learnt, beside) if beside else learnt, recipe)
        for at in held:
            vector = None if table.vectors is None else table.vectors[at]
            scores[at] = model.scores(table.rows[at], vector)
    return scores


def _vectors(documents: Iterable[Document], cache: VectorCache, tell: Tell) -> Floats:
    windows = [[one.words for one in windows_of(document)] for document in documents]
    texts = {text for one in windows for text in one}
    look_up = cache.vectors(texts, lambda done, total: tell("vectors", done, total))
    rows = [pooled(np.stack([look_up(text) for text in one])) for one in windows]
    return np.asarray(np.stack(rows), np.float32)
