"""What reading a page costs beyond bare trafilatura: title and date given by the feed, or not.

Bare: `bare_extraction(body, fast=True, include_comments=False)`, without metadata. Ours decodes,
refuses what is no article, redacts, and reads language, author and canonical address as well. CPU
milliseconds, the median of interleaved repeats, in one process.

    python -m benchmarks.studies.extract_pages [FOLDER] [--repeats 15]

FOLDER holds *.html, at any depth.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import trafilatura

from veille.errors import ReadError
from veille.extract import read_page

PAGES = Path(__file__).resolve().parents[3] / "shared" / "realworld" / "pages"
URL = "https://example.org/actualites/page"
TORONTO = ZoneInfo("America/Toronto")


def bare(body: bytes) -> None:
    """Extract with trafilatura alone."""
    trafilatura.bare_extraction(body, fast=True, include_comments=False)


def text_only(body: bytes) -> None:
    """Read a page whose title and date the feed gave."""
    with suppress(ReadError):
        read_page(body, URL, zone=TORONTO, need_title=False, need_date=False)


def all_of_it(body: bytes) -> None:
    """Read a page, its title and its date."""
    with suppress(ReadError):
        read_page(body, URL, zone=TORONTO)


def measured(body: bytes, repeats: int) -> list[float]:
    """Return the median milliseconds of each way to read a page."""
    ways: tuple[Callable[[bytes], None], ...] = (bare, text_only, all_of_it)
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(repeats + 1):  # the first is to warm up
        for way, taken in zip(ways, times, strict=True):
            before = time.process_time()
            way(body)
            taken.append((time.process_time() - before) * 1000)
    return [statistics.median(taken[1:]) for taken in times]


def main() -> None:
    """Measure each page and all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    pages = [path for path in sorted(options.folder.rglob("*.html")) if "expected" not in path.name]
    print(f"{'kB':>6} {'bare':>7} {'text':>7} {'ratio':>5} {'all':>7} {'ratio':>5}  page")
    rows = []
    for path in pages:
        body = path.read_bytes()
        row = measured(body, options.repeats)
        rows.append(row)
        tell(f"{len(body) / 1000:6.0f}", row, str(path.relative_to(options.folder)))
    tell("   all", [sum(column) for column in zip(*rows, strict=True)], f"{len(pages)} pages")


def tell(size: str, row: list[float], name: str) -> None:
    """Print one line of the table."""
    least, text, everything = row
    print(
        f"{size} {least:7.1f} {text:7.1f} {text / least:5.2f} "
        f"{everything:7.1f} {everything / least:5.2f}  {name}"
    )


if __name__ == "__main__":
    main()
