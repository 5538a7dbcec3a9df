"""What does it cost to judge an article?

Articles of some 500 words, each made of our own examples put together (fixed seed), judged in one
process and one thread. Floor: finding the words and running the vocabulary's automaton over them,
which no judge by words can leave out. CPU milliseconds for one article, the whole of them, taken by
turns with the floor fifty at a time. Names of places and sentence vectors come apart, the vectors
on a part of the articles: they are what the encoder takes, a neural network.
"""

import json
import random
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure, Size
from veille.classify.documents import Document
from veille.classify.judge import Judge
from veille.classify.opening import open_judge
from veille.classify.words import words_of
from veille.config import CollectSettings
from veille.model import Entry, Source, SourceKind, digest
from veille.model.articles import Article, ReadingResult, TextFrom
from veille.model.judgement import Judged
from veille.model.polls import Announced, PollResult
from veille.store import Watch, open_watch

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = {Size.SMALL: 50, Size.USUAL: 5_000, Size.LARGE: 20_000}
WITH_VECTORS = {Size.SMALL: 2, Size.USUAL: 150, Size.LARGE: 500}
WORDS, AT_ONCE = 500, 50
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

Work = Callable[[Document], object]


def measure(size: Size) -> list[Figure]:
    """Return what an article costs, part by part."""
    judge = open_judge(ROOT / "models", ROOT / "var")
    bare = replace(judge, places=None, model=replace(judge.model, vectors=None))
    count = ARTICLES[size]
    spent = _by_turns(
        {
            "floor": _floor(judge),
            "judge": bare.judge,
            "places": lambda one: judge._regions(one, "fr"),
        },
        count,
    )
    light = _peak()
    kept = _kept(bare, count)
    whole = _by_turns({"all": judge.judge}, WITH_VECTORS[size])
    against = {"beside": "words and automaton", "floor": spent["floor"]}
    return [
        Figure(
            name=f"{count:,} articles of {WORDS} words, without vectors and places, each",
            value=spent["judge"], unit="ms", most=5.0, **against,
        ),
        Figure(name="names of places, each", value=spent["places"], unit="ms", **against),
        Figure(
            name="the working store: read it and keep its judgement, each", value=kept, unit="ms",
            **against,
        ),
        Figure(
            name=f"all of it, vectors and places too ({WITH_VECTORS[size]} articles), each",
            value=whole["all"], unit="ms", **against,
            note="nearly all of it is the encoder of sentences, some 11 ms for each window of 110 "
            "words; a model without vectors (`weights: {vectors: 0}`) leaves it out.",
        ),
        Figure(name="memory without vectors", value=light, unit="MB"),
        Figure(name="memory with vectors", value=_peak(), unit="MB", most=1_000),
    ]  # fmt: skip


def _floor(judge: Judge) -> Work:
    automaton, codes = judge.lexicon.concepts._words, judge.lexicon.concepts._codes

    def found(document: Document) -> None:
        words = words_of(document.text)
        for _ in automaton.iter("".join([codes.get(key, " ") for key in words.keys])):
            pass

    return found


def _by_turns(works: dict[str, Work], count: int) -> dict[str, float]:
    """Return the CPU milliseconds that each of these takes for an article."""
    spent: Counter[str] = Counter()
    for work in works.values():  # what is loaded at the first articles is not theirs
        for document in articles(5):
            work(document)
    drawn = articles(count)
    while batch := list(islice(drawn, AT_ONCE)):
        for name, work in works.items():
            before = time.process_time()
            for document in batch:
                work(document)
            spent[name] += time.process_time() - before
    return {name: 1000 * spent[name] / count for name in works}


def articles(count: int) -> Iterator[Document]:
    """Yield articles put together of our own examples, the same ones for the same count."""
    lines = (ROOT / "models" / "domains" / "examples.jsonl").read_text("utf-8").splitlines()
    examples = [json.loads(line) for line in lines]
    draw = random.Random(11)
    for number in range(count):
        chosen = draw.sample(examples, 20)
        text = "\n\n".join(one["text"] for one in chosen)
        *_, last = islice(re.finditer(r"\S+", text), WORDS)
        title = chosen[0]["title"]
        yield Document(id=str(number), title=title, text=text[: last.end()], lang="")


def _kept(judge: Judge, count: int) -> float:
    """Return the CPU milliseconds that the working store takes for an article of a judging."""
    judgement = judge.judge(next(articles(1)))
    with (
        tempfile.TemporaryDirectory() as folder,
        open_watch(Path(folder) / "watch.duckdb", now=NOW) as watch,
    ):
        _store(watch, count)
        before = time.process_time()
        lacking = watch.lacking_judgements(judge.version, NOW)
        for start in range(0, len(lacking), AT_ONCE):
            given = watch.to_judge(lacking[start : start + AT_ONCE])
            watch.save_judgements([Judged(one, judgement, "run", NOW) for one in given])
        return 1000 * (time.process_time() - before) / len(lacking)


def _store(watch: Watch, count: int) -> None:
    source = Source("s", "S", "https://s.example.org/", SourceKind.FEED, active=True)
    watch.remember_sources([source], NOW)
    texts = list(articles(200))
    announced = [
        Announced(digest(url), url, Entry(url, texts[number % 200].title))
        for number in range(count)
        for url in [f"https://s.example.org/{number}"]
    ]
    poll = PollResult("run", "s", NOW, source.address, source.address, 200, body_hash="b",
                      items_hash="i", announced=tuple(announced))  # fmt: skip
    watch.save_polls([poll], CollectSettings())
    lacking = watch.lacking_articles(NOW, backlog=count)
    readings = [
        ReadingResult(
            item, "run", NOW,
            Article(item.url, item.entry.title, texts[number % 200].text, TextFrom.PAGE),
        )
        for number, item in enumerate(lacking)
    ]  # fmt: skip
    watch.save_readings(readings, attempts=6)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
