"""Regions: the place that a text is about, and why this one."""

import json
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.classify.documents import Document
from veille.classify.regions import GazetteerPlaces, RegionTagger
from veille.classify.regions.homonyms import Home
from veille.errors import ConfigError

FOLDER = Path(__file__).parents[3] / "models" / "regions"
CASES = yaml.safe_load((Path(__file__).parents[2] / "data/regions/cases.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def tagger() -> RegionTagger:
    return RegionTagger(FOLDER)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_a_text_gets_the_regions_it_is_about(tagger, case):
    tags = tagger.regions(
        case["title"], case["text"], lang=case.get("lang", "fr"), source_region=case.get("source")
    )
    assert [tag.code for tag in tags] == case["regions"]
    for tag in tags:
        for place in tag.evidence:
            field = case["title"] if place.field == "title" else case["text"]
            assert field[place.start : place.end] == place.name
    if "why" in case:
        name, why = case["why"]
        assert (name, why) in {(p.name, p.values.get("why")) for p in tags[0].evidence}


def test_the_source_alone_gives_no_region(tagger):
    text = "Le conseil a adopté son budget. Les membres se réunissent en mai."
    assert tagger.regions("Assemblée annuelle", text, lang="fr", source_region="QC-06") == ()


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "\0" * 50,
        "🌍📍" * 3_000,
        "مرحبا بكم في تعاونيتنا " * 200,
        "Montréal\0Laval " * 100,
        "\ud83d",
    ],
    ids=["empty", "nul", "emoji", "right-to-left", "nul inside", "half a pair"],
)
def test_odd_text_is_judged(tagger, odd):
    assert isinstance(tagger.regions(odd, odd, lang=None), tuple)


def test_two_megabytes_take_no_longer_than_what_is_read_of_them(tagger):
    text = "À Saint-Jean-Port-Joli, la coopérative de Montréal et l'atelier de Lyon. " * 28_000
    start = time.process_time()
    tagger.regions("Sans fin", text, lang="fr")
    assert time.process_time() - start < 1.0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    title=st.text(max_size=80),
    parts=st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(
                ["Laval", "à Québec", "rue de Bretagne,", "(Mayenne)", "İstanbul", "ﬁn"]
            ),
        ),
        max_size=30,
    ),
)
def test_evidence_stands_where_it_says(tagger, title, parts):
    text = " ".join(parts)
    for tag in tagger.candidates(title, text, Home("fr")):
        assert 0 < tag.probability < 1
        for place in tag.evidence:
            field = title if place.field == "title" else text
            assert field[place.start : place.end] == place.name


def test_a_document_is_judged_as_the_judge_asks(tagger):
    places = GazetteerPlaces(tagger)
    document = Document("1", "Un atelier à Rimouski", "À Rimouski, dans le Bas-Saint-Laurent.")
    (tag,) = places.regions(document, "fr")
    assert tag.id == "QC-01"
    assert {evidence.words for evidence in tag.evidence} >= {"Rimouski", "Bas-Saint-Laurent"}
    assert places.version.startswith("regions-")


def test_a_broken_table_is_named(tmp_path):
    for source in (*FOLDER.glob("*.csv"), *FOLDER.glob("*.yaml")):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "areas.yaml").write_text("QC-01: [", "utf-8")
    with pytest.raises(ConfigError, match=r"areas\.yaml"):
        RegionTagger(tmp_path)
    (tmp_path / "areas.yaml").unlink()
    with pytest.raises(ConfigError, match=r"areas\.yaml"):
        RegionTagger(tmp_path)


def test_real_texts_keep_the_floors(tagger, shared):
    hits = said = true = 0
    for line in (shared / "evaluation" / "dev.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        if "region implicit" not in (document["note"] or ""):
            tags = tagger.regions(document["title"], document["text"], lang=document["lang"])
            given, truth = {tag.code for tag in tags}, set(document["regions"])
            hits, said, true = hits + len(given & truth), said + len(given), true + len(truth)
    assert 2 * hits / (said + true) >= 0.72
    assert hits / said >= 0.82
