"""What telling stories once costs: a night's 500 new items against those in the working store.

`python benchmarks/stories.py [STORED …]` prints a table for 1,000, 10,000 and 100,000 items stored.
The items are invented: 350 words drawn by Zipf's law (rank to the power -1) from 60,000 words made
of syllables behind the 4,800 that are common in French and English, 12 names and 8 figures each, in
four paragraphs; 500 a day from 400 sources. Of a night's items one in ten is a copy of a stored
one, cut and retitled, and one in twenty tells the event of one of the last three days in other
words. Those older than three weeks, that a night meets by their bands alone, are not signed, but
for one in fifty: their signatures are drawn (signing 100,000 takes two minutes and a half).

The night is the step's own, on the working store in its file: load, the texts and when they were
first seen; sign, with their languages; tell, the look-ups, comparing and grouping; save.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

from veille.classify.language import language_of
from veille.model import Dated, DateOrigin, digest
from veille.steps.group import regrouped
from veille.store import Watch, open_watch
from veille.stories import SCHEME, Signature, signed
from veille.stories.facts import Facts
from veille.story import Grouped, Signed, ToSign

PER_NIGHT, SOURCES, VOCABULARY = 500, 400, 60_000
RECENT = 21 * PER_NIGHT
AT_ONCE = 5_000
TONIGHT = datetime(2026, 11, 21, tzinfo=UTC)
COMMON = sorted(
    word
    for line in files("veille.stories").joinpath("common.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "ou", "an", "é")]


@dataclass(frozen=True, slots=True)
class Invented:
    """An item's text, and the names and figures that its event has."""

    title: str
    text: str
    names: list[str]
    figures: list[str]


