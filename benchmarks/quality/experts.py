"""Families of features, alone and together, learnt from our examples, asked of real documents.

    python benchmarks/quality/experts.py ../shared/evaluation/dev.jsonl

For relevance and each domain: average precision, and F1 at the best threshold in brackets, on each
half of the file's repositories (see calibrate.py), and CPU milliseconds a document. Words and
characters are TF-IDF with a logistic regression; the vectors' machine is the one that ships.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from calibrate import looked_at
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from veille.classify.documents import document_of, truth_of, whole_of
from veille.classify.lexicon import load_lexicon
from veille.classify.recipe import load_recipe
from veille.classify.storage import vector_cache
from veille.classify.training import Example, fit_table, read_examples, tabulate
from veille.classify.versions import examples_path, recipe_path, vocabulary_path

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = {
    "words 1-2": {"ngram_range": (1, 2), "token_pattern": r"\S+", "max_df": 0.3, "min_df": 3},
    "characters 3-5": {"analyzer": "char_wb", "ngram_range": (3, 5), "min_df": 5},
}


def tf_idf(options, train, real, truth):
    """Return the scores on real documents and the milliseconds that one takes."""
    texts = [
        [" ".join(whole_of(one.document).words.keys) for one in some] for some in (train, real)
    ]
    vectorizer = TfidfVectorizer(sublinear_tf=True, **options)
    rows = vectorizer.fit_transform(texts[0])
    fitted = [LogisticRegression(C=10, max_iter=1000).fit(rows, column) for column in truth.T]
    start = time.process_time()
    asked = vectorizer.transform(texts[1])
    scores = np.stack([one.decision_function(asked) for one in fitted], axis=1)
    return scores, 1000 * (time.process_time() - start) / len(real)


def standard(scores):
    return (scores - scores.mean(0)) / scores.std(0)


def figures(scores, truth):
    """Return « average precision (best F1) » for each label."""
    cells = []
    for score, true in zip(scores.T, truth.T, strict=True):
        order = np.argsort(-score)
        hits = np.cumsum(true[order])
        best = (2 * hits / (np.arange(1, len(true) + 1) + true.sum())).max()
        cells.append(f"{average_precision_score(true, score):.2f} ({best:.2f})")
    return " | ".join(cells)


def main(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    real = [Example(document_of(one), truth_of(one)) for one in lines]
    models = ROOT / "models"
    lexicon, recipe = load_lexicon(vocabulary_path(models)), load_recipe(recipe_path(models))
    train = read_examples(examples_path(models, recipe), lexicon)
    cache = vector_cache(ROOT / "var")
    quiet = lambda *_: None  # noqa: E731
    table, asked = (tabulate(some, lexicon, cache, quiet) for some in (train, real))
    model = fit_table(table, recipe)
    scores, cost = {}, {"concepts": 1.5, "sentence vectors": 45.0}  # benchmarks/judge.py
    scores["concepts"] = model.concepts.scores(asked.rows)
    for name, options in FAMILIES.items():
        scores[name], cost[name] = tf_idf(options, train, real, table.truth)
    scores["sentence vectors"] = model.vectors.scores(asked.vectors)
    for names in (
        ("concepts", "words 1-2"),
        ("concepts", "sentence vectors"),
        ("concepts", "words 1-2", "sentence vectors"),
        ("concepts", "words 1-2", "characters 3-5", "sentence vectors"),
    ):
        together = " + ".join(names)
        scores[together] = sum(standard(scores[name]) for name in names)
        cost[together] = sum(cost[name] for name in names)
    look = np.array([looked_at(one["repo"]) for one in lines])
    for name, half in (("looked at", look), ("unread", ~look)):
        print(f"\n{name}, {half.sum()} documents\n\n| | {' | '.join(model.labels)} | ms |")
        print("|---|" + "---|" * (len(model.labels) + 1))
        for family, score in scores.items():
            print(f"| {family} | {figures(score[half], asked.truth[half])} | {cost[family]:.0f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
