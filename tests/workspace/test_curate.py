"""Tending the registry on the sample web: try, wake, add, import, export."""

from datetime import UTC, datetime

import pytest

from veille import curate
from veille.errors import FailureKind, UsageError
from veille.sources.opml import write_opml
from veille.sources.registry import amend_sources, load_sources
from veille.starter import make_workspace


@pytest.fixture
def workspace(tmp_path):
    return make_workspace(tmp_path / "w", sample=True, now=datetime.now(UTC))


def source(workspace, ident):
    return next(one for one in load_sources(workspace.sources) if one.id == ident)


def test_trying_says_what_a_poll_would_bring_and_stores_nothing(workspace):
    trials = {trial.source.id: trial for trial in curate.try_sources(workspace, ())}
    assert len(trials) == 23
    assert trials["courrier-estuaire"].works
    assert trials["courrier-estuaire"].newest_day
    assert trials["bulletin-disparu"].failure.kind is FailureKind.GONE
    assert not trials["fil-vide"].works
    assert not workspace.watch.exists()


def test_a_working_source_that_waits_is_woken_with_the_address_found(workspace):
    text = workspace.sources.read_text(encoding="utf-8")
    address = source(workspace, "agence-fleuve").feed
    text = text.replace(f"  feed: {address}\n", "").replace(f"feed: {address}", "feed: null")
    workspace.sources.write_text(text, encoding="utf-8")
    amend_sources(workspace.sources, {"agence-fleuve": {"active": False}})
    assert source(workspace, "agence-fleuve").feed is None

    trials = curate.try_sources(workspace, ["agence-fleuve", "reseau-muet"])
    assert curate.activate_working(workspace, trials) == ["agence-fleuve"]
    woken = source(workspace, "agence-fleuve")
    assert woken.active
    assert woken.feed == address
    assert workspace.sources.read_text(encoding="utf-8").startswith("# Les sources")


def test_a_bare_address_leads_to_its_feed(workspace):
    trial = curate.discover(workspace, "http://maeul.example.org/")
    assert trial.works
    assert trial.address != "http://maeul.example.org/"
    amend_sources(workspace.sources, {"maeul": {"url": "http://other.example.org/"}})
    ident = curate.add_source(workspace, trial)
    assert source(workspace, ident).address == trial.address
    with pytest.raises(UsageError, match="est déjà là"):
        curate.add_source(workspace, trial)


def test_opml_out_and_in_keeps_every_feed(workspace, tmp_path):
    everything = load_sources(workspace.sources)
    opml = tmp_path / "sources.opml"
    opml.write_bytes(write_opml(everything, title="essai"))
    assert curate.import_opml(workspace, opml).added == ()

    empty = make_workspace(tmp_path / "empty", sample=True, now=datetime.now(UTC))
    empty.sources.write_text("sources: []\n", encoding="utf-8")
    brought = curate.import_opml(empty, opml)
    feeds = {one.address for one in everything if one.kind == "feed"}
    assert {one.address for one in load_sources(empty.sources)} == feeds
    assert len(brought.added) == len(feeds)
    assert not any(one.active for one in load_sources(empty.sources))


def test_an_unknown_id_is_told(workspace):
    with pytest.raises(UsageError, match="nulle-part"):
        curate.try_sources(workspace, ["nulle-part"])
