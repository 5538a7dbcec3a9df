"""An engine that saves night after night in a process of its own, beside others on one store.

    python -m fakes.engines STORE DATA SHARE NIGHTS [DIE_AT]

Each night it saves what is its own, and what all engines save alike: one source's poll, one page
read, one robots.txt. With DIE_AT it kills itself (SIGKILL) within its n-th transaction, all of it
written and nothing committed. Given the same nights again it goes on where it was.
"""

import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

from fakes.postgres import trusting
from fakes.watched import DAY, NOW, PACE, poll, read

from veille.model import Entry, RobotsRecord, digest
from veille.model.articles import ToRead
from veille.settings.store import Lake
from veille.sharing import Share
from veille.store import Hold, Watch, open_watch
from veille.store.database import Database

COMMON = "all"


def main(store: str, data: str, share: str, nights: str, die_at: str = "") -> None:
    """Save the nights of this share in this DuckLake."""
    place = Lake(store, Path(data), Path(f"{data}.{share[0]}.tmp"), Share.read(share))
    if die_at:
        _die_in(int(die_at))
    with trusting(), open_watch(place, now=NOW, hold=Hold.SHARE) as watch:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for night in range(int(nights)):
            save(watch, place.share.number, night)


def save(watch: Watch, number: int, night: int) -> None:
    """Save what an engine brings home in one night; saved again, it changes nothing."""
    at = NOW + night * DAY
    ours = [f"{number}-{name}" for name in "abc"]
    items = {name: [f"{name} {night} {n}" for n in range(4)] for name in (*ours, COMMON)}
    watch.robots.put("https://example.org", RobotsRecord(f"# {night}", at))
    watch.save_polls([poll(name, *items[name], at=at) for name in (*ours, COMMON)], PACE)
    to_read = [_to_read(name, item) for name in items for item in items[name]]
    watch.save_readings([read(one, f"texte {night} " * 50, at=at) for one in to_read], attempts=6)


def _to_read(source: str, name: str) -> ToRead:
    url = f"https://example.org/{name}"
    item = digest(url)
    return ToRead(item, digest("entry", source, name), source, url, Entry(url=url, title=name))


def _die_in(number: int) -> None:
    left, transaction = [number], Database.transaction

    @contextmanager
    def deadly(self: Database):
        with transaction(self):
            yield
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    Database.transaction = deadly


if __name__ == "__main__":
    main(*sys.argv[1:])
