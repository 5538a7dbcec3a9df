"""Backups of a workspace that is at work, and what comes back of them."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.commands import veille
from fakes.disks import full_disk
from fakes.issues import WEEK
from fakes.kept import KEY, NOW, Kept, kept_workspace
from fakes.readers import DAY

from veille.errors import LinkError, LockHeld, SchemaError, StoreError, UsageError
from veille.health.ledger import read_ledger
from veille.keeping import swap
from veille.keeping.held import is_held
from veille.keeping.sealing import SEALED, VARIABLE, new_key
from veille.keeping.told import last_backup
from veille.model.deliveries import State
from veille.runlock import hold
from veille.staff.accounts import Role
from veille.store.desk import open_desk
from veille.store.outbox import Outbox
from veille.store.sqlite_copy import look_through_sqlite


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace and a backup of it, to be copied: sealing takes a second."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(VARIABLE, KEY)
        kept_workspace(folder).back_up()
    return folder


@pytest.fixture
def kept(made, tmp_path, monkeypatch) -> Kept:
    known = Kept(shutil.copytree(made, tmp_path / "k"))
    known.clock.advance(minutes=5)
    monkeypatch.setenv(VARIABLE, KEY)
    return known


def test_what_is_lost_comes_back(kept):
    before = kept.addresses(), kept.declared()
    shutil.rmtree(kept.root)
    done = kept.take_back(into=kept.root, force=False)
    assert (kept.addresses(), kept.declared()) == before
    assert done.people
    assert done.aside is None
    assert (kept.root / "pipelines" / "nightly.py").is_file()
    assert (kept.var / "bulletins" / WEEK / "issue.json").is_file()
    assert not (kept.var / ".restoring").exists()


def test_the_last_backup_and_what_was_told_are_known_again(kept):
    kept.var.joinpath("incidents.json").write_text('{"seen": ["r1"]}')
    made = kept.back_up()
    shutil.rmtree(kept.root)
    kept.take_back(into=kept.root, force=False)
    assert read_ledger(kept.var / "incidents.json").seen == ("r1",)
    told = last_backup(kept.var)
    assert told["folder"] == str(made.folder)
    kept.take_back(kept.backups[0])
    assert last_backup(kept.var) == told, "of an older one the newest is still known"


def test_a_desk_taken_back_lets_nobody_in_who_was_shut_out_since(kept):
    with open_desk(kept.var / "desk.sqlite") as desk:
        for name in ("ada", "bo", "cleo", "dan"):
            desk.accounts.add(name, Role.READER, now=NOW)
        keys = [desk.keys.make(name, "Tableau", now=NOW) for name in ("bo", "bo", "cleo", "dan")]
        session = desk.sessions.start("ada", now=NOW)
        link = desk.accounts.make_link("ada", lasting=DAY, now=NOW)
    kept.back_up()
    with open_desk(kept.var / "desk.sqlite") as desk:
        desk.keys.revoke("bo", 1)
        desk.accounts.disable("cleo")
        desk.accounts.remove("dan", now=NOW)
    kept.take_back()
    with open_desk(kept.var / "desk.sqlite") as desk:
        assert desk.sessions.find(session, now=NOW) is None
        with pytest.raises(LinkError):
            desk.accounts.whose_link(link, now=NOW)
        assert [bool(desk.keys.find(key, now=NOW)) for key in keys] == [False, True, False, False]
        assert [one.handle for one in desk.accounts.all() if not one.is_disabled] == ["ada", "bo"]
        kept.var.joinpath("desk.sqlite").unlink()
    kept.take_back()
    with open_desk(kept.var / "desk.sqlite") as desk:
        assert desk.keys.find(keys[0], now=NOW), "nobody knows that it was taken back"


def test_nothing_is_replaced_without_being_told(kept):
    kept.declare("a", "b")
    with pytest.raises(UsageError, match=r"config\.yaml.*var/watch\.duckdb"):
        kept.take_back(force=False)
    assert kept.declared() == ["a", "b"]


def test_what_was_replaced_is_set_aside(kept):
    kept.declare("a", "b")
    with (kept.root / "config.yaml").open("a") as config:
        config.write("# since\n")
    aside = kept.take_back().aside
    assert kept.declared() == ["a"]
    assert "# since" in (aside / "config.yaml").read_text()
    assert "# since" not in (kept.root / "config.yaml").read_text()
    assert (aside / "var" / "watch.duckdb").is_file()
    assert stat.S_IMODE(aside.stat().st_mode) == 0o700
    with closing(sqlite3.connect(aside / "var" / "desk.sqlite")) as desk:
        assert desk.execute("SELECT author FROM decisions").fetchall() == [("lise",)]


def test_what_is_set_aside_is_whole_after_a_kill(kept, monkeypatch):
    before = (kept.root / "config.yaml").read_bytes(), kept.addresses()
    copy, put = shutil.copy2, Path.write_bytes

    def killed_at_half(one, place):
        if Path(one) != kept.root / "config.yaml":
            return copy(one, place)
        Path(place).write_bytes(before[0][:9])
        raise KeyboardInterrupt

    def killed_at_once(path, content):
        if "set-aside" not in str(path):
            return put(path, content)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copy2", killed_at_half)
        with pytest.raises(KeyboardInterrupt):
            kept.take_back()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", killed_at_once)
        with suppress(KeyboardInterrupt):
            swap.carry_out(kept.root)
    swap.carry_out(kept.root)
    [aside] = (kept.var / "set-aside").iterdir()
    assert (aside / "config.yaml").read_bytes() == before[0]
    look_through_sqlite((aside / "var" / "subscribers.sqlite").read_bytes(), "aside")
    assert kept.addresses() == before[1]


def test_nothing_personal_can_be_read_without_the_key(kept, monkeypatch):
    [backup] = kept.backups
    told = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    secret = (kept.var / "secret").read_bytes().strip()
    for personal in (*map(str.encode, kept.addresses()), secret, b'"lise"'):
        assert personal not in told
    monkeypatch.setenv(VARIABLE, new_key())
    with pytest.raises(StoreError, match=r"people\.tar\.age"):
        kept.take_back()
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(UsageError, match="VEILLE_BACKUP_KEY"):
        kept.take_back()


def test_without_a_key_no_backup_but_a_loud_one(kept, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(UsageError, match="VEILLE_BACKUP_KEY"):
        kept.back_up()
    assert "VEILLE" not in json.dumps(last_backup(kept.var))
    assert last_backup(kept.var)["failure"]
    made = kept.back_up(without_people=True)
    assert made.manifest.people == "left_out"
    assert not (made.folder / SEALED).exists()
    assert last_backup(kept.var)["failure"] == ""
    kept.declare("a", "b")
    before = kept.addresses()
    done = kept.take_back(made.folder)
    assert (kept.declared(), kept.addresses(), done.people) == (["a"], before, False)


def test_who_was_erased_since_stays_erased(kept):
    gone, other, *_rest = kept.addresses()
    with kept.mailing.readers() as readers:
        readers.erase(gone, now=kept.clock.now())
        readers.rewrite()
    assert kept.take_back().erased == 1
    assert gone not in kept.addresses()
    assert other in kept.addresses()
    for path in (kept.var).glob("subscribers.sqlite*"):
        assert gone.encode() not in path.read_bytes()


@pytest.mark.parametrize("what", ["damaged", "gone with all of the workspace"])
def test_who_was_erased_since_stays_erased_though_the_store_is(kept, what):
    gone = kept.addresses()[0]
    with kept.mailing.readers() as readers:
        readers.erase(gone, now=kept.clock.now())
    [backup] = kept.backups
    if what == "damaged":
        (kept.var / "subscribers.sqlite").write_bytes(b"damaged" * 1000)
        kept.take_back(backup)
    else:
        kept.back_up()  # the one after it: its ledger is beside all of them
        shutil.rmtree(kept.root)
        kept.take_back(backup, into=kept.root)
    assert gone not in kept.addresses()
    assert len(kept.addresses()) == 2


@pytest.mark.parametrize("is_damaged", [False, True])
def test_who_left_since_has_left(kept, is_damaged):
    with kept.mailing.readers() as readers:
        gone, other, *_more = kept.addresses()
        readers.leave(readers.find(gone).subscriber_id, actor="person", way="link", now=NOW + DAY)
    if is_damaged:
        (kept.var / "subscribers.sqlite").write_bytes(b"damaged" * 1000)
    kept.take_back()
    with kept.mailing.readers() as readers:
        for address, mailable in ((gone, False), (other, True)):
            found = readers.find(address)
            assert readers.is_mailable(found.subscriber_id, NOW + 2 * DAY) is mailable


def test_what_may_have_been_sent_since_waits_for_a_word(kept):
    zone = kept.workspace.settings.zone
    kept.take_back()
    assert is_held(kept.var, WEEK, zone)
    assert not is_held(kept.var, "2027-W01", zone)
    refused = kept.mailing.run("send", "--now", "--week", WEEK, **{VARIABLE: KEY})
    assert (refused.returncode, "settle" in refused.stderr) == (2, True)
    settled = kept.mailing.run("settle", "--week", WEEK, "--resend", **{VARIABLE: KEY})
    assert settled.returncode == 0, settled
    tried = kept.mailing.run("send", "--now", "--week", WEEK, **{VARIABLE: KEY})
    assert tried.returncode == 4  # nobody listens there: it was let go


def test_what_was_queued_is_unknown_after_a_restore(kept):
    from veille.mailout import plan_issue

    with kept.mailing.readers() as readers:
        plan = plan_issue(kept.mailing.bulletins, readers, kept.mailing.approved, NOW)
        mails = [post.mail for post in plan.posts]
        assert Outbox(readers.db).queue(WEEK, mails, plan.readers, NOW) == 3
    made = kept.back_up().folder
    with kept.mailing.readers() as readers:
        outbox = Outbox(readers.db)
        for one in outbox.listed(WEEK, [State.QUEUED]):
            outbox.drop(one.key, NOW)
    assert kept.take_back(made).unknown == 3
    with kept.mailing.readers() as readers:
        assert Outbox(readers.db).counts(WEEK) == {State.UNKNOWN: 3}
        assert Outbox(readers.db).next_due(WEEK) is None
    assert not is_held(kept.var, WEEK, kept.workspace.settings.zone)


@pytest.mark.parametrize("name", ["manifest.json", "var/watch.duckdb", SEALED, "config.yaml"])
def test_a_damaged_backup_is_told_and_nothing_touched(kept, name):
    kept.declare("a", "b")
    [backup] = kept.backups
    content = bytearray((backup / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (backup / name).write_bytes(content)
    with pytest.raises((StoreError, UsageError)):
        kept.take_back(backup)
    assert kept.declared() == ["a", "b"]
    assert not (kept.var / ".restoring").exists()


def test_a_newer_engine_s_backup_is_refused(kept):
    [backup] = kept.backups
    told = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps(told | {"form": 99}))
    with pytest.raises(SchemaError, match="veille"):
        kept.take_back(backup)


def test_a_newer_engine_s_desk_is_refused_before_anything_is_touched(kept):
    with closing(sqlite3.connect(kept.var / "desk.sqlite")) as desk:
        desk.execute("PRAGMA user_version = 999")
    made = kept.back_up().folder
    kept.declare("a", "b")
    with pytest.raises(SchemaError, match="desk"):
        kept.take_back(made)
    assert kept.declared() == ["a", "b"]
    assert not (kept.var / ".restoring").exists()


def retold(folder, **changed):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


@pytest.mark.parametrize("name", ["../config.yaml", "/etc/hostname", "var/../../x", ""])
def test_a_backup_that_names_what_is_elsewhere_is_refused(kept, name):
    [backup] = kept.backups
    told = json.loads((backup / "manifest.json").read_text())
    retold(backup, files=told["files"] | {name: told["files"]["config.yaml"]})
    with pytest.raises(StoreError, match=r"manifest\.json"):
        kept.take_back(backup)


def test_a_backup_that_lost_what_it_sealed_is_refused(kept):
    [backup] = kept.backups
    files = json.loads((backup / "manifest.json").read_text())["files"]
    del files[SEALED]
    (backup / SEALED).unlink()
    retold(backup, files=files)
    with pytest.raises(StoreError):
        kept.take_back(backup)


def test_an_older_backup_is_restored_on_a_person_s_word_alone(kept):
    [older] = kept.backups
    kept.clock.advance(days=1)
    newest = kept.back_up(without_people=True).folder
    retold(newest, form=99)
    with pytest.raises(SchemaError):
        kept.take_back()
    retold(newest, form=1, at="2026-11-26T15:00:00")  # of no zone: nobody wrote that
    with pytest.raises(StoreError, match=newest.name):
        kept.take_back()
    assert kept.take_back(older).people


def test_another_watch_s_backup_is_never_taken_for_one_of_ours(kept):
    [theirs] = kept.backups  # made of the folder that this one was copied from
    made = kept.back_up(without_people=True).folder
    retold(theirs, at="2026-11-27T15:00:00Z")
    assert str(kept.take_back().manifest.root) == str(kept.root)
    retold(made, root="/srv/autre")
    with pytest.raises(UsageError, match="/srv/autre"):
        kept.take_back()


def test_where_var_is_a_link_the_catalogue_is_copied_too(kept):
    snapshot = kept.var / "catalogue" / "snapshots" / "team" / "20261121T080000Z"
    snapshot.mkdir(parents=True)
    (snapshot / "SHA256SUMS").write_text("")
    (kept.var / "catalogue" / "team").symlink_to("snapshots/team/20261121T080000Z")
    kept.var.rename(kept.root.parent / "elsewhere")
    kept.var.symlink_to(kept.root.parent / "elsewhere")
    made = kept.back_up(without_people=True, catalogue=True).folder
    assert (made / "var" / "catalogue" / "snapshots" / "team").is_dir()
    kept.take_back(made)
    assert (kept.var / "catalogue" / "team" / "SHA256SUMS").is_file()


def test_a_restore_waits_for_nobody_at_work(kept):
    with (
        hold(kept.workspace.lock, "nightly", kept.clock.now),
        pytest.raises(LockHeld, match="nightly"),
    ):
        kept.take_back()


def test_what_was_learnt_comes_back_and_what_was_fitted_stays(kept):
    models = kept.var / "models"
    for name in ("in_force.json", "domains-new/comparison.json", "domains-new/w", "domains-old/w"):
        (models / name).parent.mkdir(parents=True, exist_ok=True)
        (models / name).write_text("before")
    made = kept.back_up(without_people=True).folder
    assert not (made / "var" / "models" / "domains-old").exists()
    shutil.rmtree(models / "domains-new")
    (models / "in_force.json").write_text("after")
    kept.take_back(made)
    for name in ("in_force.json", "domains-new/comparison.json", "domains-new/w", "domains-old/w"):
        assert (models / name).read_text() == "before"


def test_what_is_kept_no_longer_goes(kept):
    from veille.housekeeping import keep_house

    kept.take_back()
    with kept.mailing.readers() as readers:
        gone, *_others = kept.addresses()
        readers.leave(readers.find(gone).subscriber_id, now=kept.clock.now())
    told = {"people": 1, "set_aside": 1}
    late = kept.clock.now() + 1200 * DAY
    assert keep_house(kept.workspace, late, dry_run=True).items() >= told.items()
    assert keep_house(kept.workspace, late).items() >= told.items()
    assert not list((kept.var / "set-aside").iterdir())
    for path in kept.var.glob("subscribers.sqlite*"):
        assert gone.encode() not in path.read_bytes()
    assert keep_house(kept.workspace, late) == {}


def test_old_ones_go_in_their_turn(kept):
    for _day in range(4):
        kept.clock.advance(days=1)
        last = kept.back_up(keep=2, without_people=True)
    assert kept.backups[-1] == last.folder
    assert len(kept.backups) == 2 + 1  # one was made of another workspace: it is not ours to take


def test_what_cannot_be_taken_away_hinders_no_backup(kept, monkeypatch):
    old = kept.back_up(without_people=True).folder
    take_away = shutil.rmtree

    def refused(folder, *rest, **given):
        if str(old.name) not in str(folder):
            return take_away(folder, *rest, **given)
        if not given.get("ignore_errors"):
            raise PermissionError(13, "Permission denied", str(folder))
        return None

    monkeypatch.setattr(shutil, "rmtree", refused)
    kept.clock.advance(days=9)
    with pytest.raises(StoreError, match=r"2026-12-04T.* was made|2026-12-04T.* est faite"):
        kept.back_up(without_people=True, keep=1)
    told = last_backup(kept.var)
    assert Path(told["folder"]).is_dir()
    assert "2026-12-04" in told["at"]
    again = kept.back_up(without_people=True, keep=1)
    assert again.folder.is_dir()
    assert last_backup(kept.var)["failure"] == ""


def test_a_clock_set_back_takes_nothing_new_away(kept):
    kept.clock.advance(days=-30)
    made = kept.back_up(keep=1, without_people=True)
    assert made.folder.is_dir()
    assert len(kept.backups) == 2


def test_pages_that_have_a_store_open_see_what_came_back(kept):
    with kept.mailing.readers() as readers:
        before = readers.db.rows("SELECT count(*) AS n FROM subscribers")
        readers.erase(kept.addresses()[0], now=NOW - timedelta(days=300))
        assert kept.take_back().erased == 0  # an erasure of before they came
        assert readers.db.rows("SELECT count(*) AS n FROM subscribers") == before


def test_as_commands(kept):
    def say(*words):
        return veille(*words, at=kept.root, VEILLE_BACKUP_KEY=KEY)

    told = say("backup", str(kept.place))
    assert (told.returncode, "3 abonn" in told.stdout) == (0, True), told
    told = say("restore", str(kept.place))
    assert (told.returncode, "--force" in told.stderr) == (2, True), told
    told = say("restore", str(kept.place), "--force")
    assert told.returncode == 0, told


def test_a_full_disk_leaves_nothing_half_done(kept):

    def say(*words):
        with full_disk(100_000):
            return veille(*words, at=kept.root, VEILLE_BACKUP_KEY=KEY)

    kept.declare("a", "b")
    before = kept.backups
    told = say("backup", str(kept.place))
    assert (told.returncode, str(kept.place) in told.stderr) == (1, True), told
    assert (kept.backups, list(kept.place.glob(".making*"))) == (before, [])
    told = say("restore", str(kept.place), "--force")
    assert (told.returncode, "rien n’a été touché" in told.stderr) == (1, True), told
    assert kept.declared() == ["a", "b"]


def test_the_pipeline_that_keeps(kept):
    pipeline = Path(__file__).resolve().parents[2] / "pipelines" / "keep.py"
    shutil.copy(pipeline, kept.root / "pipelines")
    with (kept.root / "config.yaml").open("a") as config:
        config.write("backup: {folder: ../backups}\n")
    told = veille("run", "keep", at=kept.root, VEILLE_BACKUP_KEY=KEY)
    assert told.returncode == 0, told
    assert len(kept.backups) == 2
    assert kept.backups[0].name in last_backup(kept.var)["folder"]
    told = veille("run", "keep", at=kept.root)  # and without the key: a failed run says so
    assert (told.returncode, "--new-key" in told.stderr) == (1, True), told
