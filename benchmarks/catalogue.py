"""What publishing and searching a catalogue cost, at 1,000, 10,000 and 100,000 invented items.

`python benchmarks/catalogue.py [COUNT…]` prints a block for each. Items are of 3,000 characters:
words drawn from our own examples as often as they stand there, one in five taken again from the
same text, and a tail of rare ones, so that a text has about 250 different words and the whole as
many as language has. Wall time is what people wait; CPU time is what to compare where other
programs share the machine.
"""

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from veille.config import Settings
from veille.model import Excerpt, Source, SourceKind
from veille.published import (
    Edition,
    Label,
    PublishedItem,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
    Stamp,
    leeway,
)
from veille.store.catalogue import Published, publish
from veille.syndication.edition import write_extras

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
COUNTS = (1_000, 10_000, 100_000)
SOURCES, RARE, NIGHT = 160, 300_000, 500
DOMAINS = ("financial_engineering", "governance", "leadership")
REGIONS = tuple(f"QC-{n:02}" for n in range(1, 18))
POLICIES = (Excerpt("title"),) * 8 + (Excerpt("full"), Excerpt("quote", 25))


def main(counts: list[int]) -> None:
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            for part in ("publish", "night", "search"):  # a process each: each its own memory
                subprocess.run([sys.executable, __file__, part, str(count), folder], check=True)


def measure_publish(count: int, root: Path) -> None:
    """Publish so many items from nothing."""
    made = _published(count, 0, root)
    sizes = {
        edition: sum(file.stat().st_size for file in folder.rglob("*")) / 1e6
        for edition, folder in made.folders.items()
    }
    print(f"  on disk: team {sizes['team']:.0f} MB, open {sizes['open']:.0f} MB")


def measure_night(count: int, root: Path) -> None:
    """Publish them again, with 500 more."""
    if _published(count, NIGHT, root).changed is None:  # a quarter changed, or more
        print("  all written anew")


def _published(count: int, more: int, root: Path) -> Published:
    edition = invented_edition(count, more)
    vocabulary()
    drawing = _drawing(more or count)
    wall, cpu = time.perf_counter(), time.process_time()
    feeds = partial(write_extras, settings=Settings())
    asked = [wall]  # when, whether to go on: SIGTERM ends a publication at the next such moment
    zone, note = ZoneInfo("America/Toronto"), lambda: asked.append(time.perf_counter())
    made = publish(edition, root, zone=zone, extras=feeds, go_on=note)
    longest = max(later - earlier for earlier, later in pairwise(asked))
    wall, cpu = time.perf_counter() - wall - drawing, time.process_time() - cpu - drawing
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = f"{more} more" if more else "from nothing"
    print(f"{count:,} items, {what}: {wall:.1f} s ({cpu:.1f} CPU-s), memory {peak:.0f} MB, "
          f"asked to end it would within {longest:.1f} s")  # fmt: skip
    return made


def invented_edition(count: int, more: int = 0) -> Edition:
    """Return an edition of so many items, and of `more` on top of those a publication has."""
    known = {item_id(n): Stamp("", leeway(POLICIES[n % 10])) for n in range(count)}
    new = {item_id(n): Stamp("", leeway(POLICIES[n % 10])) for n in range(count, count + more)}

    def some(ids: Sequence[str]) -> tuple[Iterator[PublishedItem], Iterator[PublishedTag]]:
        assert len(ids) == more
        return invented_items(more, count), invented_tags(more, count)

    return Edition(
        invented_items(count),
        invented_tags(count),
        (
            PublishedStory(f"s{n}", tuple(PublishedMember(item_id(n + k)) for k in range(3)))
            for n in range(0, count - 3, 10)
        ),
        [PublishedSource(source(n)) for n in range(SOURCES)],
        [Label("domain", domain, domain) for domain in DOMAINS],
        digest=f"{count} {more}",
        stamps=known | new,
        some=some,
        published_at=NOW + timedelta(days=bool(more)),
    )


