"""sources.yaml: every fault at once, edits that keep the file's layout, and our own file."""

import difflib
from collections import Counter
from pathlib import Path

import pytest
import yaml

from veille.errors import ConfigError
from veille.i18n import use_language
from veille.model import Excerpt, ListingRecipe, OaiRecipe, SourceKind
from veille.sources.editing import amend_sources, append_sources
from veille.sources.registry import Waiting, load_registry, load_sources, waiting_reason

ROOT = Path(__file__).parents[3]
SMALL = """\
# À nous.
sources:
  # la première
  - id: un            # un commentaire
    name: 'Un'
    url: https://un.example.org/
    kind: feed
    feed: https://un.example.org/rss
    country: null
    note: >
      Un texte
      plié.

  - {id: deux, name: Deux, url: "https://deux.example.org/", kind: sitemap, active: yes}
to_locate:
  - name: Trois
"""


@pytest.fixture(autouse=True)
def _english():
    use_language("en")
    yield
    use_language("fr")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def faults_of(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_registry(path)
    return raised.value.faults


def changes(before, after):
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_a_source_has_what_its_declaration_says(path):
    path.write_text(
        "sources:\n"
        "- {id: a, name: A, url: 'https://a.example.org', kind: listing, language: fr,\n"
        "   excerpt: 'quote:40', listing: {items: li, expect: 3}, domains: [governance],\n"
        "   feed_status: none, verified: true, verification: {method: vue, evidence: null}}\n"
        "- {id: b, name: B, url: 'https://b.example.org', kind: oai, oai: {set: ess}}\n",
        encoding="utf-8",
    )
    a, b = load_sources(path)
    assert a.listing == ListingRecipe(items="li", expect=3)
    assert (a.languages, a.excerpt, a.domains) == (("fr",), Excerpt("quote", 40), ("governance",))
    assert (a.verified, a.verification.method, a.verification.evidence) == (True, "vue", "")
    assert b.oai == OaiRecipe(set="ess")
    assert not a.active


def test_all_faults_come_at_once_each_with_its_place(path):
    faults = faults_of(
        path,
        """\
colours: [blue]
sources:
- {id: Un Deux, name: '', url: ftp://x, kind: feed, couleur: bleu}
- {id: b, name: B, url: 'https://b.example.org', kind: flux, excerpt: tout, language: {a: b}}
- {id: c, name: C, url: 'https://c.example.org', kind: api, active: true}
- {id: d, name: D, url: 'https://d.example.org', kind: listing, listing: {items: 'li[['}}
- {id: e, name: E, url: 'https://e.example.org', kind: listing, active: true, oai: {}}
- {id: c, name: F, url: 'https://f.example.org', kind: oai, active: true}
- nothing
- {name: G, country: NO}
to_locate: all
""",
    )
    assert faults == (
        "colours: unknown key; there are meta, sources, to_locate",
        "sources[0] (Un Deux).id: « Un Deux » should be like « mon-site »",
        "sources[0] (Un Deux).name: this should not be empty",
        "sources[0] (Un Deux).url: « ftp://x » is not a web address",
        "sources[0] (Un Deux).couleur: unknown key; see docs/sources.md for those there are",
        "sources[1] (b).kind: « flux » is not one of feed, sitemap, listing, oai or api",
        "sources[1] (b).language: « {'a': 'b'} » should be a list",
        "sources[1] (b).excerpt: « tout » is not one of none, title, quote:N, full",
        "sources[3] (d).listing.items: « li[[ » is not a CSS selector: "
        "Expected ident or '*', got <DELIM '[' at 3>",
        "sources[6]: « nothing » should hold « key: value » lines",
        "sources[7] (G).id: this key is required",
        "sources[7] (G).url: this key is required",
        "sources[7] (G).kind: this key is required",
        "sources[7] (G).country: « False », as YAML reads it, should be text: "
        "put it between quotes",
        "to_locate: this should be a list",
        "sources[2] (c).active: this kind is not read yet, so it has to wait",
        "sources[4] (e).oai: only goes with « kind: oai »",
        "sources[4] (e).listing: a listing at work needs its selectors",
        "sources[5] (c).oai: a repository at work needs « set: NAME », or « {} » for all of it",
        "sources[5] (c).id: the same as in sources[2] (c)",
    )


@pytest.mark.parametrize("text", ["", "- a", "sources: {a: b}", "sources: [", "\tx: 1"])
def test_what_is_no_registry_is_a_config_error(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_registry(path)


def test_a_listing_is_tried_on_its_stored_example(path):
    page = "<ul><li><a href='/1'>Un</a></li><li><a href='/2'>Deux</a></li></ul>"
    (path.parent / "page.html").write_text(page, encoding="utf-8")
    text = (
        "sources: [{id: a, name: A, url: 'https://a.example.org', kind: listing,"
        " listing: {items: li, expect: %d, example: %s}}]"
    )
    path.write_text(text % (2, "page.html"), encoding="utf-8")
    assert len(load_registry(path).sources) == 1
    assert faults_of(path, text % (3, "page.html")) == (
        "sources[0] (a).listing.expect: page.html gives 2 items",
    )
    [fault] = faults_of(path, text % (2, "lost.html"))
    assert fault.startswith("sources[0] (a).listing.example: ")
    assert len(load_sources(path)) == 1  # a run does not stop for that


def test_activation_changes_one_line_and_nothing_else(path):
    amend_sources(path, {"un": {"active": True}})
    assert changes(SMALL, path.read_text("utf-8")) == ["+    active: true"]
    assert [source.active for source in load_sources(path)] == [True, True]
    amend_sources(path, {"un": {"active": False}})
    assert changes(SMALL, path.read_text("utf-8")) == ["+    active: false"]


def test_sources_are_added_at_the_end_as_they_will_be_read(path):
    new = {
        "id": "quatre",
        "name": "No",
        "url": "https://quatre.example.org/",
        "kind": "feed",
        "feed": "https://quatre.example.org/rss",
        "country": "NO",
        "note": "12:30",
        "language": ["fr", "en"],
        "active": False,
    }
    append_sources(path, [new])
    after = path.read_text("utf-8")
    assert all(line.startswith("+") for line in changes(SMALL, after))
    assert [source.id for source in load_sources(path)] == ["un", "deux", "quatre"]
    quatre = load_sources(path)[-1]
    assert (quatre.name, quatre.country, quatre.note) == ("No", "NO", "12:30")
    assert quatre.languages == ("fr", "en")


def test_sources_can_be_added_to_an_empty_list(path):
    path.write_text("meta: {count: 0}\nsources: []\n", encoding="utf-8")
    append_sources(path, [{"id": "a", "name": "A", "url": "https://a.example.org/", "kind": "api"}])
    assert [source.id for source in load_sources(path)] == ["a"]
    assert yaml.safe_load(path.read_text("utf-8"))["meta"]["count"] == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda path: append_sources(path, [{"id": "un", "name": "x"}]),
        lambda path: append_sources(path, [{"id": "x", "name": "x", "kind": "feed", "url": "x"}]),
        lambda path: amend_sources(path, {"un": {"active": True}, "nobody": {}}),
    ],
)
def test_an_edit_that_would_break_the_file_leaves_it_alone(path, edit):
    with pytest.raises(ConfigError):
        edit(path)
    assert path.read_text("utf-8") == SMALL
    assert [file.name for file in path.parent.iterdir()] == ["sources.yaml"]


