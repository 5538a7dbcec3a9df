"""An item withdrawn at its source's request: from a published workspace, to the last byte."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import duckdb
import pytest
from fakes.commands import veille
from fakes.processes import run
from fakes.watched import PACE, announced, poll
from fakes.withdrawable import NEXT, NOW, URL, WEEK, WORD, clock, files_with_the_name, made

from veille.bulletins import Bulletins, approved_issue, build, load_draft, told_before
from veille.errors import LockHeld, StoreError, UsageError
from veille.runlock import hold
from veille.runner import publish_now
from veille.store import open_watch
from veille.store.catalogue import EDITIONS, Catalogue, kept
from veille.urls import item_id
from veille.withdraw import restore, withdraw
from veille.workspace import open_workspace

ITEM = item_id(URL, "", None, "")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return made(tmp_path_factory.mktemp("withdraw") / "w")


@pytest.fixture
def workspace(published, tmp_path):
    return open_workspace(shutil.copytree(published, tmp_path / "w", symlinks=True))


def bulletins_of(workspace):
    return Bulletins.of(workspace.root, workspace.settings, ())


def check_gone(workspace):
    """Nothing tells of the item, all else is as it was, and its sums hold."""
    assert files_with_the_name(workspace.var) == set()
    for edition in EDITIONS:
        folders = kept(workspace.catalogue, edition)
        assert folders
        for folder in folders:
            for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
                total, name = line.split("  ")
                assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == total
        with Catalogue(workspace.catalogue, edition) as catalogue:
            assert {one["title"] for one in catalogue.search("").items} == {
                "Boréal achète deux", "Boréal achète trois", "Tout autre chose",
            }  # fmt: skip
            assert len(catalogue.rows("FROM story_members")) == 2
    bulletins = bulletins_of(workspace)
    assert [line.title for line in load_draft(bulletins, NEXT).lines] == ["Tout autre chose"]
    [left, other] = approved_issue(bulletins, WEEK).issue.pieces
    assert (left.title, left.url, left.passage) == ("Retiré à la demande de la source", "", "")
    assert other.title == "Tout autre chose"
    assert ITEM in told_before(bulletins, NEXT)
    assert "Retiré à la demande" in (bulletins.folder / WEEK / "web.html").read_text("utf-8")
    assert not (bulletins.folder / NEXT / "mail.html").exists()


def test_nothing_of_it_stays_and_nothing_brings_it_back(workspace):
    with Catalogue(workspace.catalogue) as reader:  # opened before: keeps what it has
        dry = withdraw(workspace, URL, "Lettre", dry=True, clock=clock(1))
        assert {"watch.duckdb", f"bulletins/{WEEK}/issue.json"} <= files_with_the_name(
            workspace.var
        )
        done = withdraw(workspace, URL + "?utm_source=x#bas", "Lettre", clock=clock(1))
        assert reader.search(WORD).total == 1
    assert (dry.item, dry.rows, dry.removed) == (done.item, done.rows, done.removed)
    assert (dry.bulletins.drafts, dry.bulletins.issues) == ((WEEK, NEXT), (WEEK,))
    assert (done.bulletins, done.retold, len(done.removed)) == (dry.bulletins, 2, 2)
    check_gone(workspace)
    again = withdraw(workspace, ITEM[:8], "Autre", clock=clock(2))
    assert (again.at, again.published, again.removed) == (done.at, None, ())
    with open_watch(workspace.watch, now=NOW) as watch:
        one = announced(WORD)
        back = poll("a", type(one)(ITEM, one.url, one.entry), at=clock(3).now())
        assert watch.save_polls([back], PACE) == {"a": 0}
    publish_now(workspace, clock=clock(4))
    build(bulletins_of(workspace), NEXT, clock(5).now())
    check_gone(workspace)


def test_the_archive_says_when_an_approved_issue_was_changed_and_still_tells_tampering(workspace):
    bulletins = bulletins_of(workspace)
    path = bulletins.folder / WEEK / "issue.json"
    before = json.loads(path.read_bytes())
    withdraw(workspace, URL, "", clock=clock(1))
    after = json.loads(path.read_bytes())
    [change] = after["withdrawn"]
    assert change["hash_before"] == before["hash"] != after["hash"]
    assert after["approved"]["by"] == "Jeanne"
    path.write_text(path.read_text("utf-8").replace("Tout autre", "Un autre"), "utf-8")
    with pytest.raises(StoreError):
        approved_issue(bulletins, WEEK)
    assert withdraw(workspace, URL, "", clock=clock(2)).bulletins.unread == (path,)


@pytest.mark.parametrize(
    "seams",
    [
        ("clear",),
        pytest.param(("tell_without_erased",), marks=pytest.mark.slow),
        pytest.param(
            ("write_all_anew", "rewrite_watch", "write_catalogue", "remove_snapshots"),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_killed_at_each_step_and_run_again_it_ends_the_same(workspace, seams):
    for seam in seams:
        done = run([sys.executable, "-m", "fakes.withdrawable", workspace.root, seam], Path.cwd())
        assert done.returncode == -9, (seam, done.stderr)
    withdraw(workspace, URL, "", clock=clock(9))
    check_gone(workspace)


def test_what_a_person_wrote_in_a_draft_stays(workspace):
    path = bulletins_of(workspace).folder / NEXT / "draft.yaml"
    text = path.read_text("utf-8").replace("note: ''", "note: |-\n    Un.\n\n    # Deux.", 1)
    path.write_text(text + "# Fin.\n", "utf-8")
    withdraw(workspace, "https://example.org/seul", "", clock=clock(1))
    left = path.read_text("utf-8")
    assert "# Deux." in left
    assert text.startswith(left.rstrip("\n"))
    assert "seul" not in left


def test_what_may_be_several_or_none_is_refused(workspace):
    for asked in ("", ITEM[:7], "zzzzzzzzz", "https://example.org/zorglub/2"):
        with pytest.raises(UsageError):
            withdraw(workspace, asked, "")


def test_what_is_let_in_again_comes_back_when_it_is_announced(workspace):
    with pytest.raises(UsageError, match="pas retiré"):
        restore(workspace, URL, "")
    withdraw(workspace, URL, "", clock=clock(1))
    restore(workspace, URL, "Accord", clock=clock(2))
    with open_watch(workspace.watch, now=NOW) as watch:
        one = announced(WORD)
        back = poll("a", type(one)(ITEM, one.url, one.entry), at=clock(3).now())
        assert watch.save_polls([back], PACE) == {"a": 1}


def test_while_a_run_is_at_work_it_waits_for_no_one(workspace):
    with hold(workspace.lock, "nightly", clock().now), pytest.raises(LockHeld):
        withdraw(workspace, URL, "")


def test_the_command_says_what_it_did_and_what_it_did_not(workspace):
    def items(*words):
        done = veille("items", *words, at=workspace.root)
        return done.returncode, done.stdout, done.stderr

    code, listed, _said = items("list", "--domain", "governance", "--limit", "2", "--json")
    found = json.loads(listed)
    assert (code, found["total"], len(found["items"])) == (0, 4, 2)
    code, _out, said = items("withdraw", "https://example.org/zorgloub")
    assert code == 2
    assert URL in said
    code, told, _said = items("withdraw", URL, "--reason", "Lettre")
    assert code == 0
    assert "Retiré : Boréal achète zorglub" in told.replace("\u00a0", " ")
    check_gone(workspace)
    with duckdb.connect(str(workspace.watch), read_only=True) as store:
        [row] = store.sql("SELECT item_id, reason FROM withdrawal_current").fetchall()
    assert row == (ITEM, "Lettre")
