"""What stands beside an edition's tables: feeds, lists of sources, communities' bundles."""

import csv
import hashlib
import io
import json
import stat
from datetime import timedelta
from functools import partial
from itertools import pairwise

import duckdb
import feedparser
import pyarrow.parquet as pq
import pytest
from fakes.published import NOW, ZONE, empty_ones_copied, item
from feed_rules import atom_faults, json_faults, rss_faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from veille.cli.app import app
from veille.config import Settings
from veille.model import Excerpt, Source, SourceKind
from veille.model.published import (
    Edition,
    Label,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
)
from veille.sources.opml import read_opml
from veille.store.catalogue import EDITIONS, publish
from veille.syndication.edition import write_extras

FIRST = "Premier « titre » & <b>"
LABELS = (
    Label("domain", "governance", "Gouvernance"),
    Label("domain", "leadership", "Leadership"),
    Label("region", "QC-05", "Estrie"),
    Label("region", "QC-06", "Montréal"),
    Label("region", "FR", "France"),
)
BUNDLES = [
    {"name": "tous", "title": "Tout", "access": "open"},
    {"name": "estrie", "title": "L’Estrie", "access": "open", "filter": {"regions": ["QC-05"]}},
    {"name": "sauf", "title": "Sauf", "filter": {"words": '-entier -"mots absents"'}},
    {"name": "prive", "title": "Entre nous", "filter": {"words": "zorblaxe"}},
]


def wanted(**given) -> Settings:
    return Settings(veille={"name": "La veille"}, publish={"bundles": BUNDLES, **given})


def published(root, *items, configured=None, **given):
    configured = configured or wanted()
    edition = Edition(items, published_at=NOW, labels=LABELS, **given)
    with empty_ones_copied():
        publish(edition, root, zone=ZONE, extras=partial(write_extras, settings=configured))


def feeds_of(folder):
    return sorted(path for path in folder.resolve().rglob("*") if path.suffix in CHECKS)


CHECKS = {".rss": rss_faults, ".atom": atom_faults, ".json": json_faults}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    published(
        root,
        item("a", "Zorblaxe " * 150, title=FIRST, author="Jeanne", policy="title", note="À lire."),
        item("b", "Zorblaxe aussi, en entier", title="Deuxième", at=NOW - timedelta(days=1)),
        item("c", "Zorblaxe caché", title="Jamais", policy="none"),
        item("d", "Zorblaxe sans rapport", title="Ailleurs", relevant=False),
        tags=[
            PublishedTag("a", "domain", "governance", because=("SCIC",)),
            PublishedTag("a", "region", "QC-05"),
            PublishedTag("b", "region", "FR"),
            PublishedTag("c", "region", "QC-05"),
        ],
        stories=[
            PublishedStory("st", (PublishedMember("a", "original"), PublishedMember("b")), "87 %")
        ],
        sources=[
            PublishedSource(Source("s", "La source", "https://s.example", SourceKind.FEED,
                                   "https://s.example/feed", active=True, languages=("fr",),
                                   domains=("governance", "leadership"))),
            PublishedSource(Source("t", "Cachée", "https://t.example", SourceKind.FEED, active=True,
                                   excerpt=Excerpt("none"))),
        ],
        configured=wanted(feeds_url="https://veille.example.org/fils/"),
    )  # fmt: skip
    return root


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_feed_is_valid_and_read(root, edition):
    found = [path for path in feeds_of(root / edition) if "communautes" not in path.parts]
    assert len(found) == 3 * (1 + 2 + 3 + 1)  # all, domains, regions, stories
    for path in found:
        assert not CHECKS[path.suffix](path.read_bytes(), NOW), path
        if path.suffix != ".json":
            read = feedparser.parse(path.read_bytes())
            assert not read.bozo
            assert read.feed.title.startswith("La veille — ")


def titles(root, name, edition="open"):
    return [
        one.title
        for one in feedparser.parse((root / edition / "feeds" / name).read_bytes()).entries
    ]