def measure_search(count: int, root: Path) -> None:
    from veille.store.catalogue import Catalogue, Filters

    draw = random.Random(3)
    common = [word for word in vocabulary()[0][:3_000] if word.isalpha() and len(word) > 3]
    asked = [" ".join(draw.sample(common[: 300 * n], n)) for n in (1, 2, 2, 3) for _ in range(25)]
    asked += ["économie sociale", "l’emploi", "coop*", "zorblaxement"]
    phrases = [f"« {one} »" for one in asked[25:28]]
    with Catalogue(root) as catalogue:
        estrie = Filters(regions=("QC-05",))
        _tell("the first, columns read", [_timed(lambda: catalogue.search("autre"))])
        for query in asked:
            catalogue.search(query)  # warm
        # Sixteen answers are remembered, and these are a hundred: none is when it is asked again.
        _tell("search", [_timed(lambda q=q: catalogue.search(q)) for q in asked])
        _tell("with a region", [_timed(lambda q=q: catalogue.search(q, estrie)) for q in asked])
        _tell("facets", [_timed(lambda q=q: catalogue.facets(q)) for q in asked])
        _tell("both, and an item", [_timed(lambda q=q: _page(catalogue, q)) for q in asked])
        _tell("phrases", [_timed(lambda q=q: catalogue.search(q)) for q in phrases])
        with ThreadPoolExecutor(4) as threads:
            _tell("both, 4 threads", list(threads.map(lambda q: _timed(lambda: _page(catalogue, q)),
                                                      asked)))  # fmt: skip
        sql = "SELECT item_id, score FROM search($q) LIMIT 20"
        _tell("macro", [_timed(lambda q=q: catalogue.rows(sql, q=q)) for q in asked])
        _tell("macro, phrases", [_timed(lambda q=q: catalogue.rows(sql, q=q)) for q in phrases])
    print(f"  memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _page(catalogue, query: str) -> None:
    """Ask what a page of the staff's asks: what is found, its facets, then one item whole."""
    found = catalogue.search(query)
    catalogue.facets(query)
    for one in found.items[:1]:
        catalogue.rows("FROM items WHERE item_id = $item_id", item_id=one["item_id"])


def _tell(name: str, times: list[tuple[float, float]]) -> None:
    wall, cpu = (np.percentile(of, [50, 95]) * 1000 for of in zip(*times, strict=True))
    print(f"  {name}: p50 {wall[0]:.0f} ms, p95 {wall[1]:.0f} ms (CPU {cpu[0]:.0f}, {cpu[1]:.0f})")


def _timed(call) -> tuple[float, float]:
    """Return the seconds that a call takes: on the clock, of CPU (of all threads)."""
    begun, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - begun, time.process_time() - cpu


def invented_items(count: int, first: int = 0) -> Iterator[PublishedItem]:
    draw = random.Random(first)
    for n, (title, text) in enumerate(_texts(count, first), first):
        moment = NOW - timedelta(minutes=7 * n)
        language = draw.choices(("fr", "en", "es", "pt"), (70, 20, 7, 3))[0]
        yield PublishedItem(
            item_id(n), f"https://s{n % SOURCES}.example.org/{n}", title, f"s{n % SOURCES}", moment,
            text=text, language=language, published_at=moment, words=480,
            relevant=n % 5 > 0, item_type="ty-nouvelle", excerpt=POLICIES[n % len(POLICIES)],
        )  # fmt: skip


def invented_tags(count: int, first: int = 0) -> Iterator[PublishedTag]:
    draw = random.Random(first)
    for n in range(first, first + count):
        for domain in draw.sample(DOMAINS, draw.choice((0, 1, 1, 2))):
            yield PublishedTag(item_id(n), "domain", domain, 0.8, because=("coopérative",))
        for region in draw.sample(REGIONS, draw.choice((0, 1, 1, 2))):
            yield PublishedTag(item_id(n), "region", region, 0.9)


def item_id(n: int) -> str:
    return f"{n * 0x9E3779B97F4A7C15 % 2**128:032x}"


def source(n: int) -> Source:
    return Source(
        f"s{n}", f"Source {n}", f"https://s{n}.example.org/", SourceKind.FEED, active=True,
        country="CA", region=REGIONS[n % 17], category="network", excerpt=POLICIES[n % 10],
    )  # fmt: skip


_words: list = []


def vocabulary():
    """Return words, the most frequent first, and their cumulated probabilities."""
    if not _words:
        lines = (ROOT / "models/domains/examples.jsonl").read_text(encoding="utf-8").splitlines()
        counted = Counter(
            word for line in lines for word in re.findall(r"\S+", json.loads(line)["text"])
        )
        words, frequency = zip(*counted.most_common(), strict=True)
        short = [word.lower() for word in words if word.isalpha() and 3 <= len(word) <= 6]
        draw = random.Random(1)
        rare = ["".join(draw.choices(short, k=2)) for _ in range(RARE)]
        ranks = np.arange(len(words), len(words) + RARE)
        tail = 0.3 * (len(words) / ranks) ** 1.3
        likely = np.cumsum(np.concatenate([np.array(frequency, float), tail]))
        _words.extend((list(words) + rare, likely / likely[-1]))
    return _words


def _texts(count: int, seed: int) -> Iterator[tuple[str, str]]:
    words, likely = vocabulary()
    words, draw = np.array(words, object), np.random.default_rng(seed)
    for _ in range(count):
        length = int(draw.integers(250, 720))
        ids = np.searchsorted(likely, draw.random(length))
        again = draw.random(length) < 0.2
        ids[again] = ids[draw.integers(0, length, again.sum())]
        drawn = words[ids]
        yield " ".join(drawn[:9]), " ".join(drawn[9:])


def _drawing(count: int) -> float:
    """Return the seconds that inventing so many items takes: not part of what is measured."""
    sample = min(count, 5_000)
    begun = time.process_time()
    for _ in invented_items(sample):
        pass
    return (time.process_time() - begun) * count / sample


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["publish", count, root]:
            measure_publish(int(count), Path(root))
        case ["night", count, root]:
            measure_night(int(count), Path(root))
        case ["search", count, root]:
            measure_search(int(count), Path(root))
        case counts:
            main([int(count) for count in counts] or list(COUNTS))
