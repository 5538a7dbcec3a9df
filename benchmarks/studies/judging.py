"""What judging costs, part by part, beside the floor that its libraries set.

    python -m benchmarks.studies.judging [FILE.jsonl]

CPU milliseconds for 500 words, warm, one thread: the middle of five passes over the documents. The
floor is finding the words and running the automaton over them, nothing else.
"""

import os
import resource
import statistics
import sys
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

from veille.classify.documents import BadLine, read_documents, whole_of
from veille.classify.evidence import reasons
from veille.classify.facets import Facets
from veille.classify.features import features, read
from veille.classify.language import language_of
from veille.classify.opening import open_judge
from veille.classify.vectors import encode
from veille.classify.windows import windows_of
from veille.classify.words import words_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "models" / "domains" / "examples.jsonl"
PASSES = 3


def per_500_words(work, items, words: int) -> float:
    """Return CPU milliseconds for 500 words, the middle of several passes."""
    for item in items[:20]:
        work(item)
    spent = []
    for _ in range(PASSES):
        start = time.process_time()
        for item in items:
            work(item)
        spent.append(time.process_time() - start)
    return 1000 * statistics.median(spent) / words * 500


def main(path: Path) -> None:
    start = time.perf_counter()
    judge = open_judge(ROOT / "models", ROOT / "var")
    opened = time.perf_counter() - start
    with path.open("rb") as lines:
        read_lines = [one[0] for one in read_documents(lines) if not isinstance(one, BadLine)]
    documents = [one for one in read_lines if len(one.text.split()) > 350][:100]
    words = sum(len(one.text.split()) for one in documents)
    wholes = [whole_of(one) for one in documents]
    automaton, codes = judge.lexicon.concepts._words, judge.lexicon.concepts._codes

    def floor(document):
        found = words_of(document.text)
        for _ in automaton.iter("".join([codes.get(key, " ") for key in found.keys])):
            pass

    def domains(whole):
        reading = read(whole, judge.lexicon.concepts)
        row = features(reading.spots, reading.words, judge.model.groups)
        judge.model.concepts.scores(row)
        reasons(judge.model, whole, reading)

    def facets(whole):
        found = Facets(whole, judge.lexicon.facets)
        found.themes(), found.item_type(), found.axis((), relevant=True)

    parts = {
        "floor: words and automaton": (floor, documents),
        "words": (whole_of, documents),
        "language": (lambda one: language_of(one.title, one.text), documents),
        "concepts, domains and reasons": (domains, wholes),
        "facets": (facets, wholes),
    }
    spent = {name: per_500_words(work, items, words) for name, (work, items) in parts.items()}
    spent["together, without vectors"] = sum(list(spent.values())[1:])
    regions = lambda one: judge._regions(one, "fr")  # noqa: E731
    spent["regions"] = per_500_words(regions, documents, words)
    meaning = lambda one: encode([window.words for window in windows_of(one)])  # noqa: E731
    spent["sentence vectors"] = per_500_words(meaning, documents, words)
    spent["all of it"] = per_500_words(judge.judge, documents, words)
    print(f"{len(documents)} documents, {words // len(documents)} words each")
    print("| part | CPU ms for 500 words |\n|---|---|")
    for name, cost in spent.items():
        print(f"| {name} | {cost:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"\nopened in {opened:.1f} s; {peak:.0f} MB at most")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE)