def test_who_is_in_which_feed(root):
    assert titles(root, "articles.atom") == [FIRST, "Deuxième"]
    assert titles(root, "domaines/governance.rss") == [FIRST]
    assert titles(root, "domaines/leadership.rss") == []
    assert titles(root, "regions/FR.rss") == ["Deuxième"]
    assert titles(root, "regions/QC-06.rss") == []
    assert titles(root, "recits.rss") == [FIRST]
    assert sorted(titles(root, "regions/QC-05.atom", "team")) == [
        "Jamais",
        FIRST,
    ]


def test_the_team_s_feeds_tell_more(root):
    [open_one, *_] = json.loads((root / "open/feeds/articles.json").read_text())["items"]
    told = json.loads((root / "team/feeds/articles.json").read_text())["items"]
    [team_one] = [one for one in told if one["id"] == open_one["id"]]
    assert "<p>À lire.</p>" in open_one["content_html"]
    assert "Zorblaxe" not in open_one["content_html"]
    assert open_one["authors"] == [{"name": "La source"}]
    assert "À cause de : SCIC" in team_one["content_html"]
    assert team_one["content_html"].count("Zorblaxe") == 100
    assert team_one["authors"] == [{"name": "Jeanne"}]


def test_open_feeds_tell_their_address(root):
    feed = feedparser.parse((root / "open/feeds/regions/FR.atom").read_bytes()).feed
    assert feed.links[1]["href"] == "https://veille.example.org/fils/regions/FR.atom"
    own = read_opml((root / "open/feeds/fils.opml").read_bytes())
    assert own.feeds[0].url == "https://veille.example.org/fils/articles.atom"
    assert len(own.feeds) == 7
    assert "/fils/articles" not in (root / "team/feeds/articles.rss").read_text()
    assert not (root / "team/feeds/fils.opml").exists()


def test_sources_by_domain(root):
    [source] = read_opml((root / "open/feeds/sources.opml").read_bytes()).feeds
    assert (source.title, source.url, source.site) == (
        "La source", "https://s.example/feed", "https://s.example")  # fmt: skip
    assert source.categories == (("Gouvernance",), ("Leadership",))
    assert len(read_opml((root / "team/feeds/sources.opml").read_bytes()).feeds) == 2


