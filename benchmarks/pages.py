"""What do the staff's pages take?

Whole answers over loopback, sign-in included, asked one after the other of one server over an
invented catalogue (`invented.py`) whose team decided on one item in twenty. Each line is the 95th
percentile on the clock, after a first one; its CPU (of the server and of who asks it) stands in the
notes. Floor: `/account`, a page of the same shell that asks the catalogue nothing.

What remains: the first search with a phrase reads the texts that hold all its words, the first with
« mot* » the items of each form: asked again, both are remembered. A bulletin reads its items' tags
in two tables of all. Look at the load below before a figure on the clock is believed: with five
others at work it is three times as much.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote_plus

import numpy as np
from fakes.clock import FakeClock
from fakes.pages import CONFIG, SignedIn, made_workspace, served, signed_in

from benchmarks.figures import Figure, Size
from benchmarks.invented import SOURCES, WORDS, item_id, vocabulary
from veille.bulletins import Bulletins, build
from veille.digest.weeks import week_of
from veille.model.decisions import Facet, State, Wish
from veille.staff.accounts import Role
from veille.store.catalogue import TEAM, Catalogue
from veille.store.desk import open_desk
from veille.workspace import Workspace

COUNTS = {
    Size.SMALL: ((200, 50),),
    Size.USUAL: ((1_000, WORDS), (10_000, WORDS)),
    Size.LARGE: ((100_000, WORDS), (500_000, 100)),
}
"""How many items, of how many words."""

TIMES = {Size.SMALL: 1, Size.USUAL: 15, Size.LARGE: 30}
LINKS = 300
ASKED = ("coopérative", "économie sociale", "gouvernance des membres", "emploi région québec",
         "l’habitation", "fonds", "coop*", '"économie sociale"', "assemblée -générale")  # fmt: skip
AIM = 150


class Taken(NamedTuple):
    """95th percentiles, in milliseconds: on the clock, of CPU."""

    wall: float
    cpu: float


def measure(size: Size) -> list[Figure]:
    """Return what the pages take."""
    figures = []
    for count, words in COUNTS[size]:
        with tempfile.TemporaryDirectory() as folder:
            publish = [sys.executable, "-m", "benchmarks.catalogue", "publish"]
            told = subprocess.run(
                [*publish, str(count), str(words), folder], stdout=subprocess.PIPE, check=True
            )
            assert json.loads(told.stdout)
            taken = _taken(Path(folder), count, TIMES[size])
        floor = taken.pop("/account")
        figures += [
            Figure(
                name=f"{page}, {count:,} items", value=one.wall, unit="ms", beside="/account",
                floor=floor.wall, most=AIM, note=f"{one.cpu:.0f} ms of CPU ({floor.cpu:.0f})",
            )
            for page, one in taken.items()
        ]  # fmt: skip
    return figures


def _taken(folder: Path, count: int, times: int) -> dict[str, Taken]:
    workspace = made_workspace(folder / "w", CONFIG % 9)
    workspace.var.mkdir(exist_ok=True)
    workspace.catalogue.symlink_to(folder / "catalogue")
    with Catalogue(workspace.catalogue, TEAM) as opened:
        [about] = opened.rows("SELECT published_at FROM snapshot")
        stories = [row["id"] for row in opened.rows("SELECT story_id AS id FROM stories")]
    now = about["published_at"] + timedelta(hours=3)
    _decide(workspace, count // 20, now)
    bulletins = Bulletins.of(workspace.root, workspace.settings, [])
    week = week_of(now.date())
    build(bulletins, week, now)
    pages = _pages(count, stories, week)
    with served(workspace, clock=FakeClock(now)) as site:
        me = signed_in(site, Role.EDITOR)
        return {page: _asked(me, paths, times) for page, paths in pages.items()}


def _pages(count: int, stories: Sequence[str], week: str) -> dict[str, Iterator[str]]:
    """Return the pages asked for, by what they are called, each with addresses without end."""
    draw = random.Random(5)

    def drawn(address: Callable[[], str]) -> Iterator[str]:
        return (address() for _ in repeat(None))

    def words() -> str:
        return quote_plus(draw.choice(ASKED))

    rare = draw.sample([one for one in vocabulary()[0][3_000:30_000] if one.isalpha()], 1_000)
    return {
        "/account": repeat("/account"),
        "the queue": repeat("/review"),
        "the dashboard": repeat("/dashboard"),
        "a search": drawn(lambda: f"/search?q={words()}"),
        "a search for words never asked for": (f"/search?q={quote_plus(one)}" for one in rare),
        "a search, narrowed": drawn(
            lambda: f"/search?q={words()}&domain=governance&region=QC-{draw.randint(1, 17):02}"
        ),
        "a search, own region first": drawn(lambda: f"/search?q={words()}&near=QC-05"),
        "a search, what is not decided": drawn(lambda: f"/search?q={words()}&decided=no"),
        "a search's page 40": drawn(lambda: f"/search?q={words()}&page=40"),
        "the newest": repeat("/search"),
        "an item": drawn(lambda: f"/items/{item_id(draw.randrange(count))}"),
        "a story": drawn(lambda: f"/stories/{draw.choice(stories)}"),
        "a source": drawn(lambda: f"/sources/s{draw.randrange(SOURCES)}"),
        "a week's bulletin": repeat(f"/bulletins/{week}"),
        "a bulletin's words": repeat(f"/bulletins/{week}/words"),
        "what can be added to it": repeat(f"/bulletins/{week}/add"),
        "the links": repeat("/links"),
        "the nights": repeat("/runs"),
    }


def _asked(me: SignedIn, paths: Iterator[str], times: int) -> Taken:
    found = np.array([_timed(me, next(paths)) for _ in range(times + 1)][1:]) * 1000
    return Taken(*np.percentile(found, 95, axis=0).tolist())


def _timed(me: SignedIn, path: str) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = me.get(path)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert answer.status == 200, (path, answer.status)
    return wall, cpu


def _decide(workspace: Workspace, count: int, now: datetime) -> None:
    """Decide on so many items in three months, a few hundred since the last nights."""
    with open_desk(workspace.var / "desk.sqlite") as desk, desk.db.transaction():
        for n in range(count):
            item = item_id(n)
            state = State.ACCEPTED if n % 100 else State.KEPT
            wishes = [Wish(item, Facet.DOMAINS, ("governance",)), Wish(item, Facet.STATE, state)]
            desk.decisions.decide(wishes, author="lea", now=now - timedelta(days=n % 90))
        for n in range(LINKS):
            desk.links.send(item_id(n), f"https://x.example.org/{n}", author="lea", now=now)
