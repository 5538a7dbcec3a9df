"""`make eval`: measure the judge and hold it to its floors.

    python benchmarks/quality/gate.py [FILE.jsonl] [--write] [--allow-regression]

FILE holds real tagged documents (by default ../shared/evaluation/dev.jsonl); without it only the
cross-validation on our own examples is measured. Floors are in models/domains/floors.json beside
the hashes of what they were measured on. `--write` raises them to what was just measured, less a
margin; to lower one takes `--allow-regression` too. Exit codes: 0 all floors hold, 1 one does not.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from veille.classify.documents import BadLine, read_documents
from veille.classify.evaluate import Evaluation, Score
from veille.classify.opening import open_judge
from veille.classify.recipe import load_recipe
from veille.classify.storage import vector_cache
from veille.classify.training import cross_validated, read_examples, tabulate
from veille.classify.versions import examples_path, recipe_path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ROOT / "models" / "domains" / "floors.json"
DEV = ROOT.parent / "shared" / "evaluation" / "dev.jsonl"
MARGIN = 0.02  # what a floor stays below what was measured, so that noise does not fail it

Figures = dict[str, float]


def real(judge, path: Path) -> Figures:
    """Return the figures on real documents."""
    account = Evaluation(judge.lexicon.domains)
    with path.open("rb") as lines:
        for one in read_documents(lines):
            if not isinstance(one, BadLine) and one[1] is not None:
                account.add(judge.judge(one[0]), one[1], 0.0, one[0].lang)
    told = account.told()
    domains = told["domains"]
    return {
        "relevance_f1": told["relevance"]["f1"],
        "domains_macro_f1": domains["macro_f1"],
        **{f"{name}_f1": domains[name]["f1"] for name in account.domains},
        "regions_micro_f1": told["regions"]["micro_f1"],
        "regions_precision": told["regions"]["precision"],
    }


def own(judge) -> Figures:
    """Return the best F1 that each label reaches in cross-validation on our own examples."""
    models, recipe = ROOT / "models", load_recipe(recipe_path(ROOT / "models"))
    examples = read_examples(examples_path(models, recipe), judge.lexicon)
    cache = vector_cache(ROOT / "var") if recipe.weights.vectors else None
    table = tabulate(examples, judge.lexicon, cache, lambda *_: None)
    scores = cross_validated(table, recipe)
    figures = {}
    for at, label in enumerate(table.labels):
        best = 0.0
        for cut in np.unique(scores[:, at])[::5]:
            score = Score()
            for said, true in zip(scores[:, at] >= cut, table.truth[:, at], strict=True):
                score.add(bool(said), bool(true))
            best = max(best, score.f1)
        figures[f"{label}_f1"] = round(best, 4)
    return figures


def hashed(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def gate(name: str, corpus: str, figures: Figures, floors: dict, options) -> bool:
    """Print each figure beside its floor, raise the floors if asked, tell whether all hold."""
    kept = floors.setdefault(name, {"corpus": corpus, "floors": {}})
    if kept["corpus"] != corpus:
        print(f"{name}: the corpus is not the one these floors were measured on")
    holds = True
    for label, figure in figures.items():
        floor = kept["floors"].get(label, 0.0)
        holds &= figure >= floor
        print(
            f"{name:4} {label:26} {figure:.3f}  floor {floor:.3f}", "" if figure >= floor else "LOW"
        )
        wanted = round(max(0.0, figure - MARGIN), 3)
        if options.write and (wanted > floor or options.allow_regression):
            kept["floors"][label] = wanted
    if options.write:
        kept["corpus"] = corpus
    return bool(holds or options.allow_regression)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", default=DEV)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--allow-regression", action="store_true")
    options = parser.parse_args()
    judge = open_judge(ROOT / "models", ROOT / "var")
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    recipe = load_recipe(recipe_path(ROOT / "models"))
    holds = gate("own", hashed(examples_path(ROOT / "models", recipe)), own(judge), floors, options)
    if options.file.is_file():
        holds &= gate("real", hashed(options.file), real(judge, options.file), floors, options)
    else:
        print(f"{options.file} is not there: nothing was measured on real documents")
    if options.write:
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
