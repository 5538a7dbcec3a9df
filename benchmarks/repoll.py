"""What does a night cost on which nothing changed?

So many feeds of ten entries, each on a host of its own on loopback, that answer 304 to the
validators they gave. Floor: the same conditional GETs by bare urllib3 in 32 threads, and nothing
else: no robots.txt, no check of addresses, nothing remembered. Peer: `reader`, a feed reader
library that keeps its feeds in SQLite. Whole processes, start-up included, by turns; the middle of
several nights after a first one. The server is another process, not counted.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import Cost, cost
from benchmarks.figures import Figure, Size
from benchmarks.loopback import served
from benchmarks.watched import night, watching

HERE = Path(__file__).resolve().parent
FEEDS = {Size.SMALL: 10, Size.USUAL: 500, Size.LARGE: 2_000}
NIGHTS = {Size.SMALL: 1, Size.USUAL: 7, Size.LARGE: 5}
ENTRIES = 10
REMAINS = (
    "the command itself is half of it (see below), and the floor has none of it: a fifth of that "
    "is Python, typer and pydantic loaded, a tenth the settings, an eighth DuckDB loaded, opened "
    "and closed, a fifth some 25 questions to it, an eighth our own modules, a fourteenth 500 "
    "sources in YAML; no other part is larger. Of what the feeds add, half is bare GETs, a fifth "
    "keeps the polls, a tenth loads urllib3 (as the floor does) and what stands around it, a "
    "twentieth closes the store."
)


def measure(size: Size) -> list[Figure]:
    """Return what asking feeds that did not change costs."""
    with tempfile.TemporaryDirectory() as scratch, served(FEEDS[size], ENTRIES) as sites:
        folder = Path(scratch)
        listed = folder / "feeds.json"
        listed.write_text(json.dumps([site.feed for site in sites]))
        floor = [sys.executable, str(HERE / "floor.py")]
        state = str(folder / "floor")
        ours = night(watching(folder / "w", sites, ["poll"]))
        peer = [sys.executable, str(HERE / "peer.py"), str(listed), str(folder / "peer.sqlite")]
        for first in (ours, [*floor, "poll", str(listed), state], peer):
            cost(first)
        again = (ours, [*floor, "again", str(listed), state], peer)
        nights = [[cost(command) for command in again] for _ in range(NIGHTS[size])]
        idle = [cost([word for word in ours if word != "--all"]) for _ in range(NIGHTS[size])]
    return _figures(FEEDS[size], *zip(*nights, strict=True), tuple(idle))


def _figures(
    feeds: int,
    ours: tuple[Cost, ...],
    bare: tuple[Cost, ...],
    peer: tuple[Cost, ...],
    idle: tuple[Cost, ...],
) -> list[Figure]:
    assert all(json.loads(one.said)["unchanged"] == feeds for one in peer)
    assert all(json.loads(one.said)["steps"][0]["done"] == 0 for one in idle)
    polls = [json.loads(one.said)["steps"][0]["cpu_seconds"] for one in ours]
    asked = [json.loads(one.said)["asking"] for one in bare]
    spent, least, other = (
        statistics.median(one.cpu for one in each) for each in (ours, bare, peer)
    )
    return [
        Figure(
            name=f"{feeds} feeds unchanged, whole process", value=spent, unit="CPU-s",
            beside="bare conditional GETs", floor=least, most_times=2.0, note=REMAINS,
        ),
        Figure(
            name=f"{feeds} feeds unchanged, beside the peer", value=spent, unit="CPU-s",
            beside="reader", floor=other, most_times=1 / 3, note="a third of reader's "
            "time is hardly more than the bare GETs take alone, as a whole process (above). What "
            "is left between the two, some 0.1 CPU-s, is what typer, pydantic and DuckDB take to "
            "load, before anything is asked or kept.",
        ),
        Figure(
            name="of it, the asking alone", value=statistics.median(polls), unit="CPU-s",
            beside="bare conditional GETs", floor=statistics.median(asked),
        ),
        Figure(
            name="of it, the command itself: the same with nothing due",
            value=statistics.median(one.cpu for one in idle), unit="CPU-s",
            beside="bare conditional GETs", floor=least,
        ),
        Figure(
            name="memory of the process", value=max(one.peak for one in ours), unit="MB",
            beside="reader", floor=max(one.peak for one in peer),
        ),
    ]  # fmt: skip
