"""Figures on real documents with intervals of 95 %, from samples of whole repositories.

    python benchmarks/quality/intervals.py ../shared/evaluation/dev.jsonl [--errors]

Tells all documents, the half that was looked at, the half left unread, and French. With `--errors`,
the twenty worst of the half that was looked at: those judged wrongly with most certainty.
"""

import json
import sys
from pathlib import Path

import numpy as np
from calibrate import looked_at

from veille.classify.documents import document_of, truth_of
from veille.classify.opening import open_judge

ROOT = Path(__file__).resolve().parents[2]
BINS = 10


def figures(said, true, probability, regions, domains) -> dict[str, float]:
    """Return the figures of a set of documents, one row each."""
    hits, given, wanted = (said & true).sum(0), said.sum(0), true.sum(0)
    f1 = 2 * hits / np.maximum(1, given + wanted)
    bins = np.minimum(BINS - 1, (probability * BINS).astype(int))
    gaps = [abs((probability - true)[bins == at].sum()) for at in range(BINS)]
    right, told, asked = regions.sum(0)
    return {
        "relevance F1": f1[0],
        "relevance precision": hits[0] / max(1, given[0]),
        "relevance recall": hits[0] / max(1, wanted[0]),
        **{f"{name} F1": f1[at + 1] for at, name in enumerate(domains)},
        "domains macro-F1": f1[1:].mean(),
        "regions micro-F1": 2 * right / max(1, told + asked),
        "regions precision": right / max(1, told),
        "calibration error": sum(gaps) / probability.size,
    }


def main(path: Path, *, errors: bool) -> None:
    judge = open_judge(ROOT / "models", ROOT / "var")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    judged = [judge.judge(document_of(one)) for one in lines]
    truths = [truth_of(one) for one in lines]
    domains = judge.lexicon.domains
    said = np.array([[j.relevant.value, *(v.value for v in j.verdicts)] for j in judged])
    probability = np.array(
        [[j.relevant.probability, *(v.probability for v in j.verdicts)] for j in judged]
    )
    true = np.array([[t.relevant, *(d in t.domains for d in domains)] for t in truths])
    regions = np.array([counted(j, t) for j, t in zip(judged, truths, strict=True)])
    repos = np.array([one["repo"] for one in lines])
    look = np.array([looked_at(one) for one in repos])
    french = np.array([one["lang"] == "fr" for one in lines])
    sets = {"all": look | ~look, "looked at": look, "unread": ~look, "French": french}
    rows = {
        name: with_intervals(np.flatnonzero(mask), repos, said, true, probability, regions, domains)
        for name, mask in sets.items()
    }
    print(f"| | {' | '.join(f'{name} ({mask.sum()})' for name, mask in sets.items())} |")
    print("|---|" + "---|" * len(sets))
    for label in next(iter(rows.values())):
        print(f"| {label} | {' | '.join(row[label] for row in rows.values())} |")
    if errors:
        worst(lines, said, true, probability, look, (("relevant", *domains)))


def counted(judgement, truth) -> tuple[int, int, int]:
    """Return how many regions are right, given and wanted."""
    if truth.regions is None:
        return 0, 0, 0
    given = {tag.id for tag in judgement.regions}
    return len(given & truth.regions), len(given), len(truth.regions)


def with_intervals(rows, repos, said, true, probability, regions, domains) -> dict[str, str]:
    draw = np.random.default_rng(0)
    names = sorted(set(repos[rows]))
    of = [rows[repos[rows] == name] for name in names]
    ask = lambda at: figures(said[at], true[at], probability[at], regions[at], domains)  # noqa: E731
    middle = ask(rows)
    drawn = [
        ask(np.concatenate([of[i] for i in draw.integers(0, len(of), len(of))]))
        for _ in range(1000)
    ]
    told = {}
    for label, value in middle.items():
        low, high = np.percentile([one[label] for one in drawn], [2.5, 97.5])
        told[label] = f"{value:.2f} [{low:.2f}, {high:.2f}]"
    return told


def worst(lines, said, true, probability, look, labels) -> None:
    wrong = [
        (abs(float(probability[at, k]) - float(true[at, k])), at, k)
        for at in np.flatnonzero(look)
        for k in range(len(labels))
        if said[at, k] != true[at, k]
    ]
    print("\n| sure | said | document |\n|---|---|---|")
    for sure, at, k in sorted(wrong, reverse=True)[:20]:
        way = "given" if said[at, k] else "missed"
        print(f"| {sure:.2f} | {labels[k]} {way} | {lines[at]['id']} {lines[at]['title'][:60]} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), errors="--errors" in sys.argv)
