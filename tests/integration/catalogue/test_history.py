"""What items were before: kept in the team's edition alone, from the working store to the page."""

from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from fakes.published import NOW, ZONE, item
from fakes.watched import DAY, PACE, announced, poll, read
from fakes.watched import NOW as WATCHED

from veille.model import Source, SourceKind
from veille.model.judgement import Evidence, Judged, Judgement, Kind, Verdict
from veille.model.published import EVERYTHING, Edition, PastJudgement, PastVersion, Stamp
from veille.store import open_watch
from veille.store.catalogue import TEAM, Catalogue, publish
from veille.store.catalogue.whole import glances

VERSIONS = "SELECT item_id, version, changed FROM item_versions ORDER BY ALL"


def judge(watch, version, *, at, relevant=True):
    lacking = watch.to_judge(watch.lacking_judgements(version, at))
    said = Judgement(
        version, "fr", 0.9,
        Verdict("relevant", relevant, 0.8, evidence=(Evidence(Kind.CONCEPT, "coopérative"),) * 20),
        (Verdict("governance", relevant, 0.7),),
    )  # fmt: skip
    watch.save_judgements([Judged(one, said, "run", at) for one in lacking])


def test_versions_and_judgements_leave_the_working_store_with_what_changed(tmp_path):
    with open_watch(tmp_path / "watch.duckdb", now=WATCHED) as watch:
        watch.remember_sources([Source("a", "A", "https://a.example", SourceKind.FEED)], WATCHED)
        watch.save_polls([poll("a", "x")], PACE)
        for day, text in enumerate(("Un texte.", "Un autre texte.")):
            at = WATCHED + 30 * day * DAY
            if day:
                watch.save_polls([poll("a", announced("x", title="Titre neuf"), at=at)], PACE)
            [waiting] = watch.lacking_articles(at, backlog=30)
            watch.save_readings([read(waiting, text, at=at)], attempts=6)
            judge(watch, f"m{day}", at=at, relevant=bool(day))
        [found] = watch.edition(WATCHED + 31 * DAY).items
    assert [(one.number, one.title, one.changed) for one in found.versions] == [
        (1, "x", ()), (2, "Titre neuf", ("title", "text")),
    ]  # fmt: skip
    assert [(j.version, j.model_version, j.relevant, j.domains) for j in found.judgements] == [
        (1, "m0", False, ()), (2, "m1", True, ("governance",)),
    ]  # fmt: skip
    assert found.judgements[0].evidence is None
    assert found.judgements[1].evidence.count("coopérative") == 12


def test_they_are_in_the_team_edition_alone_and_follow_the_item(tmp_path):
    past = PastVersion(1, NOW, "Ancien titre")
    judged = PastJudgement(NOW, 1, "m0", True, 0.9, domains=("governance",), evidence="[]")
    held = {
        one: item(one, "texte", versions=(past,), judgements=(judged,)) for one in ("a", "b", "c")
    }
    for night in range(3):
        if night == 1:
            held["b"] = replace(
                held["b"], versions=(past, PastVersion(2, NOW, "Titre", changed=("title",)))
            )
        stamps = {one: Stamp(repr(held[one]), EVERYTHING) for one in held}
        made = publish(
            Edition(
                iter(held.values()), stamps=stamps, digest=str(night),
                some=lambda ids: ((held[one] for one in ids), ()),
                published_at=NOW + timedelta(days=night),
            ),
            tmp_path, zone=ZONE,
        )  # fmt: skip
        assert made.changed == (None, 2, 2)[night], "continued, not written anew"
    with Catalogue(tmp_path, TEAM) as catalogue:
        assert [tuple(row.values()) for row in catalogue.rows(VERSIONS)] == [
            ("a", 1, []), ("b", 1, []), ("b", 2, ["title"]), ("c", 1, []),
        ]  # fmt: skip
        assert len(catalogue.rows("FROM item_judgements")) == 3
    shown = duckdb.connect(str((tmp_path / "open" / "catalogue.duckdb").resolve()), read_only=True)
    with shown, pytest.raises(duckdb.CatalogException):
        shown.execute("FROM item_versions")
    assert not list((tmp_path / "open").resolve().glob("item_versions*"))
    assert list((tmp_path / "team").resolve().glob("item_versions.parquet"))


def test_beginnings_are_told_wherever_their_rows_are(tmp_path):
    root = tmp_path / "catalogue"
    publish(
        Edition((item(one, f"texte {one}") for one in "abc"), (), (), (), (), published_at=NOW),
        root, zone=ZONE,
    )  # fmt: skip
    with Catalogue(root, TEAM) as catalogue:
        told = glances(catalogue, ["a", "c", "none"], chars=9)
        path = catalogue.path
    assert {one: glance.beginning for one, glance in told.items()} == {
        "a": "texte a",
        "c": "texte c",
    }
    with duckdb.connect(str(path)) as moved:
        moved.execute("CREATE TABLE others AS FROM item_beginnings ORDER BY item_id DESC")
        moved.execute("DELETE FROM item_beginnings; INSERT INTO item_beginnings FROM others")
    with Catalogue(root, TEAM) as catalogue:
        assert glances(catalogue, ["a", "c", "none"], chars=9) == told
