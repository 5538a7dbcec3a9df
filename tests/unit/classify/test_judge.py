"""One document in, one judgement out, whatever the document."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classify.documents import Document
from veille.classify.explain import explain
from veille.classify.told import as_json
from veille.i18n import use_language
from veille.model.judgement import Kind, Part

BONDS = Document(
    "1",
    "Des obligations communautaires pour une coopérative d’habitation",
    "À Sherbrooke, la coopérative d’habitation lance une émission d’obligations communautaires de "
    "500 $ pour racheter son immeuble. Le financement solidaire vient de ses membres, d’une caisse "
    "d’économie solidaire et d’un fonds de garantie ; les parts sociales et les prêts des voisins "
    "complètent le montage. À Sherbrooke, on y voit un modèle économique pour les OBNL.",
    source_region="QC-05",
)
SPRINT = Document(
    "2",
    "How we plan our sprints",
    "Every other Monday the product owner and the developers groom the backlog on GitHub, estimate "
    "the user stories and commit to a sprint. Pull requests are reviewed within a day; the release "
    "notes are written by the product manager before the deployment.",
)


def test_a_relevant_document_with_its_reasons(judge):
    said = judge.judge(BONDS)
    assert said.language == "fr"
    assert said.relevant.value
    surest = max(said.domains, key=lambda one: one.probability)
    assert surest.label == "financial_engineering"
    assert [one.id for one in said.regions] == ["QC-05"]
    assert said.axis is not None
    assert said.axis.id == "emerging_quebec"
    words = {one.words for one in surest.evidence if one.kind is Kind.CONCEPT}
    assert "obligations communautaires" in words


def test_evidence_stands_where_it_says(judge):
    said = judge.judge(BONDS)
    every = [*said.relevant.evidence, *(e for v in said.verdicts for e in v.evidence)]
    assert every
    for one in every:
        whole = BONDS.title if one.part is Part.TITLE else BONDS.text
        shown = one.words.removesuffix("…")
        assert whole[one.start : one.end].split()[:3] == shown.split()[:3]


def test_what_is_not_relevant_has_no_domain(judge):
    said = judge.judge(SPRINT)
    assert not said.relevant.value
    assert said.domains == ()
    assert said.axis is None
    assert any(one.contribution < 0 for one in said.relevant.evidence)


def test_told_as_json(judge):
    told = as_json("1", judge.judge(BONDS))
    assert json.loads(json.dumps(told)) == told
    assert told["lang"] == "fr"
    assert told["relevant"]["value"] is True
    assert {"id", "probability", "evidence"} <= told["domains"][0].keys()
    assert {"code", "probability", "evidence"} <= told["regions"][0].keys()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_explained_in_sentences(judge, language):
    use_language(language)
    told = explain(judge.judge(BONDS))
    assert "« obligations communautaires »" in told
    assert "QC-05" in told
    assert all(line.endswith(".") for line in told.splitlines())
    use_language("fr")


ODD = {
    "empty": ("", ""),
    "emoji": ("😀🎉", "😀🎉👩‍👩‍👧" * 500),
    "right to left": ("الاقتصاد الاجتماعي", "الاقتصاد الاجتماعي والتضامني " * 300),
    "unknown script": ("协同", "協同組合の総会" * 5_000),
    "nul": ("a\0b", "\0" * 5_000),
    "half a pair": ("\ud800", "x\udfff y"),
    "combining": ("e" + "\u0301" * 50_000, "x"),
    "one word of 2 MB": ("t", "a" * 2_000_000),
    "elisions without end": ("", "élu(" * 500_000),
    "lines": ("\n" * 100_000, "\r\n" * 1_000_000),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_are_marked_unknown_and_left_to_people(judge, name):
    said = judge.judge(Document("1", *ODD[name]))
    assert said.language is None
    assert not said.relevant.value
    assert said.doubtful
    assert said.domains == ()


def test_two_megabytes_of_the_field_are_judged(judge):
    said = judge.judge(Document("1", "Coopératives", "La gouvernance des coopératives. " * 62_500))
    assert said.language == "fr"
    assert said.relevant.value


@settings(max_examples=150, deadline=2_000)
@given(st.text(), st.text())
def test_anything_is_judged(judge, title, text):
    said = judge.judge(Document("1", title, text))
    for verdict in (said.relevant, *said.verdicts):
        assert 0 <= verdict.probability <= 1
    json.dumps(as_json("1", said))
    explain(said)
