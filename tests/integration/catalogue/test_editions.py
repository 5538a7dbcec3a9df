"""The two editions: what each holds, what the open one must not, and how they are swapped."""

import hashlib
import re
import stat
from datetime import timedelta
from itertools import pairwise

import duckdb
import pytest
from fakes.published import NOW, item, publish_items
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.errors import StoreError
from veille.model import Source, SourceKind
from veille.model.published import (
    Label,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
)
from veille.store.catalogue import EDITIONS, OPEN, Catalogue, Filters, kept

SECRET = "Zorblaxe quintefeuille murmure abracadabrant"


def connect(root, edition):
    path = (root / edition / "catalogue.duckdb").resolve()
    return duckdb.connect(str(path), read_only=True)


def rows(root, edition, sql):
    with connect(root, edition) as connection:
        return connection.execute(sql).fetchall()


def test_the_open_edition_holds_what_each_policy_lets_pass(tmp_path):
    publish_items(
        tmp_path,
        item("none", SECRET, policy="none", title="Tu"),
        item("title", SECRET, policy="title", title="Titre"),
        item("quote", SECRET, policy="quote", quote=2, title="Citation"),
        item("full", SECRET, policy="full", title="Libre", author="Jeanne"),
        item("irrelevant", SECRET, policy="full", relevant=False),
    )
    texts = dict(rows(tmp_path, "open", "SELECT item_id, text FROM items"))
    assert texts == {"title": "", "quote": "Zorblaxe quintefeuille …", "full": SECRET}
    assert rows(tmp_path, "open", "SELECT DISTINCT author, lead FROM items") == [("", "")]
    assert len(rows(tmp_path, "team", "SELECT * FROM items WHERE contains(text, 'Zorblaxe')")) == 5


WORDS = st.text("abcdeéèfghijklmnopqrstuvwxyz", min_size=3, max_size=9)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, min_size=4, max_size=30, unique=True), WORDS)
def test_nothing_else_of_a_text_is_in_the_open_edition(tmp_path_factory, words, title):
    """Of a `title` source no two words of the text together; of a `none` source no word."""
    root = tmp_path_factory.mktemp("catalogue")
    hidden = [f"xq{word}zk" for word in words]
    publish_items(
        root,
        item("shown", " ".join(words), policy="title", title=title),
        item("hidden", " ".join(hidden), policy="none", title=f"{hidden[0]} secret"),
        sources=[PublishedSource(Source("s", "S", "https://s.example", SourceKind.FEED))],
        tags=[PublishedTag("hidden", "domain", "governance", because=(hidden[1],))],
        stories=[PublishedStory("st", (PublishedMember("hidden", "original"),), hidden[2])],
    )
    told = "\n".join(map(str, _everything(root)))
    for one, next_one in pairwise(words):
        assert f"{one} {next_one}" not in told
    assert not [word for word in hidden if word in told]


def _everything(root):
    with connect(root, "open") as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            yield from connection.execute(f"FROM {table}").fetchall()
    for file in (root / "open").resolve().glob("*.md"):
        yield file.read_text(encoding="utf-8")


def test_tags_stories_and_sources(tmp_path):
    publish_items(
        tmp_path,
        item("a", "Un texte", title="Ancien", at=NOW - timedelta(days=9)),
        item("b", "Le même", title="Nouveau"),
        item("c", "Le même", title="Caché", policy="none"),
        sources=[PublishedSource(Source("s", "La source", "https://s.example", SourceKind.FEED))],
        tags=[
            PublishedTag("a", "domain", "governance", 0.9, because=("SCIC",), evidence='["Un"]'),
            PublishedTag("a", "region", "QC-05"),
            PublishedTag("c", "domain", "leadership"),
        ],
        stories=[
            PublishedStory(
                "st",
                (PublishedMember("c", "original"), PublishedMember("a"), PublishedMember("b")),
                "87 % du texte en commun",
            )
        ],
        labels=[Label("domain", "governance", "Gouvernance"), Label("region", "QC-05", "Estrie")],
    )  # fmt: skip
    assert rows(tmp_path, "team", "SELECT story_id, title, items, reason FROM stories") == [
        ("st", "Caché", 3, "87 % du texte en commun")
    ]
    assert rows(tmp_path, "open", "SELECT title, items, reason FROM stories") == [("Ancien", 2, "")]
    assert rows(tmp_path, "open", "SELECT item_id, because, evidence FROM item_domains") == [
        ("a", ["SCIC"], None)
    ]
    assert rows(
        tmp_path, "open", "SELECT source, domaines, regions FROM articles WHERE titre = 'Ancien'"
    ) == [("La source", ["Gouvernance"], ["Estrie"])]
    weeks = "SELECT week, domain, region, items FROM weekly_counts ORDER BY week"
    assert rows(tmp_path, "open", weeks) == [
        ("2026-W46", "governance", "QC-05", 1),
        ("2026-W47", None, None, 1),
    ]


