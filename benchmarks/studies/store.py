"""What the working store costs: CPU seconds and rows per second, on invented text.

`python -m benchmarks.studies.store` prints one line per measure. CPU time is the process's own; it
is what to compare, in ratios, where other programs share the machine.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from veille.config import CollectSettings
from veille.model import Dated, DateOrigin, Entry, Source, SourceKind, digest
from veille.model.articles import Article, ReadingResult, TextFrom
from veille.model.polls import Announced, PollResult
from veille.store import Watch, open_watch

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SOURCES, ENTRIES, ARTICLES, CHARACTERS = 500, 20, 2_000, 3_000
PACE = CollectSettings()
WORDS = ["coopérative", "gouvernance", "financement", "relève", "territoire", "mutuelle", "été"]

REOPEN = """
import time, sys, duckdb
from datetime import datetime, timedelta, UTC
from pathlib import Path
from veille.model import Source, SourceKind
from veille.store import open_watch
now = datetime(2026, 12, 28, 8, 0, tzinfo=UTC)
sources = [
    Source(f"s{n}", f"Source {n}", f"https://s{n}.example.org/", SourceKind.FEED, active=True)
    for n in range(500)
]
begun = time.process_time()
with open_watch(Path(sys.argv[1]), now=now) as watch:
    opened = time.process_time()
    due = watch.due(sources, now)
    asked = time.process_time()
print(f"open {1000 * (opened - begun):.0f} ms, due {1000 * (asked - opened):.0f} ms of {len(due)}")
"""


def main() -> None:
    draw = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watch.duckdb"
        sources = [
            Source(
                f"s{n}", f"Source {n}", f"https://s{n}.example.org/", SourceKind.FEED, active=True
            )
            for n in range(SOURCES)
        ]
        with _measured("make the store"):
            watch = open_watch(path, now=NOW)
        with watch:
            with _measured("remember sources", SOURCES):
                watch.remember_sources(sources, NOW)
            with _measured("the same again", SOURCES):
                watch.remember_sources(sources, NOW)
            _collect(watch, sources, draw)
            _repoll(watch, sources)
            with _measured("health", SOURCES):
                watch.health(NOW)
            with _measured("counts"):
                watch.counts(backlog=30)
            with _measured("rebuild_current", SOURCES):
                watch.rebuild_current()
        print(f"file: {path.stat().st_size / 1e6:.1f} MB")
        subprocess.run([sys.executable, "-c", REOPEN, str(path)], check=True)


def _collect(watch: Watch, sources: list[Source], draw: random.Random) -> None:
    polls = [_poll(source, draw) for source in sources]
    with _measured("save polls, 50 at once: entries", SOURCES * ENTRIES):
        for start in range(0, SOURCES, 50):
            watch.save_polls(polls[start : start + 50], PACE)
    again = [_later(poll, timedelta(days=1)) for poll in polls]
    with _measured("the same entries announced again", SOURCES * ENTRIES):
        for start in range(0, SOURCES, 50):
            watch.save_polls(again[start : start + 50], PACE)
    with _measured("lacking_articles, all"):
        lacking = watch.lacking_articles(NOW + timedelta(days=1), backlog=30)
    readings = [
        ReadingResult(
            item, "run", NOW, Article(item.url, item.entry.title, _text(draw), TextFrom.PAGE)
        )
        for item in lacking[: 2 * ARTICLES]
    ]
    with _measured("save readings, 50 at once: articles", ARTICLES):
        for start in range(0, ARTICLES, 50):
            watch.save_readings(readings[start : start + 50], attempts=6)
    with _measured("save readings, all at once: articles", ARTICLES):
        watch.save_readings(readings[ARTICLES:], attempts=6)


def _repoll(watch: Watch, sources: list[Source]) -> None:
    with _measured("due", SOURCES):
        states = watch.due(sources, NOW + timedelta(days=9))
    for night, size in ((9, 50), (10, 500)):
        now = NOW + timedelta(days=night)
        polls = [
            PollResult("again", s.source_id, now, s.declared, s.address, 304, unchanged=True)
            for s in states
        ]
        with _measured(f"save unchanged polls, {size} at once", SOURCES):
            for start in range(0, SOURCES, size):
                watch.save_polls(polls[start : start + size], PACE)


def _poll(source: Source, draw: random.Random) -> PollResult:
    announced = []
    for n in range(ENTRIES):
        url = f"{source.url}{n}"
        published = Dated(NOW - timedelta(hours=draw.randrange(2_000)), DateOrigin.FEED)
        entry = Entry(url, f"Titre {n}", summary=_text(draw, 300), published=published)
        announced.append(Announced(digest(url), url, entry))
    return PollResult(
        "run", source.id, NOW, source.address, source.address, 200,
        etag='"1"', body_hash="b", items_hash="i", announced=tuple(announced),
    )  # fmt: skip


def _later(poll: PollResult, wait: timedelta) -> PollResult:
    return PollResult(
        "run 1", poll.source_id, NOW + wait, poll.declared, poll.asked, 200,
        etag='"1"', body_hash="c", items_hash="j", announced=poll.announced,
    )  # fmt: skip


def _text(draw: random.Random, characters: int = CHARACTERS) -> str:
    return " ".join(draw.choices(WORDS, k=characters // 11))


@contextmanager
def _measured(what: str, rows: int = 0) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    rate = f", {rows / cpu:,.0f} rows per CPU-second" if rows else ""
    print(f"{what}: {cpu:.3f} CPU-s, {wall:.3f} s{rate}")


if __name__ == "__main__":
    main()
