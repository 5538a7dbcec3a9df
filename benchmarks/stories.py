"""What does telling stories once cost?

A night's 500 new items against those in the working store. One in ten is a copy of a stored item,
cut and retitled, one in twenty tells the event of one of the last three days in other words. The
night is the step's own: load the texts; sign them, with their languages; tell, which is looking up
candidates, comparing and grouping; save; find that nothing is left to do. Held against the same
night on the smallest store, signing against `rensa` alone (a sketch of each text, no facts, no
language). Those stored have drawn signatures (`stored.py`), but for 600 that are told again.

What remains at 500,000: looking the night's bands up among 21 million, 0.4 s, and the ids of texts
to load and of two weeks' candidates among all.
"""

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from rensa import RMinHash

from benchmarks.figures import Figure, Size
from benchmarks.prose import Invented, Writer
from benchmarks.stored import PER_NIGHT, fill
from veille.classify.language import language_of
from veille.model import Dated, DateOrigin, digest
from veille.model.story import Grouped, ToSign
from veille.steps.group import regrouped
from veille.store import Watch, open_watch
from veille.stories import SCHEME, signed

T = TypeVar("T")
STORED = {
    Size.SMALL: (100,),
    Size.USUAL: (1_000, 10_000),
    Size.LARGE: (1_000, 100_000, 500_000),
}
SOURCES, RECENT, OLDER = 400, 300, 300
BACKLOG = 30
TONIGHT = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class Night:
    """CPU seconds of each part, and of sketching alone; the process's peak, in MB."""

    seconds: Mapping[str, float]
    sketching: float
    peak: float

    @property
    def beyond_loading(self) -> float:
        """All but reading the texts."""
        return sum(self.seconds.values()) - self.seconds["load"]


def measure(size: Size) -> list[Figure]:
    """Return what the nights cost."""
    nights = {stored: _measured(stored) for stored in STORED[size]}
    least = nights[STORED[size][0]]
    return [figure for stored, night in nights.items() for figure in _figures(stored, night, least)]


def _figures(stored: int, night: Night, least: Night) -> list[Figure]:
    among = f"{stored:,} stored"
    parts = {
        "load 500 texts": (night.seconds["load"], least.seconds["load"]),
        "look up, compare, group": (night.seconds["tell"], least.seconds["tell"]),
        "save": (night.seconds["save"], least.seconds["save"]),
        "all of it, beyond loading": (night.beyond_loading, least.beyond_loading),
    }
    figures = [
        _beside_the_least(f"{what}, {among}", value, "CPU-s", None if night is least else floor)
        for what, (value, floor) in parts.items()
    ]
    figures[-1] = replace(figures[-1], most=2.0)
    figures[1:1] = [
        Figure(
            name=f"sign them, {among}", value=night.seconds["sign"], unit="CPU-s",
            beside="rensa alone", floor=night.sketching,
            note="half of it is naming each text's language",
        ),
    ]  # fmt: skip
    memory = _beside_the_least(
        f"memory, {among}", night.peak, "MB", None if night is least else least.peak
    )
    return [*figures, memory]


def _beside_the_least(name: str, value: float, unit: str, floor: float | None) -> Figure:
    beside = "the smallest store" if floor is not None else ""
    return Figure(name=name, value=value, unit=unit, beside=beside, floor=floor)


def _measured(stored: int) -> Night:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watch.duckdb"
        again = _apart(_build, stored, path)
        return _apart(_night, path, again)


def _apart(function: Callable[..., T], *arguments: object) -> T:
    """Call a function in a process of its own, so that memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _build(stored: int, path: Path) -> list[Invented]:
    """Fill a store; return texts to tell again: some older, then those of the last three days."""
    fill(path, stored, sources=SOURCES, model="invented", until=TONIGHT)
    writer, draw = Writer(), random.Random(4)
    again = [writer.article() for _ in range(OLDER + RECENT)]
    days = [draw.randint(4, 4 + stored // PER_NIGHT) for _ in range(OLDER)]
    days += [draw.randint(1, 3) for _ in range(RECENT)]
    articles = [
        _article(f"old{n}", n, text, TONIGHT - timedelta(days=day))
        for n, (text, day) in enumerate(zip(again, days, strict=True))
    ]
    with open_watch(path, now=TONIGHT) as watch:
        _append(watch, articles)
        kept = [signed(one, "fr") for one in articles]
        watch.stories.save(Grouped("build", TONIGHT, signed=kept))
        watch.look_through(TONIGHT, backlog=BACKLOG)  # as each run does at its end
    return again


def _night(path: Path, again: list[Invented]) -> Night:
    texts, planted = _tonight(again)
    spent: dict[str, float] = {}
    with open_watch(path, now=TONIGHT) as watch:
        store = watch.stories
        _append(watch, [_article(f"new{n}", n, text, TONIGHT) for n, text in enumerate(texts)])
        language_of("Pour le charger", "Le modèle des langues se charge une fois.")
        with _timed(spent, "load"):
            articles = store.to_sign(store.lacking(SCHEME))
        with _timed(spent, "sketching"):
            for text in texts:
                _sketch(text.text)
        with _timed(spent, "sign"):
            tonight = [signed(one, language_of(one.title, one.text).code) for one in articles]
        with _timed(spent, "tell"):
            grouped = regrouped(store, tonight, (), "tonight", TONIGHT)
        with _timed(spent, "save"):
            store.save(grouped)
        with _timed(spent, "again"):
            assert store.lacking(SCHEME) == store.unfollowed() == []
    assert 0.8 * planted <= len(grouped.links) <= 1.1 * planted, (len(grouped.links), planted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Night(spent, spent.pop("sketching"), peak)


def _sketch(text: str) -> bytes:
    words = text.lower().split()
    hashing = RMinHash(128, 1)
    hashing.update([" ".join(words[at : at + 3]) for at in range(len(words) - 2)])
    return bytes(value & 0xFF for value in hashing.digest())


def _tonight(again: list[Invented]) -> tuple[list[Invented], int]:
    """A night's texts, and how many tell what a stored one told."""
    writer = Writer(8)
    told = [writer.copy(text) for text in writer.rng.sample(again, PER_NIGHT // 10)]
    told += [writer.article(text) for text in writer.rng.sample(again[OLDER:], PER_NIGHT // 20)]
    return told + [writer.article() for _ in range(PER_NIGHT - len(told))], len(told)


def _article(name: str, number: int, text: Invented, day: datetime) -> ToSign:
    source, item = f"s{number % SOURCES}", digest(name)
    return ToSign(
        digest("article", item, "1"), item, 1, source, source, text.title, text.text, "fr", day,
        Dated(day, DateOrigin.FEED),
    )  # fmt: skip


def _append(watch: Watch, articles: Sequence[ToSign]) -> None:
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
def _timed(spent: dict[str, float], part: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    spent[part] = time.process_time() - begun
