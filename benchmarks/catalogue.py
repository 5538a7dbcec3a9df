"""What do publishing and searching a catalogue cost?

Both editions from nothing, then with a night's 500 more items; then searches of one to three words
in the team's edition, warm, a hundred of them, none remembered from the time before. Each part is a
process of its own; inventing the items is taken off. Peer of publishing and of searching: SQLite's
FTS5 (its own tokeniser, no stems, no editions, no facets, one table), 20 best by its BM25, over the
same texts. At 500,000 items texts are of 100 words instead of 480, so as much text as in 100,000.

What remains: from nothing, which an upgrade asks for once, a third of the time goes to words met
for the first time, a quarter to the index and the lexicon, a tenth to finding words, the rest to
DuckDB's writing and the feeds; so nothing near 15 s holds 100,000 items. A night continues the last
snapshot: at 100,000 a third of that is loading and writing the lexicon, a fifth Parquet, most of it
on one core. Of a search, words are a fifth, their items a quarter, a third the rows shown. Phrases
read the texts that hold all their words; those asked for here are of words that most texts hold.
"""

import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.figures import Figure, Size
from benchmarks.invented import (
    WORDS,
    drawing,
    invented_edition,
    invented_items,
    vocabulary,
)
from veille.config import Settings
from veille.store.catalogue import Catalogue, Filters, publish
from veille.syndication.edition import write_extras

COUNTS = {
    Size.SMALL: ((200, 50),),
    Size.USUAL: ((1_000, WORDS), (10_000, WORDS)),
    Size.LARGE: ((100_000, WORDS), (500_000, 100)),
}
"""How many items, of how many words."""

NIGHT, ASKED = 500, 100
ZONE = ZoneInfo("America/Toronto")
PARTS = ("peer", "publish", "night", "search", "peer_search")
Told = Mapping[str, float]


class Row(NamedTuple):
    """A figure, by what a part told: `part.key`, as is its floor."""

    name: str
    told: str
    unit: str
    beside: str = ""
    floor: str = ""
    most: float | None = None


FTS5, NOTHING = "FTS5", "from nothing"
ROWS = (
    Row("publish {what} from nothing", "publish.cpu", "CPU-s", FTS5, "peer.cpu"),
    Row("{what} from nothing, on the clock", "publish.wall", "s", most=15),
    Row("memory, {what} from nothing", "publish.peak", "MB", FTS5, "peer.peak", most=1_000),
    Row("{what} from nothing, asked to end, it would within", "publish.longest", "s"),
    Row("{what} on disk, both editions", "publish.disk", "MB", FTS5, "peer.disk"),
    Row("publish a night's 500 more than {what}", "night.cpu", "CPU-s", NOTHING, "publish.cpu"),
    Row("500 more than {what}, on the clock", "night.wall", "s", most=15),
    Row("memory, 500 more than {what}", "night.peak", "MB", most=1_000),
    Row(
        "search {what}, median", "search.search_cpu_50", "CPU-ms",
        FTS5, "peer_search.search_cpu_50",
    ),
    Row(
        "search, 95th percentile, {what}", "search.search_cpu_95", "CPU-ms",
        FTS5, "peer_search.search_cpu_95",
    ),
    Row(
        "search, 95th percentile on the clock, {what}", "search.search_wall_95", "ms",
        FTS5, "peer_search.search_wall_95", most=50,
    ),
    Row(
        "facets, 95th percentile on the clock, {what}", "search.facets_wall_95", "ms", most=100
    ),
    Row("narrowed to a region, median, {what}", "search.region_cpu_50", "CPU-ms"),
    Row("the beginnings of words (mot*), 95th, {what}", "search.prefix_cpu_95", "CPU-ms"),
    Row("phrases, 95th, {what}", "search.phrases_cpu_95", "CPU-ms"),
    Row("by the macro, in SQL, median, {what}", "search.macro_cpu_50", "CPU-ms"),
    Row("the first search, columns read, {what}", "search.first_cpu_50", "CPU-ms"),
    Row("memory, searching, {what}", "search.peak", "MB", most=1_000),
)  # fmt: skip
"""All that is told, in its order. Names are what one run is found by beside another: keep them."""


def measure(size: Size) -> list[Figure]:
    """Return what publishing and searching cost."""
    figures: list[Figure] = []
    for count, words in COUNTS[size]:
        with tempfile.TemporaryDirectory() as folder:
            told = {part: _apart(part, count, words, folder) for part in PARTS}
        figures += _figures(f"{count:,} items", told)
    return figures


def _apart(part: str, count: int, words: int, folder: str) -> Told:
    command = [sys.executable, "-m", "benchmarks.catalogue", part, str(count), str(words), folder]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: Told = json.loads(done.stdout)
    return told