class Writer:
    """Invents texts, the same ones for the same seed."""

    def __init__(self) -> None:
        self.rng = random.Random(7)
        words = (self._word(self.rng.choice((2, 2, 3, 3, 4))) for _ in range(VOCABULARY))
        self.words = list(dict.fromkeys([*COMMON, *words]))
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self.names = [self._word(3).capitalize() for _ in range(20_000)]

    def article(self, of: Invented | None = None) -> Invented:
        """A text of its own; with `of`, another telling of its event: half its facts."""
        rng = self.rng
        names, figures = (
            rng.choices(self.names, k=12),
            [str(rng.randrange(100, 9999)) for _ in range(8)],
        )
        if of:
            names[:6], figures[:4] = of.names[:6], of.figures[:4]
        words = rng.choices(self.words, cum_weights=self.weights, k=350)
        for at, fact in enumerate(names + figures):
            words[at * 15 + 3] = fact
        parts = [" ".join(words[start : start + 88]) + "." for start in range(0, 350, 88)]
        return Invented(
            f"{words[0]} {names[0]} {words[1]} {words[2]}", "\n\n".join(parts), names, figures
        )

    def signature(self) -> Signature:
        """One such as a text could have."""
        rng = self.rng
        figures = [str(rng.randrange(100, 9999)) for _ in range(8)]
        words = rng.choices(self.words[len(COMMON) :], k=24)
        facts = Facts(tuple(rng.choices(self.names, k=12)), tuple(figures), tuple(words))
        return Signature(rng.randbytes(128), facts)

    def copy(self, of: Invented) -> Invented:
        """The same text under another title, without one of its paragraphs."""
        parts = of.text.split("\n\n")
        parts.pop(self.rng.randrange(len(parts)))
        title = " ".join(of.text.split()[40:48])
        return Invented(title, "\n\n".join(parts), of.names, of.figures)

    def _word(self, syllables: int) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=syllables))


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000]
    print("  stored  file MB  load s  sign s  tell s  save s  again s    links  stories  peak MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "watch.duckdb"
            again = _apart(_build, size, path)
            print(f"{size:8} {path.stat().st_size / 1e6:8.0f}", _apart(_night, path, again))


def _apart(function, *arguments):
    """Call a function in a process of its own, so that memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _build(stored: int, path: Path) -> list[Invented]:
    """Fill a store; return texts to tell again: some, and all of the last three days."""
    writer = Writer()
    filling = writer.article()
    again: list[Invented] = []
    with open_watch(path, now=TONIGHT) as watch:
        for start in range(0, stored, AT_ONCE):
            articles, kept = [], []
            for number in range(start, min(stored, start + AT_ONCE)):
                read = number % 50 == 0 or stored - number <= RECENT
                text = writer.article() if read else filling
                day = TONIGHT - timedelta(days=1 + (stored - 1 - number) // PER_NIGHT)
                article = _article(f"old{number}", number, text, day)
                articles.append(article)
                kept.append(signed(article, "fr") if read else _drawn(article, writer.signature()))
                if number % 50 == 0 or stored - number <= 3 * PER_NIGHT:
                    again.append(text)
            _append(watch, articles)
            watch.stories.save(Grouped("build", TONIGHT, signed=kept))
    return again


def _night(path: Path, again: list[Invented]) -> str:
    texts, told = _tonight(again)
    seconds: list[float] = []
    with open_watch(path, now=TONIGHT) as watch:
        store = watch.stories
        _append(watch, [_article(f"new{n}", n, text, TONIGHT) for n, text in enumerate(texts)])
        language_of("Pour le charger", "Le modèle des langues se charge une fois.")
        with _timed(seconds):
            articles = store.to_sign(store.lacking(SCHEME))
        with _timed(seconds):
            tonight = [signed(one, language_of(one.title, one.text).code) for one in articles]
        with _timed(seconds):
            grouped = regrouped(store, tonight, (), "tonight", TONIGHT)
        with _timed(seconds):
            stories = store.save(grouped)
        with _timed(seconds):
            assert store.lacking(SCHEME) == store.unfollowed() == []
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = "".join(f"{each:8.2f}" for each in seconds)
    return f"{times} {len(grouped.links):5}/{told} {stories:8} {peak:8.0f}"


def _tonight(again: list[Invented]) -> tuple[list[Invented], int]:
    """A night's texts, and how many tell what a stored one told."""
    writer = Writer()
    writer.rng = random.Random(8)
    recent = again[-3 * PER_NIGHT :]
    told = [writer.copy(text) for text in writer.rng.sample(again, PER_NIGHT // 10)]
    told += [writer.article(text) for text in writer.rng.sample(recent, PER_NIGHT // 20)]
    return told + [writer.article() for _ in range(PER_NIGHT - len(told))], len(told)


def _article(name: str, number: int, text: Invented, day: datetime) -> ToSign:
    source, item = f"s{number % SOURCES}", digest(name)
    return ToSign(
        digest("article", item, "1"), item, 1, source, source, text.title, text.text, "fr", day,
        Dated(day, DateOrigin.FEED),
    )  # fmt: skip


def _drawn(article: ToSign, signature: Signature) -> Signed:
    return Signed(
        article.article_id, article.item_id, 1, article.source_id, article.publisher,
        article.title, "fr", article.first_seen_at, article.published,
        article.first_seen_at.date(), SCHEME, signature.to_bytes(), signature.bands(),
    )  # fmt: skip


def _append(watch: Watch, articles: list[ToSign]) -> None:
    """Keep articles as if they had been announced and read."""
    entries, texts = [], []
    for one in articles:
        shared = {
            "item_id": one.item_id, "source_id": one.source_id, "run_id": "built",
            "entry_id": one.item_id, "url": one.item_id, "title": one.title, "author": "",
            "published_at": one.first_seen_at, "date_origin": "feed", "date_precise": True,
            "language": "fr",
        }  # fmt: skip
        entries.append(shared | {
            "poll_id": "built", "seen_at": one.first_seen_at, "position": 0, "summary": "",
            "content": "", "tags": [], "content_hash": one.item_id,
        })  # fmt: skip
        texts.append(shared | {
            "article_id": one.article_id, "version": 1, "read_at": one.first_seen_at, "lead": "",
            "text": one.text, "text_from": "page", "words": 350, "text_hash": one.item_id,
        })  # fmt: skip
    with watch.db.transaction():
        watch.db.append("entries", entries, key="entry_id")
        watch.db.append("articles", texts, key="article_id")


@contextmanager
def _timed(seconds: list[float]) -> Iterator[None]:
    begun = time.process_time()
    yield
    seconds.append(time.process_time() - begun)


if __name__ == "__main__":
    main()