def test_our_registry_keeps_all_that_was_handed_to_us(shared):
    handed = yaml.safe_load((shared / "sources.yaml").read_text("utf-8"))
    ours = yaml.safe_load((ROOT / "sources.yaml").read_text("utf-8"))
    added = {"active", "oai"}
    kept = [{k: v for k, v in one.items() if k not in added} for one in ours["sources"]]
    assert kept == handed["sources"]
    assert (ours["meta"], ours["to_locate"]) == (handed["meta"], handed["to_locate"])


def test_only_documented_feeds_of_our_registry_are_at_work():
    registry = load_registry(ROOT / "sources.yaml")
    assert (len(registry.sources), len(registry.to_locate)) == (160, 10)
    for source in registry.sources:
        documented = source.feed_status == "documented" and source.kind is SourceKind.FEED
        assert source.active == documented
    assert Counter(map(waiting_reason, registry.sources)) == {
        "": 22,
        Waiting.API: 2,
        Waiting.RECIPE: 32,  # 29 listings, and 3 great repositories
        Waiting.ADDRESS: 48,
        Waiting.UNSEEN: 56,
    }


def test_our_registry_stays_as_it_is_when_edited(tmp_path):
    before = (ROOT / "sources.yaml").read_text("utf-8")
    path = tmp_path / "sources.yaml"
    path.write_text(before, encoding="utf-8")
    amend_sources(path, {"tiess": {"active": True}})
    assert changes(before, path.read_text("utf-8")) == ["+  active: true"]