def _figures(what: str, told: Mapping[str, Told]) -> Iterator[Figure]:
    known = {f"{part}.{key}": value for part in told for key, value in told[part].items()}
    for row in ROWS:
        yield Figure(
            name=row.name.format(what=what),
            value=known[row.told],
            unit=row.unit,
            beside=row.beside,
            floor=known[row.floor] if row.floor else None,
            most=row.most,
        )


def _publish(count: int, words: int, root: Path, more: int = 0) -> Told:
    """Publish so many items from nothing, or with so many more than the last time."""
    edition = invented_edition(count, more, words=words)
    vocabulary()
    drawn = drawing(more or count, words)
    wall, cpu = time.perf_counter(), time.process_time()
    feeds = partial(write_extras, settings=Settings())
    asked = [wall]  # when, whether to go on: SIGTERM ends a publication at the next such moment
    made = publish(
        edition, root, zone=ZONE, extras=feeds, go_on=lambda: asked.append(time.perf_counter())
    )
    assert made.items["team"] == count + more
    return {
        "cpu": time.process_time() - cpu - drawn,
        "wall": time.perf_counter() - wall - drawn,
        "peak": _peak(),
        "longest": max(later - earlier for earlier, later in pairwise(asked)),
        "disk": sum(_size(folder) for folder in made.folders.values()),
    }


def _peer(count: int, words: int, root: Path) -> Told:
    """Make an FTS5 table of the same texts."""
    cpu = time.process_time()
    with closing(sqlite3.connect(root / "peer.sqlite")) as peer, peer:
        peer.execute("CREATE VIRTUAL TABLE items USING fts5(title, text)")
        rows = ((one.title, one.text) for one in invented_items(count, words=words))
        peer.executemany("INSERT INTO items VALUES (?, ?)", rows)
    cpu = time.process_time() - cpu - drawing(count, words)
    return {"cpu": cpu, "peak": _peak(), "disk": (root / "peer.sqlite").stat().st_size / 1e6}


def _search(root: Path) -> Told:
    estrie = Filters(regions=("QC-05",))
    words = _asked()
    phrases = [f"« {one} »" for one in words[25:28]]
    prefixes = ["coop*", "gouv*", "finan*", "soc*", "em*"]
    sql = "SELECT item_id, score FROM search($q) LIMIT 20"
    with Catalogue(root) as catalogue:
        told = _times("first", ["autre"], catalogue.search)
        for query in words:
            catalogue.search(query)  # warm: sixteen answers are remembered, and these are a hundred
        told |= _times("search", words, catalogue.search)
        told |= _times("region", words, lambda query: catalogue.search(query, estrie))
        told |= _times("facets", words, catalogue.facets)
        told |= _times("prefix", prefixes, catalogue.search)
        told |= _times("phrases", phrases, catalogue.search)
        told |= _times("macro", words[::5], lambda query: catalogue.rows(sql, q=query))
    return told | {"peak": _peak()}


def _peer_search(root: Path) -> Told:
    sql = "SELECT rowid, title FROM items WHERE items MATCH ? ORDER BY rank LIMIT 20"
    with closing(sqlite3.connect(root / "peer.sqlite")) as peer:
        asked = [" ".join(re.findall(r"\w+", one)) for one in _asked()]

        def search(query: str) -> object:
            return peer.execute(sql, [query]).fetchall()

        for query in asked:
            search(query)
        return _times("search", asked, search)


def _asked() -> list[str]:
    """Return searches of one to three words, the fewer the more frequent."""
    draw = random.Random(3)
    common = [word for word in vocabulary()[0][:3_000] if word.isalpha() and len(word) > 3]
    return [" ".join(draw.sample(common[: 300 * n], n)) for n in (1, 2, 2, 3)
            for _ in range(ASKED // 4)]  # fmt: skip


def _times(name: str, queries: Sequence[str], search: Callable[[str], object]) -> dict[str, float]:
    """Return the median and 95th percentile of what searches take, in milliseconds."""
    times = []
    for query in queries:
        wall, cpu = time.perf_counter(), time.process_time()
        search(query)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    found = np.percentile(np.array(times) * 1000, [50, 95], axis=0)
    return {
        f"{name}_{kind}_{part}": float(found[row, column])
        for row, part in enumerate((50, 95))
        for column, kind in enumerate(("wall", "cpu"))
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*")) / 1e6


def main() -> None:
    """Measure one part, and print what it told."""
    part, count, words, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    root = folder / "catalogue"
    measures: dict[str, Callable[[], Told]] = {
        "publish": lambda: _publish(count, words, root),
        "night": lambda: _publish(count, words, root, NIGHT),
        "search": lambda: _search(root),
        "peer": lambda: _peer(count, words, folder),
        "peer_search": lambda: _peer_search(folder),
    }
    print(json.dumps(measures[part]()))


if __name__ == "__main__":
    main()