def test_bundles(root):
    shelf = root / "open/communautes"
    assert sorted(path.name for path in shelf.iterdir()) == ["estrie", "tous"]
    told = json.loads((shelf / "estrie/articles.json").read_text())
    assert [one["titre"] for one in told["articles"]] == [FIRST]
    text = (shelf / "tous/articles.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert [one["texte"] for one in rows] == ["", "Zorblaxe aussi, en entier"]
    assert "- `regions` : QC-05" in (shelf / "estrie/LISEZMOI.md").read_text()
    for bundle in shelf.iterdir():
        assert not rss_faults((bundle / "articles.rss").read_bytes(), NOW)


def test_a_private_bundle_is_apart_and_holds_what_may_be_passed_on(root):
    shelf = root / "team/communautes"
    assert sorted(path.name for path in shelf.iterdir()) == ["prive", "sauf"]
    assert (
        stat.S_IMODE(shelf.stat().st_mode)
        == stat.S_IMODE((shelf / "prive").stat().st_mode)
        == 0o750
    )
    told = json.loads((shelf / "prive/articles.json").read_text())["articles"]
    assert [(one["titre"], one["texte"]) for one in told] == [
        (FIRST, ""), ("Deuxième", "Zorblaxe aussi, en entier")]  # fmt: skip
    for path in (shelf / "prive").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert "Jamais" not in path.read_text()
        assert "Jeanne" not in path.read_text()


def test_a_bundle_may_be_all_but_something(root):
    """A search that only leaves out is refused; a night must not end by it."""
    told = json.loads((root / "team/communautes/sauf/articles.json").read_text())["articles"]
    assert [one["titre"] for one in told] == [FIRST]


@pytest.mark.parametrize(("form", "head"), [("ris", "TY  - ELEC"), ("bibtex", "@online{b,")])
def test_references_from_the_command_line(tmp_path, form, head):
    """Of the open edition, even where the team's can be read: a file made to be passed on."""
    (tmp_path / "config.yaml").write_text("veille: {schema: 1, name: essai}")
    published(
        tmp_path / "var" / "catalogue",
        item("b", "Zorblaxe en entier", title="Deuxième", note="Notre note"),
        item("a", "Zorblaxe tu", title="Premier", policy="title", at=NOW - timedelta(days=1)),
        item("c", "Zorblaxe caché", title="Jamais", policy="none"),
    )
    told = CliRunner().invoke(app, ["search", "zorblaxe", "--format", form, "-w", str(tmp_path)])
    assert told.exit_code == 0, told.output
    assert told.output.startswith(head)
    assert "Premier" in told.output
    assert "Zorblaxe en entier" in told.output
    assert "Notre note" in told.output
    assert "Zorblaxe tu" not in told.output
    assert "Jamais" not in told.output


def test_all_is_under_the_sums(root):
    for edition in EDITIONS:
        folder = (root / edition).resolve()
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert found - {"SHA256SUMS"} == set(listed)
        content = (folder / "feeds/articles.rss").read_bytes()
        assert hashlib.sha256(content).hexdigest() == listed["feeds/articles.rss"]


def test_feeds_hold_the_newest(tmp_path):
    items = [item(f"i{n}", "Un texte", title=f"T{n}", at=NOW - timedelta(days=n)) for n in range(9)]
    published(tmp_path, *items, configured=wanted(feed_items=3))
    assert titles(tmp_path, "articles.rss") == ["T0", "T1", "T2"]


WORDS = st.text("abcdeéèfghijklmnopqrstuvwxyz", min_size=4, max_size=9)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, min_size=4, max_size=30, unique=True), st.sampled_from(["title", "quote"]))
def test_nothing_that_may_not_be_passed_on_is_in_any_open_file(tmp_path_factory, words, policy):
    """All bytes of all files: Parquet, DuckDB, feeds, bundles, the private one's too.

    Of a `title` source no two words of the text together; of a `none` source no word.
    """
    root = tmp_path_factory.mktemp("catalogue")
    hidden = [f"xq{word}zk" for word in words]
    shown = [f"yq{word}zj" for word in words]
    published(
        root,
        item("shown", "zorblaxe " + " ".join(shown), policy=policy, title="Un titre",
             lead=" ".join(shown[:3]), author=f"{shown[0]} {shown[1]}"),
        item("hidden", "zorblaxe " + " ".join(hidden), policy="none", title=f"{hidden[0]} secret"),
        tags=[
            PublishedTag("hidden", "region", "QC-05", because=(hidden[1],)),
            PublishedTag("shown", "region", "QC-05", evidence=f'["{shown[0]} {shown[1]}"]'),
        ],
        stories=[
            PublishedStory(
                "st", (PublishedMember("hidden", "original"), PublishedMember("shown")),
                f"{hidden[2]} {shown[2]} {shown[3]}",
            )
        ],
    )  # fmt: skip
    files = [path for path in (root / "open").resolve().rglob("*") if path.is_file()]
    files += (root / "team").resolve().rglob("communautes/*/*")
    assert len(files) > 40
    for path in files:
        for content in (path.read_bytes(), unpacked(path).encode()):
            assert not [one for one in hidden if one.encode() in content], path
            for one, next_one in pairwise(shown):
                assert f"{one} {next_one}".encode() not in content, path


def unpacked(path):
    """Return what a packed file holds, as text; of others nothing more than their bytes."""
    match path.suffix:
        case ".parquet":
            return str(pq.read_table(path).to_pylist())
        case ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
                return str([connection.execute(f"FROM {name}").fetchall() for (name,) in tables])
    return ""
