"""Fitting, keeping and evaluating."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes.meanings import encode

from veille.classify import storage, vectors, versions
from veille.classify.documents import Truth
from veille.classify.domain_model import pooled, signs
from veille.classify.evaluate import Evaluation
from veille.classify.recipe import Costs, load_recipe
from veille.classify.training import cross_validated, read_examples, tabulate
from veille.classify.vectors import VectorCache
from veille.errors import ConfigError
from veille.model.judgement import Judgement, Tag, Verdict

MODELS = Path(__file__).resolve().parents[3] / "models"


def test_a_version_names_the_encoder_without_loading_it():
    assert versions._ENCODER == vectors.ENCODER


def test_a_weight_never_has_the_wrong_sign():
    from veille.classify.fitting import fit_concepts  # late: sklearn takes a second to begin

    draw = np.random.default_rng(1)
    rows = draw.random((200, 2))
    truth = (rows[:, :1] < 0.5).astype(np.int8)  # the first feature speaks against, in the data
    fitted = fit_concepts(rows, truth, np.array([[1, 1]], np.int8), 1.0)
    assert fitted.weights[0, 0] == 0


def test_signs_are_knowledge():
    table = signs(("relevant", "a", "b"), ("field", "a", "b", "elsewhere"), 1)
    assert table.tolist() == [[1, 1, 1, -1], [1, 1, -1, -1], [1, -1, 1, -1]]


def test_pooling_does_not_depend_on_length():
    title, text = np.array([3.0, 4.0]), np.array([0.0, 2.0])
    short, long = pooled(np.stack([title, text])), pooled(np.stack([title] + [text] * 50))
    assert np.allclose(short, [0.6, 0.8, 0, 1])
    assert np.allclose(short, long)


def test_people_are_asked_where_they_cost_less_than_a_mistake():
    costs = Costs(review=1, missed=5, mistaken=3)
    assert [costs.doubtful(p) for p in (0.1, 0.3, 0.6, 0.7, 0.95)] == [
        False, True, True, False, False,
    ]  # fmt: skip


def test_examples_learnt_are_told_apart(examples, lexicon, tmp_path):
    cache = VectorCache(tmp_path / "vectors.npz", encode)
    table = tabulate(examples, lexicon, cache, lambda *_: None)
    recipe = load_recipe(versions.recipe_path(MODELS))
    scores = cross_validated(table, recipe)
    relevant = table.truth[:, 0] == 1
    ranks = scores[:, 0].argsort().argsort()
    assert ranks[relevant].mean() > ranks[~relevant].mean() + len(examples) / 5


def test_vectors_are_made_once(tmp_path):
    asked = []

    def counting(texts):
        asked.extend(texts)
        return encode(texts)

    for _ in range(2):
        look_up = VectorCache(tmp_path / "v.npz", counting).vectors({"un", "deux"})
        assert look_up("un").sum() == 1
    assert sorted(asked) == ["deux", "un"]
    (tmp_path / "v.npz").write_bytes(b"cut short")
    VectorCache(tmp_path / "v.npz", counting).vectors({"un"})
    assert asked.count("un") == 2


def test_vectors_made_before_an_interruption_are_kept(tmp_path):
    def interrupt(_done, _total):
        raise InterruptedError

    texts = {str(number) for number in range(100)}
    with pytest.raises(InterruptedError):
        VectorCache(tmp_path / "v.npz", encode).vectors(texts, interrupt)
    asked = []
    VectorCache(tmp_path / "v.npz", lambda some: asked.extend(some) or encode(some)).vectors(texts)
    assert 0 < len(asked) < 100


@pytest.fixture
def models(tmp_path, lines):
    """A workspace's models/, with few examples and without vectors, so that it fits in a moment."""
    folder = tmp_path / "models"
    (folder / "domains").mkdir(parents=True)
    shutil.copy(versions.vocabulary_path(MODELS), folder)
    (folder / "domains" / "examples.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "domains" / "model.yaml").write_text("schema: 1\nweights: {vectors: 0}\n")
    return folder


def test_a_model_is_fitted_once_and_read_back_the_same(models, tmp_path):
    told = []
    hear = lambda *stage: told.append(stage[0])  # noqa: E731
    first, _ = storage.load_or_fit(models, tmp_path / "var", hear)
    assert {"features", "fit"} == set(told)
    told.clear()
    again, _ = storage.load_or_fit(models, tmp_path / "var", hear)
    assert told == []
    assert again.version == first.version
    assert np.array_equal(again.concepts.weights, first.concepts.weights)


def test_other_inputs_are_another_version_and_a_broken_one_is_fitted_again(models, tmp_path):
    quiet = lambda *_: None  # noqa: E731
    first, _ = storage.load_or_fit(models, tmp_path / "var", quiet)
    folder = tmp_path / "var" / "models" / first.version
    (folder / "model.npz").write_bytes(b"PK\x03\x04 broken")
    assert storage.load_or_fit(models, tmp_path / "var", quiet)[0].version == first.version
    assert not list(folder.parent.glob(".fitting-*"))
    with (models / "vocabulary.yaml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert storage.load_or_fit(models, tmp_path / "var", quiet)[0].version != first.version


def test_every_fault_of_an_examples_file_is_told(tmp_path, lexicon):
    path = tmp_path / "examples.jsonl"
    good = {"title": "t", "text": "x", "relevant": True}
    wrong = [{**good, "domains": ["sport"]}, {"title": "t"}]
    path.write_text("\n".join(json.dumps(one) for one in [good, *wrong]) + "\n{", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_examples(path, lexicon)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["2", "3", "4"]


def test_figures_of_an_evaluation():
    account = Evaluation(("a",))
    for value, true, regions in ((True, True, {"FR"}), (True, False, set()), (False, True, None)):
        said = Judgement(
            "m", "fr", 1.0, Verdict("relevant", value, 0.9 if value else 0.1),
            (Verdict("a", value, 0.9 if value else 0.1),), (Tag("FR", 0.9), Tag("QC-06", 0.8)),
        )  # fmt: skip
        truth = Truth(true, frozenset({"a"} if true else ()), regions)
        account.add(said, truth, 0.001, "fr")
    told = account.told()
    assert told["n"] == 3
    assert told["relevance"]["precision"] == told["relevance"]["recall"] == 0.5
    assert told["domains"]["macro_f1"] == told["domains"]["a"]["f1"] == 0.5
    assert told["regions"]["precision"] == 0.25
    assert told["regions"]["recall"] == 1.0
    assert told["ms_per_item"] == 1.0
    assert told["by_language"]["fr"]["relevance"]["f1"] == 0.5
    assert 0 < told["ece"] < 1


def test_an_empty_evaluation_has_no_division_by_nothing():
    assert Evaluation(("a",)).told()["domains"]["macro_f1"] == 0.0
