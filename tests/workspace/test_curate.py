"""Tending the registry on the sample web: try, wake, add, import, export."""

from datetime import UTC, datetime

import pytest
from fakes.workspaces import new_workspace

from veille import curate
from veille.errors import FailureKind, UsageError
from veille.sources.editing import amend_sources
from veille.sources.opml import write_opml
from veille.sources.registry import load_sources
from veille.wording import explain


@pytest.fixture
def workspace(tmp_path):
    return new_workspace(tmp_path / "w", sample=True, now=datetime.now(UTC))


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


@pytest.mark.parametrize("url", ["http://[", "", "ftp://a.example.org/", "a.example.org"])
def test_what_is_no_web_address_is_wrong_use(workspace, url):
    with pytest.raises(UsageError, match="n’est pas une adresse web"):
        curate.discover(workspace, url)


def test_opml_out_and_in_keeps_every_feed(workspace, tmp_path):
    everything = load_sources(workspace.sources)
    opml = tmp_path / "sources.opml"
    opml.write_bytes(write_opml(everything, title="essai"))
    assert curate.import_opml(workspace, opml).added == ()

    empty = new_workspace(tmp_path / "empty", sample=True, now=datetime.now(UTC))
    empty.sources.write_text("sources: []\n", encoding="utf-8")
    brought = curate.import_opml(empty, opml)
    feeds = {one.address for one in everything if one.kind == "feed"}
    assert {one.address for one in load_sources(empty.sources)} == feeds
    assert len(brought.added) == len(feeds)
    assert not any(one.active for one in load_sources(empty.sources))
    told = {one.address: (one.category, one.languages[:1]) for one in everything}
    assert all(
        (one.category, one.languages) == told[one.address] for one in load_sources(empty.sources)
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"bonjour", "n’est pas un fichier OPML"), (b"", "est vide"), (None, "il n’y est pas")],
)
def test_a_file_that_is_no_opml_is_refused_in_words(workspace, tmp_path, content, words):
    file = tmp_path / "liste.opml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        curate.import_opml(workspace, file)


def test_a_source_that_lacks_its_recipe_is_not_asked(workspace):
    amend_sources(workspace.sources, {"depot-universitaire": {"oai": None, "active": False}})
    [trial] = curate.try_sources(workspace, ["depot-universitaire"])
    assert (trial.failure.kind, trial.failure.detail) == (FailureKind.RECIPE, "oai")
    assert "son ensemble" in explain(trial.failure.kind, trial.failure.detail)


def test_an_unknown_id_is_told(workspace):
    with pytest.raises(UsageError, match="nulle-part"):
        curate.try_sources(workspace, ["nulle-part"])
