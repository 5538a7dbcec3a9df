"""A judge fitted in a moment: the repository's vocabulary, a few examples, a stand-in's vectors."""

import json
from pathlib import Path

import pytest
from fakes.meanings import encode

from veille.classify.documents import read_documents
from veille.classify.judge import Judge
from veille.classify.lexicon import load_lexicon
from veille.classify.recipe import load_recipe
from veille.classify.regions.tagger import RegionTagger
from veille.classify.training import Example, fit_table, tabulate
from veille.classify.vectors import VectorCache

MODELS = Path(__file__).resolve().parents[3] / "models"


@pytest.fixture(scope="session")
def lexicon():
    return load_lexicon(MODELS / "vocabulary.yaml")


@pytest.fixture(scope="session")
def places():
    return RegionTagger(MODELS / "regions")


@pytest.fixture(scope="session")
def examples():
    lines = (MODELS / "domains" / "examples.jsonl").read_bytes().splitlines()[:1250:7]
    return tuple(Example(*one) for one in read_documents(lines))


@pytest.fixture(scope="session")
def judge(lexicon, places, examples, tmp_path_factory):
    cache = VectorCache(tmp_path_factory.mktemp("vectors") / "cache.npz", encode)
    table = tabulate(examples, lexicon, cache, lambda *_: None)
    recipe = load_recipe(MODELS / "domains" / "model.yaml")
    return Judge(fit_table(table, recipe, "domains-test"), lexicon, places, encode)


@pytest.fixture
def lines(examples):
    """The examples as JSON Lines."""

    def line(example):
        document, truth = example.document, example.truth
        told = {"id": document.id, "title": document.title, "text": document.text}
        told |= {"relevant": truth.relevant, "domains": sorted(truth.domains), "regions": []}
        return json.dumps(told, ensure_ascii=False)

    return [line(one) for one in examples]
