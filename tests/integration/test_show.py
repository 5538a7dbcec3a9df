"""`veille show`: the last items, one by the start of its id, and several told apart."""

import json

import pytest
from fakes.commands import veille
from fakes.watched import NOW, PACE, poll, read, source
from fakes.workspaces import new_workspace

from veille.store import open_watch


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("show") / "w"
    opened = new_workspace(folder, sample=True, now=NOW)
    opened.var.mkdir()
    with open_watch(opened.watch, now=NOW) as watch:
        watch.remember_sources([source()], NOW)
        watch.save_polls([poll("tiess", *map(str, range(40)))], PACE)
        items = watch.lacking_articles(NOW, backlog=40)
        watch.save_readings([read(item) for item in items], attempts=6)
    return opened


def show(workspace, *words):
    return veille("show", *words, at=workspace.root)


def test_without_an_item_it_lists_the_last_ones_and_each_can_be_shown(workspace):
    listed = json.loads(show(workspace, "--json").stdout)
    assert len(listed) == 20
    ident = listed[0]["item_id"]
    done = show(workspace, ident[:12])
    assert done.returncode == 0, done.stderr
    assert ident[:12] in done.stdout
    assert ident[:8] in show(workspace).stdout


def test_an_id_that_may_be_several_is_refused_with_the_candidates(workspace):
    first = json.loads(show(workspace, "--json").stdout)[0]["item_id"][0]
    done = show(workspace, first)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n  ") > 1
    assert show(workspace, "").returncode == 2
    assert show(workspace, "zzz").returncode == 2


def test_while_a_run_holds_the_store_it_asks_to_try_again(workspace):
    with open_watch(workspace.watch, now=NOW):
        done = show(workspace)
    assert done.returncode == 3
    assert "tient" in done.stderr
    assert "lock" not in done.stderr
