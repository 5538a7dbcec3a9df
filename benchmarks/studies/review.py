"""What review costs at 100,000 invented items: pages, decisions, twenty people at once.

`python -m benchmarks.studies.review [CATALOGUE [SECONDS]]` serves a workspace over an invented
catalogue (that of benchmarks/invented.py; published first where CATALOGUE is not given: three
minutes), and asks as browsers do. Times are those of whole answers over loopback.
"""

import re
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from fakes.clock import FakeClock  # noqa: E402
from fakes.pages import CONFIG, made_workspace, served, signed_in  # noqa: E402

from veille.model.decisions import Facet, State, Wish  # noqa: E402
from veille.staff.accounts import Role  # noqa: E402
from veille.store.catalogue import TEAM, Catalogue  # noqa: E402
from veille.store.desk import open_desk  # noqa: E402

ITEMS, PEOPLE, SECONDS, BEFORE = 100_000, 20, 60, 5_000


def main(catalogue: Path | None, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = made_workspace(Path(folder) / "w", CONFIG % 9)
        workspace.var.mkdir(exist_ok=True)
        root = catalogue or _published(Path(folder))
        workspace.catalogue.symlink_to(root)
        with Catalogue(root, TEAM) as opened:
            [about] = opened.rows("SELECT published_at FROM snapshot")
            ids = [row["item_id"] for row in opened.rows("SELECT item_id FROM items")]
        _decide_before(workspace, ids, about["published_at"])
        with served(workspace, clock=FakeClock(about["published_at"])) as site:
            _pages(site)
            _together(site, seconds)


def _published(folder: Path) -> Path:
    from zoneinfo import ZoneInfo

    from benchmarks.invented import invented_edition
    from veille.store.catalogue import publish

    root, zone = folder / "catalogue", ZoneInfo("America/Toronto")
    publish(invented_edition(ITEMS), root, zone=zone)
    return root


def _decide_before(workspace, ids, now) -> None:
    """A year's ledger: five thousand items decided on, four facets each."""
    with open_desk(workspace.var / "desk.sqlite") as desk, desk.db.transaction():
        for n, item_id in enumerate(ids[:: len(ids) // BEFORE]):
            wishes = [
                Wish(item_id, Facet.RELEVANT, True),
                Wish(item_id, Facet.DOMAINS, ("governance",)),
                Wish(item_id, Facet.REGIONS, ()),
                Wish(item_id, Facet.STATE, State.ACCEPTED.value),
            ]
            desk.decisions.decide(wishes, author="ada", now=now - timedelta(days=1 + n % 300))


def _pages(site) -> None:
    who = signed_in(site, Role.EDITOR, "lea")
    begun = time.process_time()
    wall = _timed(lambda: who.get("/review"))
    cpu = time.process_time() - begun
    print(f"first page after a night: {1000 * wall:.0f} ms ({1000 * cpu:.0f} CPU-ms)")
    for path in (
        "/review", "/review?start=40", "/review?domain=governance&region=QC-05",
        "/review?state=accepted", "/review/done", "/review/disagreements", "/review/second",
    ):  # fmt: skip
        begun = time.process_time()
        times = [_timed(lambda path=path: who.get(path)) for _ in range(25)]
        _tell(path, times, (time.process_time() - begun) / len(times))
    page = who.get("/review?start=200").text
    times = []
    for seen in re.findall(r'name="seen" value="([^"]+)"', page):
        sent = [("do", "accept"), ("relevant", "yes"), ("seen", seen)]
        times.append(_timed(lambda sent=sent: who.post("/review/decide", sent, X_Fragment="1")))
    _tell("a decision, in place", times)


def _together(site, seconds) -> None:
    """Twenty people decide at once, from one queue, and in each other's way."""
    people = [signed_in(site, Role.REVIEWER, f"p{n:02}") for n in range(PEOPLE)]
    with people[0].desk() as desk:
        before = desk.decisions.last
    kept, told, wrong, times = [], [], [], []
    end = time.monotonic() + seconds

    def work(who, n):
        start = 0
        while time.monotonic() < end:
            begun = time.perf_counter()
            page = who.get(f"/review?start={start}", X_Fragment="1")
            times.append(time.perf_counter() - begun)
            for card in re.findall(r'name="seen" value="([^"]+)"', page.text):
                sent = [("do", ("accept", "keep", "aside")[n % 3]), ("relevant", "yes")]
                begun = time.perf_counter()
                answer = who.post("/review/decide", [*sent, ("seen", card)], X_Fragment="1")
                times.append(time.perf_counter() - begun)
                bucket = {200: kept, 409: told}.get(answer.status, wrong)
                bucket.append((who.handle, card.split()[0]))
                time.sleep(0.2)  # nobody reads faster
                if time.monotonic() > end:
                    break
            start = (start + 7 * n) % 60

    threads = [threading.Thread(target=work, args=(who, n)) for n, who in enumerate(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with people[0].desk() as desk:
        written = {
            (one.author, one.item_id) for one in desk.decisions.since(before)
            if one.facet is Facet.STATE
        }  # fmt: skip
    print(
        f"{PEOPLE} people, {seconds:g} s: {len(kept)} decisions, {len(told)} told that another was "
        f"first, {len(wrong)} errors; in the ledger {len(written)}, "
        f"lost {len(set(kept) - written)}"
    )
    _tell("all answers meanwhile", times)


def _timed(call) -> float:
    begun = time.perf_counter()
    answer = call()
    assert answer.status == 200, answer.status
    return time.perf_counter() - begun


def _tell(name: str, times: list[float], cpu: float = 0) -> None:
    p50, p95 = np.percentile(times, [50, 95]) * 1000
    spent = f" ({1000 * cpu:.0f} CPU-ms each, asking included)" if cpu else ""
    print(f"  {name}: p50 {p50:.0f}, p95 {p95:.0f}, slowest {max(times) * 1000:.0f} ms{spent}")


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(Path(given[1]).resolve() if 1 in given else None, float(given.get(2, SECONDS)))
