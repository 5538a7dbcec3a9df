"""What does a first night cost?

Each feed announces ten pages as heavy as real ones (750 words in 177 kB); all are polled and read.
Floor: what cannot be left out and nothing else: urllib3 in threads, feedparser, trafilatura fast in
as many worker processes, one DuckDB insert at the end; no robots.txt, no identity of addresses, no
redaction, no limits, no memory of anything. Whole processes, start-up included, by turns on the
same generated web, which a third process serves; of two nights each the cheaper, for the same pages
take a tenth more or less from one time to the next.
"""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import cost
from benchmarks.figures import Figure, Size
from benchmarks.loopback import served
from benchmarks.watched import night, watching

HERE = Path(__file__).resolve().parent
FEEDS = {Size.SMALL: 3, Size.USUAL: 200, Size.LARGE: 500}
NIGHTS = {Size.SMALL: 1, Size.USUAL: 2, Size.LARGE: 1}
PAGES = 10
REMAINS = (
    "reading a page, with language, author, address and whether it is an article, takes no more "
    "than trafilatura alone; some 3 ms go to handing it to a process that can be ended alone, with "
    "colder caches, to robots.txt, turns, limits and the store; the command itself adds 1 s."
)


def measure(size: Size) -> list[Figure]:
    """Return what the first night costs."""
    pairs = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(NIGHTS[size]):
            pairs.append(_pair(Path(scratch) / str(number), FEEDS[size]))
    ours, floor = zip(*pairs, strict=True)
    feeds, pages = FEEDS[size], FEEDS[size] * PAGES
    return [
        Figure(
            name=f"{feeds} feeds, {pages:,} pages, whole processes",
            value=min(one.cpu for one in ours), unit="CPU-s",
            beside="feedparser, trafilatura, one insert",
            floor=min(one.cpu for one in floor), most_times=1.25, note=REMAINS,
        ),
        Figure(
            name="memory of the largest process", value=max(one.peak for one in ours), unit="MB",
            beside="the floor's", floor=max(one.peak for one in floor),
        ),
    ]  # fmt: skip


def _pair(folder: Path, feeds: int):
    """Run both once, on a server of their own: no warm connection, no list of waiting ones."""
    folder.mkdir()
    with served(feeds, PAGES) as sites:
        listed = folder / "feeds.json"
        listed.write_text(json.dumps([site.feed for site in sites]))
        ours = cost(night(watching(folder / "w", sites, ["poll", "read"])))
        bare = [sys.executable, str(HERE / "floor.py"), "first", str(listed), str(folder / "floor")]
        floor = cost(bare)
    read = json.loads(ours.said)["steps"][1]
    assert read["new"] == feeds * PAGES, read
    return ours, floor
