"""Links that people send in, taken in by a run: read as any other, attributed, their fate told."""

from datetime import UTC, datetime
from functools import partial

import pytest
from fakes.clock import FakeClock
from fakes.night import resolve
from fakes.workspaces import new_workspace

from veille.errors import FailureKind
from veille.model.links import Fate
from veille.online import open_fetcher
from veille.runner import run_pipeline
from veille.store import open_watch
from veille.store.desk import open_desk
from veille.urls import item_id
from veille.workspace import open_workspace

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
COLLECT = """\
from veille import read, take

def pipeline(run):
    run.do(take)
    run.do(read)
"""
ARTICLE = "http://courrier-estuaire.example.org/2026/11/chaleur-bois-minganie"


def send(workspace, url, region="QC-09", author="lise"):
    ident = item_id(url, "", None, "")
    with open_desk(workspace.desk) as desk:
        desk.links.send(ident, url, author=author, now=NOW, region=region, note="de chez nous")
    return ident


def fates(workspace):
    with open_desk(workspace.desk) as desk:
        return {one.item_id: (one.fate, one.failure) for one in desk.links.last(99)}


@pytest.fixture
def workspace(tmp_path):
    folder = new_workspace(tmp_path / "w", sample=True, now=NOW)
    folder = getattr(folder, "root", folder)
    (folder / "pipelines" / "collect.py").write_text(COLLECT, encoding="utf-8")
    (folder / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    return open_workspace(folder)


def test_a_run_reads_what_was_sent_in_and_tells_its_fate(workspace):
    article, nowhere = send(workspace, ARTICLE), send(workspace, "http://rien.example.org/x", "")
    clock = FakeClock(NOW)
    report = run_pipeline(workspace, "collect", clock=clock)
    assert {step.name: step.new for step in report.steps} == {"take": 2, "read": 1}
    assert fates(workspace) == {
        article: (Fate.READ, ""), nowhere: (Fate.TRIED, FailureKind.OFFLINE),
    }  # fmt: skip
    with open_watch(workspace.watch, now=NOW) as watch:
        [entry] = watch.db.rows("FROM entries WHERE item_id = $i", i=article)
        [declared] = watch.db.rows(
            "FROM source_declaration_current WHERE source_id = $s", s=entry["source_id"]
        )
        [read] = watch.db.rows("FROM articles WHERE item_id = $i", i=article)
    assert (entry["source_id"], declared["region"]) == ("liens-envoyes-qc-09", "QC-09")
    assert declared["name"] == "Liens envoyés (Côte-Nord)"
    assert read["title"].startswith("Havre-Saint-Pierre"), "its page says its title"
    assert "lise" not in str(entry), "who sent it stays on the desk"
    clock.advance(days=1)
    again = run_pipeline(workspace, "collect", clock=clock)
    assert again.steps[0].new == 0, "taken in once"


def test_a_link_to_a_place_inside_is_never_dialled_whatever_its_name_says(workspace):
    """The name is public, the address behind it is not: the run finds out before it dials."""
    config = workspace.config.read_text("utf-8")
    config = "\n".join(line for line in config.splitlines() if "sample:" not in line)
    workspace.config.write_text(
        config.replace("fetch:", "fetch:\n  contact: https://veille.example.org/"), "utf-8"
    )
    live = open_workspace(workspace.root)
    inside = [
        send(live, f"http://at-{'-'.join(parts)}.example.org/x")
        for parts in (("10", "0", "0", "7"), ("127", "0", "0", "1"), ("169", "254", "169", "254"))
    ]
    dialled = []

    def connect(address, _port, _timeout):
        dialled.append(address)
        raise ConnectionRefusedError

    opener = partial(open_fetcher, resolve=resolve, connect=connect)
    run_pipeline(live, "collect", clock=FakeClock(NOW), opener=opener)
    assert dialled == []
    refused = (Fate.REFUSED, FailureKind.FORBIDDEN_ADDRESS)
    assert fates(live) == dict.fromkeys(inside, refused)
