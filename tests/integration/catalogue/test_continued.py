"""A snapshot continued from the last one holds what one made from nothing holds."""

import random
from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import duckdb
import pytest
from fakes.published import NOW, ZONE, empty_ones_copied, item

from veille.errors import StoreError
from veille.model import Excerpt, Source, SourceKind, digest
from veille.model.published import (
    Edition,
    Label,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
    Stamp,
    leeway,
)
from veille.store.catalogue import EDITIONS, Catalogue, publish
from veille.store.catalogue.writer import Writer

WORDS = [*(f"mot{n}" for n in range(60)), "coopérative", "coopératives", "l’emploi", "emploi",
         "emplois", "économie", "sociale", "cœur", "Saint-Jean", "travaux", "travailleur·euse·s",
         "the", "of", "financing", "finances", "vivienda", "viviendas", "ÉSS"]  # fmt: skip
LANGUAGES = ("fr", "en", "es", "pt")
TABLES = ("items", "item_domains", "item_regions", "item_themes", "stories", "story_members",
          "sources", "labels", "weekly_counts", "snapshot")  # fmt: skip
FORMS = """
list_sort(list(other.form ORDER BY other.form)
    FILTER (bits & (1::USMALLINT << other.rank::USMALLINT) > 0)) AS forms
"""
INDEX = {
    "word_index": "SELECT * EXCLUDE (item_no) FROM word_index",
    "word_stems": "SELECT * EXCLUDE (stem_id) FROM word_stems",
    "word_forms": f"""
        WITH told AS (SELECT * EXCLUDE (rank, siblings), siblings AS bits FROM word_forms)
        SELECT told.* EXCLUDE (bits, stem_id), word_stems.language, stem, {FORMS}
        FROM told JOIN word_stems USING (stem_id) LEFT JOIN word_forms AS other USING (stem_id)
        GROUP BY ALL""",
    "word_items": f"""
        WITH told AS (SELECT * EXCLUDE (forms), forms AS bits FROM word_items)
        SELECT item_id, stem, word_stems.language, weight, {FORMS}
        FROM told JOIN word_index USING (item_no) JOIN word_stems USING (stem_id)
        LEFT JOIN word_forms AS other ON other.stem_id = told.stem_id AND other.siblings > 0
        GROUP BY ALL""",
}


@pytest.fixture(autouse=True)
def _begun_with_copies():
    with empty_ones_copied():
        yield


def edition(held, night, names=("La source",)):
    """Return an edition of these items and tags, that can be continued."""
    stamps = {
        one.item_id: Stamp(digest(repr(one), repr(tags)), leeway(one.excerpt))
        for one, tags in held.values()
    }

    def some(ids):
        chosen = [held[one] for one in ids]
        return (one for one, _ in chosen), (tag for _, tags in chosen for tag in tags)

    ids = sorted(held)
    stories = [
        PublishedStory(f"st{n}", tuple(map(PublishedMember, ids[n : n + 2])), f"{night} %")
        for n in range(night % 3, len(ids) - 1, 5)
    ]
    sources = [PublishedSource(Source("s", names[-1], "https://s.example", SourceKind.FEED))]
    return Edition(
        *some(ids), stories, sources, [Label("domain", "governance", "Gouvernance")],
        digest=digest(repr(stamps), str(night)), stamps=stamps, some=some,
        published_at=NOW + timedelta(days=night),
    )  # fmt: skip


def invented(draw, name, policy=None):
    policy = policy or draw.choice(("none", "title", "quote", "full"))
    text, title = (" ".join(draw.choices(WORDS, k=draw.randrange(most))) for most in (40, 6))
    one = item(
        name, text, title=title, policy=policy, quote=3, language=draw.choice(LANGUAGES),
        at=NOW - timedelta(hours=draw.randrange(300)), relevant=draw.random() < 0.8,
    )  # fmt: skip
    tags = [PublishedTag(name, "domain", "governance")] * draw.randrange(2)
    return one, [*tags, PublishedTag(name, "region", draw.choice(("QC-05", "QC-06")))]


