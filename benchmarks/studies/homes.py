"""What a DuckLake with its catalogue in PostgreSQL costs beside a DuckDB file, step by step.

`python -m benchmarks.studies.homes` prints, for each part of a night, the CPU seconds of the engine
and of PostgreSQL with each home, on invented text; then how that grows with nights that were not
tidied, and what tidying does. PostgreSQL is Debian's, started here, without fsync.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from veille.config import CollectSettings
from veille.model import Entry, RobotsRecord, Source, SourceKind, digest
from veille.model.articles import Article, ReadingResult, TextFrom
from veille.model.judgement import Judged, Judgement, Verdict
from veille.model.polls import Announced, PollResult
from veille.settings.store import Lake, Place
from veille.store import Hold, Watch, open_watch, rewrite_watch

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
from fakes.postgres import Postgres, postgres

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
PACE = CollectSettings()
SOURCES, NEW, BATCH, NIGHTS = 500, 500, 200, 30
WORDS = ["coopérative", "gouvernance", "financement", "relève", "territoire", "mutuelle", "été"]
REGISTER = [
    Source(f"s{n}", f"Source {n}", f"https://s{n}.example.org/", SourceKind.FEED, active=True)
    for n in range(SOURCES)
]


@dataclass
class Home:
    """A place of the store, and what each part cost in it: engine, then PostgreSQL."""

    place: Place
    server: Postgres | None = None
    costs: dict[str, tuple[float, float]] = field(default_factory=dict)

    def part(self, name: str, work: Callable[[], object]) -> None:
        theirs, ours = self._of_server(), time.process_time()
        work()
        spent = time.process_time() - ours
        self.costs[name] = (spent, self._of_server() - theirs)

    def _of_server(self) -> float:
        """CPU seconds of the server and all its processes, those that ended too."""
        if self.server is None:
            return 0.0
        pid = int((self.server.folder / "data" / "postmaster.pid").read_text().split()[0])
        total = 0.0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(path.parent.name) == pid:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == pid:
                total += sum(map(int, fields[11:13]))
        return total / 100


def main() -> None:
    with tempfile.TemporaryDirectory() as named, postgres() as server:
        folder = Path(named)
        lake = server.lake("homes", folder / "data")
        homes = [Home(folder / "watch.duckdb"), Home(lake, server)]
        for home in homes:
            _nights(home)
        _tell(*homes)
        print(f"file {_size(homes[0].place):.1f} MB, lake {_size(lake):.1f} MB")


def _nights(home: Home) -> None:
    draw = random.Random(11)
    open_watch(home.place, now=NOW).close()
    for night in range(NIGHTS):
        name = "" if night == 1 else f" (night {night})"
        if night in (0, 1, NIGHTS - 1):
            _night(home, night, draw, name)
        else:
            _night(Home(home.place), night, draw, name)
    home.part("tidy, write anew", lambda: rewrite_watch(home.place))
    _night(home, NIGHTS, draw, " (tidied)")


def _night(home: Home, night: int, draw: random.Random, name: str) -> None:
    now = NOW + night * timedelta(days=1)
    with ExitStack() as stack:
        opened: list[Watch] = []
        home.part(
            f"open{name}",
            lambda: opened.append(
                stack.enter_context(open_watch(home.place, now=now, hold=Hold.SHARE))
            ),
        )
        [watch] = opened
        home.part(f"remember sources{name}", lambda: watch.remember_sources(REGISTER, now))
        home.part(f"500 polls, 500 new items{name}", lambda: _poll(watch, now, draw))
        home.part(f"500 polls, nothing new{name}", lambda: _poll_again(watch, now))
        home.part(f"what to read{name}", lambda: watch.lacking_articles(now, backlog=30))
        home.part(f"500 articles read{name}", lambda: _read(watch, now, draw))
        home.part(f"500 judgements{name}", lambda: _judge(watch, now))
        home.part(f"counts, health{name}", lambda: (watch.counts(backlog=30), watch.health(now)))


def _poll(watch: Watch, now: datetime, draw: random.Random) -> None:
    watch.due(REGISTER, now)
    polls = []
    for source in REGISTER:
        url = f"{source.url}{now:%j}"
        entry = Entry(url, f"Titre {url}", summary=_text(draw, 300))
        polls.append(
            PollResult(
                f"run {now}", source.id, now, source.address, source.address, 200,
                etag='"1"', body_hash="b", items_hash=url,
                announced=(Announced(digest(url), url, entry),),
            )
        )  # fmt: skip
        watch.robots.put(source.url, RobotsRecord("User-agent: *\n", now))
    for start in range(0, len(polls), BATCH):
        watch.save_polls(polls[start : start + BATCH], PACE)


def _poll_again(watch: Watch, now: datetime) -> None:
    later = now + timedelta(hours=1)
    polls = [
        PollResult(f"run {later}", one.id, later, one.address, one.address, 304, unchanged=True)
        for one in REGISTER
    ]
    for start in range(0, len(polls), BATCH):
        watch.save_polls(polls[start : start + BATCH], PACE)


def _read(watch: Watch, now: datetime, draw: random.Random) -> None:
    readings = [
        ReadingResult(
            item, "run", now,
            Article(item.url, item.entry.title, _text(draw, 3_000), TextFrom.PAGE),
        )
        for item in watch.lacking_articles(now, backlog=30)
    ]  # fmt: skip
    assert len(readings) == NEW
    for start in range(0, len(readings), BATCH):
        watch.save_readings(readings[start : start + BATCH], attempts=6)


def _judge(watch: Watch, now: datetime) -> None:
    lacking = watch.lacking_judgements("m", now)
    assert len(lacking) == NEW
    said = Judgement("m", "fr", 0.9, Verdict("relevant", True, 0.9), (Verdict("a", True, 0.9),))
    for start in range(0, len(lacking), BATCH):
        ours = watch.to_judge(lacking[start : start + BATCH])
        watch.save_judgements([Judged(one, said, "run", now) for one in ours])


def _text(draw: random.Random, characters: int) -> str:
    return " ".join(draw.choices(WORDS, k=characters // 11))


def _tell(file: Home, lake: Home) -> None:
    print(f"{'CPU-s of':40}{'file':>8}{'lake':>8}{'+ PostgreSQL':>14}")
    for name, (spent, _none) in file.costs.items():
        ours, theirs = lake.costs[name]
        print(f"{name:40}{spent:8.3f}{ours:8.3f}{theirs:14.3f}")


def _size(place: Place) -> float:
    if isinstance(place, Lake):
        return sum(path.stat().st_size for path in place.data.rglob("*.parquet")) / 1e6
    return place.stat().st_size / 1e6


if __name__ == "__main__":
    main()
