"""A workspace with something in every store, to back up and restore."""

from datetime import UTC, datetime
from pathlib import Path

from fakes.clock import FakeClock
from fakes.mailing import Mailing, mailing

from veille.backups import BackedUp, back_up
from veille.bulletins import Bulletins
from veille.keeping.sealing import new_key
from veille.model import Source, SourceKind
from veille.model.decisions import Facet, Wish
from veille.restore import TakenBack, take_back
from veille.store import open_watch
from veille.store.desk import open_desk
from veille.workspace import open_workspace

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
KEY = new_key()


class Kept:
    """A workspace in a folder, and where its backups go."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "w"
        self.place = folder / "backups"
        self.workspace = open_workspace(self.root)
        bulletins = Bulletins.of(self.root, self.workspace.settings, [])
        self.mailing = Mailing(self.workspace, bulletins)
        self.clock = FakeClock(NOW)

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def backups(self) -> list[Path]:
        """Return the backups, by name."""
        return sorted(one for one in self.place.iterdir() if one.is_dir())

    def declare(self, *ids: str) -> None:
        """Let the working store know of these sources."""
        register = [
            Source(one, one, SourceKind.FEED, f"https://{one}.example.net/", active=True)
            for one in ids
        ]
        with open_watch(self.workspace.watch, now=NOW) as store:
            store.remember_sources(register, NOW)

    def declared(self) -> list[str]:
        """Return the sources that the working store knows."""
        with open_watch(self.workspace.watch, now=NOW) as store:
            return [one.source_id for one in store.health(NOW)]

    def addresses(self) -> list[str]:
        """Return the addresses of those who subscribe."""
        with self.mailing.readers() as readers:
            return sorted(row["address"] for row in readers.db.rows("SELECT * FROM subscribers"))

    def back_up(self, **options: object) -> BackedUp:
        self.clock.advance(minutes=1)
        return back_up(self.workspace, self.place, clock=self.clock, **options)

    def take_back(self, folder: Path | None = None, **options: object) -> TakenBack:
        given = {"given": self.root, "force": True, **options}
        return take_back(folder or self.place, clock=self.clock, **given)


def kept_workspace(folder: Path, people: int = 3) -> Kept:
    """Make a workspace with readers, an approved issue, a source and a decision."""
    root = mailing(folder / "w", 9, people).workspace.root
    (root / "pipelines").mkdir()
    (root / "pipelines" / "nightly.py").write_text("def pipeline(run): pass\n")
    kept = Kept(folder)
    kept.declare("a")
    with open_desk(root / "var" / "desk.sqlite") as desk:
        desk.decisions.decide([Wish("i1", Facet.RELEVANT, True)], author="lise", now=NOW)
    return kept