def test_every_table_view_and_column_says_what_it_is(tmp_path):
    publish_items(tmp_path, item("a", "Un texte"))
    for edition in EDITIONS:
        silent = rows(
            tmp_path,
            edition,
            """SELECT table_name || '.' || column_name FROM duckdb_columns()
            WHERE database_name = 'catalogue' AND NOT internal AND comment IS NULL
            UNION ALL SELECT table_name FROM duckdb_tables() WHERE comment IS NULL
            UNION ALL SELECT view_name FROM duckdb_views()
            WHERE NOT internal AND comment IS NULL""",
        )
        assert not silent


def test_files_modes_and_sums(tmp_path):
    publish_items(tmp_path, item("a", "Un texte"))
    for edition, mode in (("team", 0o640), ("open", 0o644)):
        folder = tmp_path / edition
        listed = dict(
            reversed(line.split("  ", 1))
            for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        )
        assert {"catalogue.duckdb", "items.parquet", "dictionnaire.md"} <= set(listed)
        for name, digest in listed.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
            assert stat.S_IMODE((folder / name).stat().st_mode) == mode


def test_an_open_reader_keeps_its_snapshot_and_a_new_one_sees_the_new(tmp_path):
    publish_items(tmp_path, item("a", "Un"))
    with connect(tmp_path, "team") as early:
        for n in range(3):
            publish_items(
                tmp_path, item("a", "Un"), item(f"b{n}", "Deux"),
                at=NOW + timedelta(minutes=n + 1), keep=2,
            )  # fmt: skip
            assert early.execute("SELECT count(*) FROM items").fetchall() == [(1,)]
    assert rows(tmp_path, "team", "SELECT max(item_id) FROM items") == [("b2",)]
    assert len(kept(tmp_path, "team")) == 2


def test_a_failed_publication_changes_nothing(tmp_path):
    publish_items(tmp_path, item("a", "Un"))
    before = (tmp_path / "team").readlink()

    def broken():
        yield item("b", "Deux")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        publish_items(tmp_path, *broken(), at=NOW + timedelta(days=1))
    assert (tmp_path / "team").readlink() == before
    assert not (tmp_path / ".building").exists()


def test_nothing_published_is_said(tmp_path):
    with pytest.raises(StoreError, match=re.escape(str(tmp_path))):
        Catalogue(tmp_path)


def test_an_empty_catalogue_is_a_catalogue(tmp_path):
    publish_items(tmp_path)
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.search("coopérative").total == 0
        assert catalogue.search("").items == []


def test_filters_facets_and_pages(tmp_path):
    publish_items(
        tmp_path,
        *(item(f"i{n}", "La coopérative", at=NOW - timedelta(days=30 * n)) for n in range(5)),
        item("en", "The cooperative", language="en"),
        item("no", "La coopérative", relevant=False),
        tags=[PublishedTag("i1", "region", "QC-05"), PublishedTag("i2", "region", "QC-06")],
    )
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.search("coopératives").total == 6
        assert catalogue.search("coopératives", Filters(everything=True)).total == 7
        assert catalogue.search("", Filters(regions=("QC-05", "QC-06"))).total == 2
        assert (
            catalogue.search("coopérative", Filters(since=(NOW - timedelta(35)).date())).total == 3
        )
        page = catalogue.search("coopérative", Filters(languages=("fr",)), limit=2, offset=2)
        assert (page.total, [one["item_id"] for one in page.items]) == (5, ["i2", "i3"])
        facets = catalogue.facets("coopérative", Filters())
        assert facets["regions"] == [("QC-05", 1), ("QC-06", 1)]
        assert facets["languages"] == [("fr", 5), ("en", 1)]


def test_recent_items_first_where_that_is_asked(tmp_path):
    publish_items(
        tmp_path,
        item("old", "La coopérative, la coopérative", at=NOW - timedelta(days=400)),
        item("new", "La coopérative et bien d’autres choses encore à lire dans ce texte"),
    )
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.search("coopérative").items[0]["item_id"] == "old"
        assert catalogue.search("coopérative", recency=1).items[0]["item_id"] == "new"


@pytest.mark.parametrize("step", [timedelta(0), -timedelta(days=1)])
def test_the_stable_name_leads_to_the_last_one_whatever_the_clock_says(tmp_path, step):
    for n in range(4):
        publish_items(tmp_path, item("a", f"Texte {n}"), at=NOW + n * step, keep=2)
        with Catalogue(tmp_path, OPEN) as catalogue:
            assert catalogue.rows("SELECT text FROM items") == [{"text": f"Texte {n}"}]
        assert len(list((tmp_path / "snapshots" / OPEN).iterdir())) == min(n + 1, 2)
