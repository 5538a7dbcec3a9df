"""What telling stories once costs: signing, looking up and grouping a night's 500 new items.

`python benchmarks/stories.py [STORED …]` prints a table for 1,000, 10,000 and 100,000 items stored
(the last takes some minutes: it signs them all). The items are invented: 350 words drawn by Zipf's
law (rank to the power -1) from 60,000 words made of syllables behind the 4,800 that are common in
French and English, 12 names and 8 figures each, in four paragraphs; 500 a day from 400 sources. Of
a night's items one in ten is a copy of a stored one, cut and retitled, and one in twenty tells the
event of one of the last three days in other words.

The look-up is DuckDB's, with the settings of the working store (one thread, 200 MB), on a
table of signatures with their days and bands.
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
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow as pa

from veille.model import Dated, DateOrigin, digest
from veille.stories import EVENT_DAYS, Item, Signature, find_links, group, sign

PER_NIGHT, SOURCES, VOCABULARY = 500, 400, 60_000
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
    print("  stored  sign µs  bytes  look up s  items  load s  link s  group s  found  peak MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stories.duckdb"
            begun, built = _apart(_build, size, path)
            print(f"{size:8} {begun:8.0f} {built[0]:6.0f}", _apart(_night, path, built[1]))


def _apart(function, *arguments):
    """Call a function in a process of its own, so that memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _build(stored: int, path: Path) -> tuple[float, tuple[float, list[Invented]]]:
    """Fill a store; return microseconds and bytes per signature, and texts to tell again."""
    writer, signing, size = Writer(), 0.0, 0
    again: list[Invented] = []
    with duckdb.connect(str(path)) as db:
        db.execute(
            "CREATE TABLE signatures (item_id VARCHAR, source VARCHAR, title VARCHAR,"
            " told_on DATE, signature BLOB, bands BIGINT[])"
        )
        for start in range(0, stored, 5_000):
            rows = []
            for number in range(start, min(stored, start + 5_000)):
                text = writer.article()
                day = TONIGHT - timedelta(days=1 + (stored - 1 - number) // PER_NIGHT)
                if stored - number <= 3 * PER_NIGHT or number % 50 == 0:
                    again.append(text)
                cpu = time.process_time()
                signature = sign(text.title, text.text, "fr")
                signing += time.process_time() - cpu
                size += len(signature.to_bytes())
                source = f"s{number % SOURCES}"
                rows.append((digest(str(number)), source, text.title, day, signature))
            _append(db, rows)
    return signing / stored * 1e6, (size / stored, again)


def _append(db: duckdb.DuckDBPyConnection, rows: list) -> None:
    items, sources, titles, days, signatures = zip(*rows, strict=True)
    stored = [signature.to_bytes() for signature in signatures]
    bands = [signature.bands() for signature in signatures]
    columns = ["item_id", "source", "title", "told_on", "signature", "bands"]
    db.register("given", pa.table([items, sources, titles, days, stored, bands], columns))
    db.execute("INSERT INTO signatures FROM given")
    db.unregister("given")


def _night(path: Path, again: list[Invented]) -> str:
    texts, expected = _tonight(again)
    tonight = [
        _item(
            f"new{number}", f"new{number}", text.title, TONIGHT, sign(text.title, text.text, "fr")
        )
        for number, text in enumerate(texts)
    ]
    seconds: list[float] = []
    db = duckdb.connect(str(path), config={"threads": 1, "memory_limit": "200MB"})
    with _timed(seconds):
        rows = _look_up(db, tonight)
    with _timed(seconds):
        found = [_item(*row[:4], Signature.from_bytes(row[4])) for row in rows]
    with _timed(seconds):
        links = find_links(tonight, found)
    with _timed(seconds):
        ends = {end for link in links for end in (link.one, link.other)}
        group([*tonight, *(item for item in found if item.item_id in ends)], links)
    look_up, load, linking, grouping = seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{look_up:10.2f} {len(found):6} {load:7.2f} {linking:7.2f} {grouping:8.2f}"
        f" {len(links):3}/{expected} {peak:7.0f}"
    )


def _tonight(again: list[Invented]) -> tuple[list[Invented], int]:
    """A night's texts, and how many tell what a stored one told."""
    writer = Writer()
    writer.rng = random.Random(8)
    recent = again[-3 * PER_NIGHT :]
    told = [writer.copy(text) for text in writer.rng.sample(again, PER_NIGHT // 10)]
    told += [writer.article(text) for text in writer.rng.sample(recent, PER_NIGHT // 20)]
    return told + [writer.article() for _ in range(PER_NIGHT - len(told))], len(told)


def _look_up(db: duckdb.DuckDBPyConnection, tonight: list[Item]) -> list[tuple]:
    """The candidates: what shares a band with tonight's items, or was told about when they were."""
    bands = pa.table({"band": list({band for one in tonight for band in one.signature.bands()})})
    days = sorted(one.told_on for one in tonight)
    db.register("given", bands)
    return db.execute(
        """
        WITH each AS (SELECT item_id, unnest(bands) AS band FROM signatures)
        SELECT * EXCLUDE bands FROM signatures
        WHERE told_on BETWEEN ? AND ?
            OR item_id IN (SELECT item_id FROM each SEMI JOIN given USING (band))""",
        [days[0] - timedelta(days=EVENT_DAYS), days[-1] + timedelta(days=EVENT_DAYS)],
    ).fetchall()


def _item(item_id: str, source: str, title: str, day: date, signature: Signature) -> Item:
    told = datetime(day.year, day.month, day.day, tzinfo=UTC)
    published = Dated(told, DateOrigin.FEED)
    return Item(item_id, source, source, title, "fr", told, published, signature)


@contextmanager
def _timed(seconds: list[float]) -> Iterator[None]:
    begun = time.process_time()
    yield
    seconds.append(time.process_time() - begun)


if __name__ == "__main__":
    main()
