"""What the pages around the review cost at 100,000 invented items, asked one after the other.

`python benchmarks/web_staff.py [CATALOGUE]` serves a workspace over an invented catalogue (that of
benchmarks/catalogue.py; published first where CATALOGUE is not given: three minutes). 5,000 items
were decided on. Times are those of whole answers over loopback, sign-in included; CPU time, of this
process, is what to compare where other programs share the machine.
"""

import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote_plus

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from fakes.clock import FakeClock  # noqa: E402
from fakes.pages import CONFIG, made_workspace, served, signed_in  # noqa: E402

from veille.decisions import Facet, State, Wish  # noqa: E402
from veille.staff.accounts import Role  # noqa: E402
from veille.store.catalogue import TEAM, Catalogue  # noqa: E402
from veille.store.desk import open_desk  # noqa: E402

ITEMS, ASKED, BEFORE, LINKS = 100_000, 30, 5_000, 300
WORDS = ("coopérative", "économie sociale", "gouvernance des membres", "emploi région québec",
         "l’habitation", "fonds", "coop*", '"économie sociale"', "assemblée -générale")  # fmt: skip


def main(catalogue: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = made_workspace(Path(folder) / "w", CONFIG % 9)
        workspace.var.mkdir(exist_ok=True)
        root = catalogue or _published(Path(folder))
        workspace.catalogue.symlink_to(root)
        with Catalogue(root, TEAM) as opened:
            [about] = opened.rows("SELECT published_at FROM snapshot")
            ids = [row["item_id"] for row in opened.rows("SELECT item_id FROM items")]
            stories = [row["id"] for row in opened.rows("SELECT story_id AS id FROM stories")]
        now = about["published_at"] + timedelta(hours=3)
        _decide(workspace, ids[:BEFORE], now)
        with served(workspace, clock=FakeClock(now)) as site:
            _ask(signed_in(site, Role.EDITOR), ids, stories)


def _ask(me, ids: list[str], stories: list[str]) -> None:
    draw = random.Random(5)
    words = [quote_plus(one) for one in WORDS]
    paths = {
        "search, words": lambda: f"/search?q={draw.choice(words)}",
        "search, words and facets": lambda: (
            f"/search?q={draw.choice(words)}&domain=governance&region=QC-{draw.randint(1, 17):02}"
        ),
        "search, page 40": lambda: f"/search?q={draw.choice(words)}&page=40",
        "search, nothing typed": lambda: "/search",
        "search, own region first": lambda: f"/search?q={draw.choice(words)}&near=QC-05",
        "search, decided": lambda: f"/search?q={draw.choice(words)}&decided=yes",
        "search, not decided": lambda: f"/search?q={draw.choice(words)}&decided=no",
        "item": lambda: f"/items/{draw.choice(ids)}",
        "item, decided": lambda: f"/items/{draw.choice(ids[:BEFORE])}",
        "story": lambda: f"/stories/{draw.choice(stories)}",
        "source": lambda: f"/sources/s{draw.randint(0, 159)}",
        "links": lambda: "/links",
        "nights": lambda: "/runs",
    }
    for name, path in paths.items():
        me.get(path())
        times = np.array([_timed(me, path()) for _ in range(ASKED)]) * 1000
        (p50, p95), (_cpu50, cpu) = np.percentile(times, [50, 95], axis=0).T
        print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms (CPU p95 {cpu:.0f} ms)", flush=True)


def _timed(me, path: str) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = me.get(path)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert answer.status == 200, (path, answer.status)
    return wall, cpu


def _decide(workspace, ids: list[str], now) -> None:
    with open_desk(workspace.var / "desk.sqlite") as desk, desk.db.transaction():
        for n, item in enumerate(ids):
            wishes = [
                Wish(item, Facet.DOMAINS, ("governance",)), Wish(item, Facet.STATE, State.KEPT),
            ]  # fmt: skip
            old = now - timedelta(days=n % 90)  # a few hundred since the last nights
            desk.decisions.decide(wishes, author="lea", now=old)
        for n, item in enumerate(ids[:LINKS]):
            desk.links.send(item, f"https://x.example.org/{n}", author="lea", now=now)


def _published(folder: Path) -> Path:
    from zoneinfo import ZoneInfo

    from catalogue import invented_edition

    from veille.store.catalogue import publish

    publish(invented_edition(ITEMS), folder / "catalogue", zone=ZoneInfo("America/Toronto"))
    return folder / "catalogue"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
