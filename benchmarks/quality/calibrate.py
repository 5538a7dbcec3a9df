"""Print the `reality` and `calibration` of models/domains/model.yaml, as real documents give them.

    python benchmarks/quality/calibrate.py ../shared/evaluation/dev.jsonl

Reads only the half of the file's repositories that may be looked at: those whose name's MD5 is
even. Centres and spreads need no labels; slope and half are one logistic regression on the score
(two numbers a label); the cut is the middle of the plateau of F1 over samples of
whole repositories.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from veille.classify.documents import document_of, truth_of
from veille.classify.domain_model import logistic
from veille.classify.lexicon import load_lexicon
from veille.classify.recipe import load_recipe
from veille.classify.storage import vector_cache
from veille.classify.training import Example, fit_table, read_examples, tabulate
from veille.classify.versions import examples_path, recipe_path, vocabulary_path

_NEARLY = 0.97
ROOT = Path(__file__).resolve().parents[2]


def looked_at(repository: str) -> bool:
    """Tell whether a repository is in the half that may be looked at."""
    return int(hashlib.md5(repository.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def best_cut(scores: np.ndarray, truth: np.ndarray, groups: list[str], seed: int) -> float:
    """Return the middle of the scores from which yes gives all but the largest F1 (97 in 100).

    The curve of F1 is the mean of 400 samples of whole repositories, smoothed over 0.6 of score: a
    plateau is worth more than a peak that one document makes, and its middle is the safest place.
    """
    grid = np.arange(-1.0, 4.0, 0.1)
    names = sorted(set(groups))
    rows = [np.flatnonzero([group == name for group in groups]) for name in names]
    draw = np.random.default_rng(seed)
    curve = np.zeros(len(grid))
    for _ in range(400):
        taken = np.concatenate([rows[at] for at in draw.integers(0, len(rows), len(rows))])
        said = scores[taken][None, :] >= grid[:, None]
        true = truth[taken].astype(bool)
        curve += 2 * (said & true).sum(1) / np.maximum(1, said.sum(1) + true.sum())
    smooth = np.convolve(np.pad(curve, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(grid[smooth >= _NEARLY * smooth.max()].mean())


def main(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if looked_at(line.get("repo", ""))]
    models, var = ROOT / "models", ROOT / "var"
    lexicon, recipe = load_lexicon(vocabulary_path(models)), load_recipe(recipe_path(models))
    cache = vector_cache(var)
    quiet = lambda *_: None  # noqa: E731
    examples = read_examples(examples_path(models, recipe), lexicon)
    model = fit_table(tabulate(examples, lexicon, cache, quiet), recipe)
    real = tabulate(
        [Example(document_of(one), truth_of(one)) for one in lines], lexicon, cache, quiet
    )
    scores = {"concepts": model.concepts.scores(real.rows)}
    if model.vectors is not None and real.vectors is not None:
        scores["vectors"] = model.vectors.scores(real.vectors)
    total = sum(
        getattr(recipe.weights, name) * (one - one.mean(0)) / one.std(0)
        for name, one in scores.items()
    )
    print(f"# {len(lines)} documents\nreality:")
    for at, label in enumerate(model.labels):
        pairs = (f"{n}: [{s[:, at].mean():.2f}, {s[:, at].std():.2f}]" for n, s in scores.items())
        print(f"  {label}: {{{', '.join(pairs)}}}")
    print("calibration:")
    groups = [line["repo"] for line in lines]
    relevant = np.ones(len(lines), bool)
    for at, label in enumerate(model.labels):
        fitted = LogisticRegression(C=1.0).fit(total[:, [at]], real.truth[:, at])
        slope = float(fitted.coef_[0, 0])
        half = -float(fitted.intercept_[0]) / slope
        gated = np.where(relevant, total[:, at], -9.0)  # a domain is only asked of what is relevant
        from_score = best_cut(gated, real.truth[:, at], groups, recipe.seed)
        cut = logistic(slope * (from_score - half))
        share = real.truth[:, at].mean()
        told = f"slope: {slope:.2f}, half: {half:.2f}, share: {share:.2f}, cut: {cut:.2f}"
        print(f"  {label}: {{{told}}}")
        if at == 0:
            relevant = total[:, 0] >= from_score


if __name__ == "__main__":
    main(Path(sys.argv[1]))
