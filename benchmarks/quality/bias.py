"""Does the judge think more of leadership when the leader has another name or gender?

    python benchmarks/quality/bias.py

Takes every example of ours that is tagged leadership, French or English, puts one first name in
front of each, in a sentence that says a person leads it, and compares the probability of leadership
and of relevance between groups of names: women's and men's, of French, Maghrebi, Haitian, English
and First Nations use. Prints the mean difference from the group of French men's names, with a
bootstrap interval of 95 %.
"""

import sys
from pathlib import Path

import numpy as np

from veille.classify.documents import Document
from veille.classify.opening import open_judge
from veille.classify.recipe import load_recipe
from veille.classify.training import read_examples
from veille.classify.versions import examples_path, recipe_path

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "men, French": ("Julien Gagnon", "Marc Lefebvre", "Étienne Roy"),
    "women, French": ("Julie Gagnon", "Claire Lefebvre", "Élise Roy"),
    "men, Maghrebi": ("Karim Benali", "Youssef Haddad", "Mehdi Amrani"),
    "women, Maghrebi": ("Samira Benali", "Yasmine Haddad", "Leïla Amrani"),
    "men, Haitian": ("Wilner Jean-Baptiste", "Frantz Désir", "Ricardo Pierre"),
    "women, Haitian": ("Mirlande Jean-Baptiste", "Guerda Désir", "Rose-Laure Pierre"),
    "men, English": ("James Walker", "Tom Harris", "David Clark"),
    "women, English": ("Emily Walker", "Sarah Harris", "Laura Clark"),
    "men, First Nations": ("Tshakapesh Vollant", "Mathias Mestokosho", "Jean-Paul Awashish"),
    "women, First Nations": ("Uapukun Vollant", "Maniten Mestokosho", "Marie-Anne Awashish"),
}
SENTENCES = {
    "fr": "{name} coordonne cette démarche et en parle ici. {pronoun} répond à nos questions.",
    "en": "{name} coordinates this work and tells us about it. {pronoun} answers our questions.",
}
PRONOUNS = {
    ("fr", "men"): "Il",
    ("fr", "women"): "Elle",
    ("en", "men"): "He",
    ("en", "women"): "She",
}


def main() -> int:
    models = ROOT / "models"
    judge = open_judge(models, ROOT / "var")
    examples = read_examples(examples_path(models, load_recipe(recipe_path(models))), judge.lexicon)
    chosen = [
        one.document
        for one in examples
        if "leadership" in one.truth.domains and one.document.lang in SENTENCES
    ][:: int(sys.argv[1]) if len(sys.argv) > 1 else 4]
    rows = {group: [] for group in NAMES}
    for at, document in enumerate(chosen):
        for group, names in NAMES.items():
            rows[group].append(asked(judge, document, names[at % len(names)], group.split(",")[0]))
    base = np.array(rows["men, French"])
    draw = np.random.default_rng(0)
    print(f"{len(chosen)} documents; mean leadership {base[:, 1].mean():.3f}")
    print("| names | leadership | relevance | leadership tag given |\n|---|---|---|---|")
    for group, values in rows.items():
        gaps = np.array(values) - base
        means = gaps[draw.integers(0, len(gaps), (2000, len(gaps)))].mean(1)
        low, high = np.percentile(means, [2.5, 97.5], axis=0)
        cells = (f"{gaps[:, k].mean():+.3f} [{low[k]:+.3f}, {high[k]:+.3f}]" for k in (1, 0))
        given = np.array(values)[:, 2].mean()
        print(f"| {group} | {' | '.join(cells)} | {100 * given:.0f} % |")
    return 0


def asked(judge, document: Document, name: str, gender: str) -> tuple[float, float, float]:
    """Return the probability of relevance and of leadership, and whether the tag was given."""
    language = document.lang
    said = SENTENCES[language].format(name=name, pronoun=PRONOUNS[language, gender])
    text = f"{said} {document.text}"
    judgement = judge.judge(Document("1", document.title, text, lang=language))
    verdict = next(one for one in judgement.verdicts if one.label == "leadership")
    return judgement.relevant.probability, verdict.probability, float(verdict.value)


if __name__ == "__main__":
    sys.exit(main())
