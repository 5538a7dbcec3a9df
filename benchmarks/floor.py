"""What a night comes to with nothing but the libraries: the floor of `repoll` and `first_night`.

python benchmarks/floor.py first|poll|again FEEDS.json STATE
"""

import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

THREADS = 32
WORKERS = 2


def first(feeds: list[str], state: Path) -> None:
    """Ask the feeds, read the pages, keep all of it in one insert."""
    import duckdb
    import feedparser
    import pyarrow as pa
    import urllib3

    pool = urllib3.PoolManager(num_pools=512)
    get = lambda url: pool.request("GET", url, headers={"Accept-Encoding": "gzip"})  # noqa: E731
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["trafilatura"])
    with ThreadPoolExecutor(THREADS) as threads, ProcessPoolExecutor(WORKERS, context) as workers:
        answers = list(threads.map(get, feeds))
        entries = [entry for one in answers for entry in feedparser.parse(one.data).entries]
        bodies = threads.map(lambda entry: get(entry.link).data, entries)
        texts = workers.map(extract, bodies, chunksize=10)
        rows = [
            (e.link, e.title, e.published, text) for e, text in zip(entries, texts, strict=True)
        ]
    names = ("url", "title", "date", "text")
    table = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))
    with duckdb.connect(str(state) + ".duckdb") as store:
        store.register("found", table)
        store.execute("CREATE TABLE articles AS FROM found")


def poll(feeds: list[str], state: Path) -> None:
    """Ask the feeds and keep their validators."""
    import urllib3

    pool = urllib3.PoolManager(num_pools=512)
    etags = {url: pool.request("GET", url).headers["ETag"] for url in feeds}
    Path(str(state) + ".json").write_text(json.dumps(etags))


def again(feeds: list[str], state: Path) -> None:
    """Ask the feeds with their validators."""
    import urllib3

    etags = json.loads(Path(str(state) + ".json").read_text())
    pool = urllib3.PoolManager(num_pools=512)

    def get(url: str) -> int:
        return pool.request("GET", url, headers={"If-None-Match": etags[url]}).status

    before = time.process_time()
    with ThreadPoolExecutor(THREADS) as threads:
        assert set(threads.map(get, feeds)) == {304}
    print(json.dumps({"asking": time.process_time() - before}))


def extract(body: bytes) -> str | None:
    """Read a page as the measured fast way does."""
    import trafilatura

    return trafilatura.extract(body, fast=True, include_comments=False)


if __name__ == "__main__":
    night, listed, state = sys.argv[1:]
    nights = {"first": first, "poll": poll, "again": again}
    nights[night](json.loads(Path(listed).read_text()), Path(state))