def changed(draw, held, night):
    """Change some items, never to pass on less; add some."""
    for name in draw.sample(sorted(held), 4):
        held[name] = invented(draw, name, policy=held[name][0].excerpt.policy)
    for n in range(draw.randrange(6)):
        held[f"n{night}-{n}"] = invented(draw, f"n{night}-{n}")


def content(root, one):
    path = (root / one / "catalogue.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        asked = {table: f"FROM {table}" for table in TABLES} | INDEX
        return {
            table: sorted(map(repr, connection.execute(sql).fetchall()))
            for table, sql in asked.items()
        }


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 6))]
)
def test_a_continued_snapshot_is_as_one_made_from_nothing(tmp_path, seed):
    draw = random.Random(seed)
    held = {f"i{n}": invented(draw, f"i{n}") for n in range(25)}
    assert publish(edition(held, 0), tmp_path / "a", zone=ZONE).changed is None
    for night in (1, 2):
        changed(draw, held, night)
        last = edition(held, night, names=("La source", "Un nouveau nom"))
        assert publish(last, tmp_path / "a", zone=ZONE).changed is not None
    again = edition(held, 2, names=("La source", "Un nouveau nom"))
    publish(replace(again, some=None), tmp_path / "b", zone=ZONE)
    for one in EDITIONS:
        continued, anew = content(tmp_path / "a", one), content(tmp_path / "b", one)
        assert continued == anew
        with Catalogue(tmp_path / "a", one) as early, Catalogue(tmp_path / "b", one) as late:
            for query in ("coopératives", "emploi travaux", "« économie sociale »", "the", "mot1*"):
                assert early.search(query) == late.search(query)


def test_what_may_no_longer_be_passed_on_is_not_left_in_the_file(tmp_path):
    """All is written anew: DuckDB keeps the bytes of deleted rows."""
    held = {f"i{n}": (item(f"i{n}", f"Zorblaxe{n} " * 30), []) for n in range(3)}
    publish(edition(held, 0), tmp_path, zone=ZONE)
    stricter = replace(held["i1"][0], excerpt=Excerpt("title"))
    assert publish(edition(held | {"i1": (stricter, [])}, 1), tmp_path, zone=ZONE).changed is None
    del held["i2"]
    assert publish(edition(held, 2), tmp_path, zone=ZONE).changed is None
    assert b"zorblaxe2" not in (tmp_path / ".ledger.duckdb").read_bytes()


@pytest.mark.parametrize("harm", ["ledger", "database", "link"])
def test_a_damaged_predecessor_is_not_continued(tmp_path, harm):
    held = {"a": (item("a", "Un"), [])}
    publish(edition(held, 0), tmp_path, zone=ZONE)
    path = {"ledger": tmp_path / ".ledger.duckdb", "database": tmp_path / "open/catalogue.duckdb",
            "link": tmp_path / "team"}[harm]  # fmt: skip
    if harm == "link":
        path.unlink()
    else:
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:4_000] + b"?" * 9_000)
    assert publish(edition(held, 1), tmp_path, zone=ZONE).changed is None


def test_a_publication_that_is_to_end_changes_nothing(tmp_path):
    held = {"a": (item("a", "Un"), [])}
    publish(edition(held, 0), tmp_path, zone=ZONE)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    for calls in (1, 4, 8):
        go_on = Mock(side_effect=[None] * calls + [KeyboardInterrupt])
        with pytest.raises(KeyboardInterrupt):
            publish(edition(held, 1), tmp_path, zone=ZONE, go_on=go_on)
        assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_where_continuing_breaks_all_is_written_anew(tmp_path, monkeypatch):
    held = {"a": (item("a", "Un"), [])}
    publish(edition(held, 0), tmp_path, zone=ZONE)
    breaks = Mock(side_effect=duckdb.OutOfMemoryException("no"))
    monkeypatch.setattr(Writer, "take_out", breaks)
    with pytest.raises(StoreError):
        publish(edition(held, 1), tmp_path, zone=ZONE)
    breaks.side_effect = [duckdb.OutOfMemoryException("no"), None]
    assert publish(edition(held, 1), tmp_path, zone=ZONE).changed is None
    with Catalogue(tmp_path) as catalogue:
        assert catalogue.search("un").total == 1
