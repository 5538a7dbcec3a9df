"""`veille publish` obeys what sources.yaml says now, not what it said when texts were collected."""

import pytest
import yaml
from fakes.watched import NOW, source
from fakes.withdrawable import clock, judge, take_in
from fakes.workspaces import new_workspace

from veille.runner import publish_now
from veille.store import open_watch
from veille.store.catalogue import OPEN, Catalogue, kept


@pytest.fixture
def workspace(tmp_path):
    """A workspace whose one source lets all of its text pass; an article of it is judged."""
    workspace = new_workspace(tmp_path / "w", now=NOW)
    declare(workspace, "full")
    workspace.var.mkdir(exist_ok=True)
    with open_watch(workspace.watch, now=NOW) as watch:
        watch.remember_sources([source("a")], NOW)
        take_in(watch, "un", "Un titre", "Zorblaxe en entier.", "a", 0)
        judge(watch)
    return workspace


def declare(workspace, excerpt):
    told = {"id": "a", "name": "A", "url": "https://a.example/", "kind": "feed",
            "feed": "https://a.example/feed", "excerpt": excerpt}  # fmt: skip
    workspace.sources.write_text(yaml.safe_dump({"sources": [told]}), "utf-8")


def shown(workspace):
    with Catalogue(workspace.catalogue, OPEN) as catalogue:
        return {row["title"]: row["text"] for row in catalogue.rows("FROM items")}


def test_a_policy_tightened_holds_from_the_next_publication_on(workspace):
    publish_now(workspace, clock=clock(1))
    assert shown(workspace) == {"Un titre": "Zorblaxe en entier."}
    declare(workspace, "quote:1")
    publish_now(workspace, clock=clock(2))
    assert shown(workspace) == {"Un titre": "Zorblaxe …"}
    declare(workspace, "none")
    publish_now(workspace, clock=clock(3))
    assert shown(workspace) == {}
    last, *older = kept(workspace.catalogue, OPEN)
    assert not any(b"Zorblaxe" in path.read_bytes() for path in last.rglob("*.*") if path.is_file())
    assert len(older) == 2  # what was published stays so: docs/catalogue.md says how to remove it
