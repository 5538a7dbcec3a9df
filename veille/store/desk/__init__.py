"""The desk: what people do. One SQLite file that the pages and commands write, and runs read.

Pages lay what is in here over the newest snapshot of the catalogue and never open the store that
runs write; a run takes decisions in from here as facts. Moments are aware, and come back in UTC.
"""

from importlib.resources import files
from pathlib import Path

from veille.store.desk.accounts import Accounts
from veille.store.desk.audit import Audit
from veille.store.desk.decisions import Decisions
from veille.store.desk.failures import Failures
from veille.store.desk.keys import Keys
from veille.store.desk.links import Links
from veille.store.desk.readings import Readings
from veille.store.desk.rulings import Rulings
from veille.store.desk.sessions import Sessions
from veille.store.sqlite import SqliteDatabase, open_sqlite

APPLICATION_ID = 0x56_45_49_44  # « VEID »
MIGRATIONS = files(__package__) / "migrations"


class Desk:
    """The desk, open; close it, or use it in a `with`. Threads may share it.

    Everything raises StoreError when the file cannot be used.
    """

    def __init__(self, db: SqliteDatabase) -> None:
        self.db = db
        self.decisions = Decisions(db)
        self.rulings = Rulings(db)
        self.readings = Readings(db)
        self.links = Links(db)
        self.accounts = Accounts(db)
        self.sessions = Sessions(db)
        self.audit = Audit(db)
        self.keys = Keys(db)
        self.failures = Failures(db)

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()


def open_desk(path: Path) -> Desk:
    """Open the desk in a file, made or brought up to date as needed; raises as `open_sqlite`."""
    return Desk(open_sqlite(path, APPLICATION_ID, MIGRATIONS))
