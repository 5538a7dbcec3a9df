"""A first night of 200 feeds and 2,000 pages, beside its floor; then a night where nothing changed.

The floor does what cannot be left out and nothing else: urllib3 in threads, feedparser, trafilatura
fast in as many worker processes, one DuckDB insert at the end; no robots.txt, no identity, no
redaction, no limits, no memory of anything. Both run as processes of their own, on the same
generated web served by a third; CPU seconds are user + system of all their processes, start-up
included. The second night is held against bare conditional GETs with urllib3 the same way.

    python benchmarks/collect.py [--feeds 200] [--pages 10] [--runs 3]
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import yaml
from cost import cost
from web import Site, served

AGAIN = 5  # nights on which nothing changed, for each first one: they take but tenths of a second
HERE = Path(__file__).resolve().parent
PIPELINE = """from veille import Run, poll, read


def pipeline(run: Run) -> None:
    run.do(poll)
    run.do(read)
"""


def workspace(folder: Path, sites: list[Site]) -> Path:
    """Make a workspace whose sources are these sites."""
    folder.mkdir()
    settings = {
        "veille": {"schema": 1, "name": "benchmark"},
        "fetch": {
            "contact": "https://benchmark.example.org/",
            "host_delay": 0,
            "allow_hosts": [site.host for site in sites],
        },
        "workers": 2,
    }
    sources = [
        {
            "id": f"site-{number}",
            "name": site.host,
            "url": site.feed,
            "feed": site.feed,
            "kind": "feed",
            "active": True,
        }
        for number, site in enumerate(sites)
    ]
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "collect.py").write_text(PIPELINE)
    return folder


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--feeds", type=int, default=200)
    arguments.add_argument("--pages", type=int, default=10)
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(Path(scratch), given.feeds, given.pages, given.runs)


def measure(scratch: Path, feeds: int, pages: int, runs: int) -> None:
    """Take the runs in turn, floor and ours, and print the medians and the ratios."""
    first: list[tuple[float, float]] = []
    again: list[tuple[float, float]] = []
    asking: list[tuple[float, float]] = []
    memory = 0.0
    for number in range(runs):
        # A server of its own for each pair: no warm connection, no list of waiting ones.
        with served(feeds, pages) as sites:
            listed = scratch / f"feeds-{number}.json"
            listed.write_text(json.dumps([site.feed for site in sites]))
            ours = workspace(scratch / f"w{number}", sites)
            night = [sys.executable, "-m", "veille", "run", "collect", "--all", "--json"]
            night += ["--workspace", str(ours)]
            floor = [sys.executable, str(HERE / "floor.py")]
            state = str(scratch / f"floor-{number}")
            ours_first, floor_first = cost(night), cost([*floor, "first", str(listed), state])
            first.append((ours_first.cpu, floor_first.cpu))
            memory = max(memory, ours_first.peak)
            for _ in range(AGAIN):
                ours_again, floor_again = cost(night), cost([*floor, "again", str(listed), state])
                again.append((ours_again.cpu, floor_again.cpu))
                poll = json.loads(ours_again.said)["steps"][0]
                asking.append((poll["cpu_seconds"], json.loads(floor_again.said)["asking"]))
    tell(f"first night, {feeds} feeds, {feeds * pages} pages, whole processes", first)
    tell(f"second night, {feeds} feeds unchanged, whole processes", again)
    tell(f"second night, {feeds} feeds unchanged, the asking alone", asking)
    print(f"peak memory of the largest process: {memory:.0f} MB")


def tell(what: str, pairs: list[tuple[float, float]]) -> None:
    """Print the median cost of ours and of the floor, and the median ratio."""
    ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{what}: {ours:.2f} CPU-s, floor {floor:.2f}, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
