"""Fit weights.yaml on labelled examples, and say how good it is (see CARD.md).

    python models/regions/fit.py models/domains/examples.jsonl --real REAL.jsonl

The examples are ours. REAL holds real texts: the share of named places that are a text's subject
is estimated from them without looking at their labels; their labels only measure the result.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from veille.classify.regions.homonyms import Home
from veille.classify.regions.tagger import RegionTagger

HERE = Path(__file__).parent
THRESHOLD = 0.5  # of the probability among real texts: where precision and recall cost the same
PENALTY = 0.3
OWN_PREVALENCE = ("fr", "en")  # languages with enough real texts for their own; others share one
EMPTY = {"threshold": 0.5, "intercept": 0.0, "shift": {"other": 0.0}, "weights": {}}

Line = Mapping[str, float]


class Rows:
    """One row per code that names speak for, in each document."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], tagger: RegionTagger) -> None:
        self.documents = documents
        self.lines: list[Line] = []
        self.owner: list[tuple[int, str]] = []
        for index, document in enumerate(documents):
            _, lines = tagger.features(document["title"], document["text"], Home(document["lang"]))
            for code, line in lines.items():
                self.lines.append(line)
                self.owner.append((index, code))
        self.truth = np.array([code in documents[i]["regions"] for i, code in self.owner])
        self.language = np.array([documents[i]["lang"] for i, _ in self.owner])
        self.group = np.array([i for i, _ in self.owner])

    def matrix(self, names: Sequence[str]) -> np.ndarray:
        """Return the features as numbers, a column a name."""
        return np.array([[line.get(name, 0.0) for name in names] for line in self.lines])


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the documents of JSON Lines files, those with an implicit region left out."""
    documents = [json.loads(line) for path in paths for line in path.open(encoding="utf-8")]
    return [d for d in documents if "region implicit" not in (d.get("note") or "")]


def model() -> Pipeline:
    """Return an unfitted model."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=2000))


def log_odds(share: float) -> float:
    """Return the log-odds of a share."""
    return float(np.log(share / (1 - share)))


def moved(probabilities: np.ndarray, shift: np.ndarray | float) -> np.ndarray:
    """Return probabilities with their log-odds moved."""
    clipped = np.clip(probabilities, 1e-9, 1 - 1e-9)
    return np.asarray(1 / (1 + np.exp(-(np.log(clipped / (1 - clipped)) + shift))))


def prevalence(probabilities: np.ndarray, before: float) -> float:
    """Return the share of true rows among unlabelled ones (EM; Saerens and others, 2002)."""
    share = before
    for _ in range(1000):
        share = float(moved(probabilities, log_odds(share) - log_odds(before)).mean())
    return share


def shifts(ours: Rows, real: Rows, probabilities: np.ndarray) -> dict[str, float]:
    """Return by language how the log-odds move from the examples to real texts."""
    found = {}
    for language in (*OWN_PREVALENCE, "other"):
        every = language == "other"
        before = float(ours.truth[every | (ours.language == language)].mean())
        there = prevalence(probabilities[every | (real.language == language)], before)
        found[language] = round(log_odds(there) - log_odds(before), 2)
    return found


def given(rows: Rows, probabilities: np.ndarray) -> list[set[str]]:
    """Return the codes each document is given."""
    tags: list[set[str]] = [set() for _ in rows.documents]
    for (index, code), probability in zip(rows.owner, probabilities, strict=True):
        if probability >= THRESHOLD:
            tags[index].add(code)
    return tags


def score(pairs: Iterable[tuple[set[str], set[str]]]) -> tuple[float, float, float]:
    """Return micro F1, precision and recall of (given, true) pairs."""
    hits = said = true = 0
    for tags, truth in pairs:
        hits, said, true = hits + len(tags & truth), said + len(tags), true + len(truth)
    return 2 * hits / max(said + true, 1), hits / max(said, 1), hits / max(true, 1)


def tell(name: str, rows: Rows, probabilities: np.ndarray, by: Callable[[Any], str]) -> str:
    """Return one line of figures with a 95 % interval, bootstrapped over `by`."""
    groups: dict[str, list[tuple[set[str], set[str]]]] = {}
    for document, tags in zip(rows.documents, given(rows, probabilities), strict=True):
        groups.setdefault(by(document), []).append((tags, set(document["regions"])))
    draw, keys = random.Random(1), sorted(groups)
    draws = sorted(
        score(pair for key in draw.choices(keys, k=len(keys)) for pair in groups[key])[0]
        for _ in range(1000)
    )
    f1, precision, recall = score(pair for pairs in groups.values() for pair in pairs)
    interval = f"[{draws[25]:.3f}-{draws[974]:.3f}]"
    return f"{name} : F1 {f1:.3f} {interval} P {precision:.3f} R {recall:.3f}"


def write(
    fitted: Pipeline, names: Sequence[str], shift: Mapping[str, float], figures: Sequence[str]
) -> None:
    """Write weights.yaml: the regression on the features as they are, scaling undone."""
    scaler, regression = fitted[0], fitted[-1]
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - (weights * scaler.mean_).sum())
    data = {
        "threshold": THRESHOLD,
        "intercept": round(intercept, 4),
        "shift": dict(shift),
        "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
    }
    head = ["Écrit par fit.py : CARD.md dit ce que les nombres signifient.", *figures]
    text = "".join(f"# {line}\n" for line in head) + yaml.safe_dump(data, sort_keys=False)
    (HERE / "weights.yaml").write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("examples", nargs="+", type=Path)
    parser.add_argument("--real", type=Path, required=True)
    options = parser.parse_args()
    if not (HERE / "weights.yaml").exists():
        (HERE / "weights.yaml").write_text(yaml.safe_dump(EMPTY), "utf-8")
    tagger = RegionTagger(HERE)
    ours, real = Rows(read(options.examples), tagger), Rows(read([options.real]), tagger)
    names = sorted({name for line in ours.lines for name in line})
    x = ours.matrix(names)
    held_out = np.zeros(len(x))
    for train, test in GroupKFold(5).split(x, ours.truth, ours.group):
        held_out[test] = model().fit(x[train], ours.truth[train]).predict_proba(x[test])[:, 1]
    fitted = model().fit(x, ours.truth)
    there = fitted.predict_proba(real.matrix(names))[:, 1]
    shift = shifts(ours, real, there)
    there = moved(there, np.array([shift.get(str(one), shift["other"]) for one in real.language]))
    figures = [f"exemples : {len(ours.documents)}, textes réels : {len(real.documents)}"]
    figures.append(tell("exemples, validation croisée", ours, held_out, lambda d: d["id"]))
    figures.append(tell("textes réels", real, there, lambda d: d["repo"]))
    write(fitted, names, shift, figures)
    sys.stdout.write("\n".join(figures) + "\n")


if __name__ == "__main__":
    main()
