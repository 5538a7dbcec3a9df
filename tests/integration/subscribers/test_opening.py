"""Opening the store of subscribers: for its owner's eyes, or refused with a clear sentence."""

import sqlite3
import stat
from contextlib import suppress
from importlib.resources import files
from shutil import copytree

import pytest
from fakes.readers import ADA, KEYS, NOW, open_readers, subscribed

from veille.errors import SchemaError, StoreError, UsageError
from veille.store.sqlite import SqliteDatabase
from veille.store.subscribers import access, opening
from veille.subscribers.tokens import Keys


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_store_and_its_log_are_their_owner_s_alone(path, readers):
    subscribed(readers)
    made = sorted(path.parent.glob("subscribers.sqlite*"))
    assert len(made) == 3
    assert {mode(file) for file in made} == {0o600}


def test_a_store_open_to_others_is_closed_to_them(path):
    open_readers(path).close()
    path.chmod(0o644)
    open_readers(path).close()
    assert mode(path) == 0o600


def test_what_was_kept_is_there_again(path):
    with open_readers(path) as readers:
        person = subscribed(readers)
    with open_readers(path) as readers:
        assert readers.find(ADA) == person


def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_holds(path, tmp_path, monkeypatch):
    folder = tmp_path / "migrations"
    copytree(str(opening.MIGRATIONS), folder)
    for file in folder.glob("*.sql"):
        if int(file.name[:4]) > 3:
            file.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", folder)
        with open_readers(path) as readers:
            person = subscribed(readers)
    with open_readers(path) as readers:
        assert readers.find(ADA) == person


@pytest.mark.parametrize(
    "harm",
    [
        "PRAGMA user_version = 9999",  # a newer veille's
        "PRAGMA application_id = 7",  # another program's
    ],
)
def test_a_newer_or_foreign_store_is_refused(path, harm):
    open_readers(path).close()
    with sqlite3.connect(path) as db:
        db.execute(harm)
    db.close()
    with pytest.raises(SchemaError) as refused:
        open_readers(path)
    assert refused.value.action


def test_another_program_s_file_is_refused_and_left_as_it_was(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(SchemaError):
        open_readers(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]
    db.close()
    path.write_bytes(b"not a database at all, but long enough to be taken for one" * 99)
    with pytest.raises(SchemaError):
        open_readers(path)
    assert before


def test_another_secret_is_refused_before_a_link_dies(path):
    open_readers(path).close()
    with pytest.raises(UsageError, match="secret"):
        open_readers(path, keys=Keys(b"another secret, as long as it is"))
    open_readers(path, keys=KEYS).close()


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        open_readers(tmp_path / "file" / "subscribers.sqlite")


def test_every_table_that_names_people_lets_them_be_erased(readers):
    tables = access.tables_of_people(readers.db)
    assert {"subscribers", "consents", "sign_ups", "bounces", "reminders"} <= set(tables)
    for table in set(tables) - {"subscribers"}:
        keys = readers.db.rows(f"PRAGMA foreign_key_list({table})")
        mine = [key for key in keys if key["from"] == "subscriber_id"]
        assert [key["on_delete"] for key in mine] == ["CASCADE"], table


def test_migrations_are_numbered_from_one_without_a_gap():
    names = sorted(file.name for file in (files(opening.__package__) / "migrations").iterdir())
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_a_transaction_is_all_or_nothing_and_may_hold_another(readers):
    db: SqliteDatabase = readers.db
    with suppress(ZeroDivisionError), db.transaction():
        with db.transaction():
            db.insert("attempts", {"kind": "all", "who": "", "expires_at": NOW})
        raise ZeroDivisionError
    assert not db.rows("SELECT * FROM attempts")
