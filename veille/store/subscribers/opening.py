"""Open the store of subscribers, with the secret that its links and hashes were made from."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from veille.errors import UsageError
from veille.i18n import _
from veille.store.sqlite import SqliteDatabase, open_sqlite
from veille.subscribers.rules import Rules
from veille.subscribers.tokens import Keys

APPLICATION_ID = 0x56_45_49_53  # « VEIS »
MIGRATIONS = files(__package__) / "migrations"


@dataclass(frozen=True, slots=True)
class Opened:
    """The open store, and what its rows are written and read by."""

    db: SqliteDatabase
    keys: Keys
    rules: Rules


def open_store(path: Path, keys: Keys, rules: Rules) -> Opened:
    """Open the store in a file; see `sqlite.open_sqlite` for what it raises.

    Raises UsageError when the secret is not the one that the store was begun with: every link sent
    so far would be dead, and those erased would not be known again.
    """
    db = open_sqlite(path, APPLICATION_ID, MIGRATIONS)
    try:
        _check_secret(db, keys)
    except BaseException:
        db.close()
        raise
    return Opened(db, keys, rules)


def _check_secret(db: SqliteDatabase, keys: Keys) -> None:
    mark = keys.hash_of("mark", "")
    if not db.rows("SELECT mark FROM secret_mark"):
        db.run("INSERT OR IGNORE INTO secret_mark VALUES (1, $mark)", mark=mark)
    if not db.rows("SELECT mark FROM secret_mark WHERE mark = $mark", mark=mark):
        raise UsageError(
            _("{path} was begun with another secret than the one in force.").format(path=db.path),
            _("Put back the secret (VEILLE_SECRET, or var/secret) it was begun with."),
        )
