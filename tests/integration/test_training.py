"""Learning from reviews: what is held out, what is promoted, and how one goes back."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from veille.classify import force, storage
from veille.classify.documents import Document, Truth
from veille.classify.lexicon import load_lexicon
from veille.classify.recipe import load_recipe
from veille.errors import ConfigError
from veille.keeping import parts
from veille.learning import training
from veille.learning.account import ACCOUNT, last_account, last_words
from veille.learning.comparing import Verdict
from veille.learning.labelled import Review
from veille.learning.training import is_held_out, split, train

MODELS = Path(__file__).resolve().parents[2] / "models"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
YES = "L’assemblée générale des membres de la coopérative élit le conseil d’administration. "
NO = "Le logiciel libre sort une version, avec de nouveaux greffons et des correctifs. "


def quiet(*_stage):
    pass


def review(n, *, relevant, text=None, **given):
    truth = Truth(relevant, frozenset({"governance"} if relevant else ()))
    text = (YES if relevant else NO) * 3 + f"Numéro {n}." if text is None else text
    return Review(
        Document(f"i{n}", f"Titre {n}", text, lang="fr"), given.pop("truth", truth),
        given.pop("story", f"i{n}"), given.pop("shown_for", "audit"), "lea", NOW,
    )  # fmt: skip


def reviews(count, **given):
    return [review(n, relevant=n % 2 == 0, **given) for n in range(count)]


@pytest.fixture(scope="module")
def lexicon():
    return load_lexicon(MODELS / "vocabulary.yaml")


@pytest.fixture
def models(tmp_path, lexicon, monkeypatch):
    """A workspace's models/, without vectors, whose examples teach the contrary of the reviews."""
    for module in (storage, training):
        monkeypatch.setattr(module, "load_lexicon", lambda _path: lexicon)  # takes a second
    folder = tmp_path / "models"
    (folder / "domains").mkdir(parents=True)
    shutil.copy(storage.vocabulary_path(MODELS), folder)
    lines = [
        {"id": f"x{n}", "title": "Exemple", "relevant": n % 2 == 1,
         "domains": ["leadership"] if n % 4 == 1 else ["financial_engineering"] if n % 2 else [],
         "text": "La coopérative de solidarité tient un mentorat." if n % 2 else "Une recette."}
        for n in range(24)
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, lines))
    (folder / "domains" / "examples.jsonl").write_text(text, encoding="utf-8")
    (folder / "domains" / "model.yaml").write_text("schema: 1\nweights: {vectors: 0}\n")
    return folder


@pytest.fixture
def var(tmp_path):
    return tmp_path / "var"


def base_of(models):
    return storage.model_version(models, load_recipe(storage.recipe_path(models)))


def judging(models, var):
    return storage.load_or_fit(models, var, quiet)[0].version


def test_what_is_held_out_is_so_for_ever_and_its_story_is_not_learnt_either():
    learnt, held = split(reviews(400))
    assert {one.document.id for one in held} == {
        f"i{n}" for n in range(400) if is_held_out(f"i{n}")
    }
    assert 70 < len(held) < 130
    assert len(learnt) + len(held) == 400
    same = replace(learnt[0], story=held[0].story)
    partly = replace(learnt[1], truth=Truth(True, None))
    assert split([same, partly, held[0]]) == ([], [held[0]])


def test_with_too_few_reviews_nothing_is_done(models, var):
    account = train(models, var, reviews(60), NOW, quiet)
    assert account.verdict is Verdict.TOO_FEW
    assert "Trop peu" in last_words(var) or "Too few" in last_words(var)
    assert last_account(var)["verdict"] == "too_few"
    assert list((var / "models").glob("domains-*")) == []
    one_sided = [review(n, relevant=True) for n in range(400)]
    assert train(models, var, one_sided, NOW, quiet).verdict is Verdict.TOO_FEW
    assert train(models, var, [], NOW, quiet).verdict is Verdict.TOO_FEW


def test_what_is_better_beyond_noise_judges_and_can_be_taken_back(models, var):
    base = judging(models, var)
    account = train(models, var, reviews(240), NOW, quiet)
    assert account.verdict is Verdict.PROMOTED, last_words(var)
    assert account.old == base == base_of(models)
    assert judging(models, var) == account.new != base
    told = json.loads((var / "models" / account.new / "comparison.json").read_text("utf-8"))
    assert told["weighing"]["mean"]["new"] > told["weighing"]["mean"]["old"]
    assert (var / "models" / account.new / "comparison.txt").read_text("utf-8").count("→") > 1
    assert train(models, var, reviews(240), NOW, quiet).verdict is Verdict.NOTHING_NEW
    assert force.roll_back(var, base).version == base
    assert judging(models, var) == base
    assert train(models, var, reviews(240), NOW, quiet).verdict is Verdict.REFUSED
    assert judging(models, var) == base
    assert force.roll_back(var, base) is None


def test_noise_is_not_learnt(models, var):
    """People’s labels that no text explains make no better model."""
    random = [review(n, relevant=n % 2 == 0, text=YES + f"Numéro {n}.") for n in range(240)]
    account = train(models, var, random, NOW, quiet)
    assert account.verdict is not Verdict.PROMOTED
    assert judging(models, var) == base_of(models)
    assert train(models, var, random, NOW, quiet).verdict is Verdict.NOTHING_NEW


def test_a_floor_keeps_out_what_falls_below_it(models, var):
    floors = {"own": {"corpus": "", "floors": {"governance_f1": 1.0}}}
    (models / "domains" / "floors.json").write_text(json.dumps(floors))
    assert train(models, var, reviews(240), NOW, quiet).verdict is Verdict.BELOW_FLOORS
    assert judging(models, var) == base_of(models)


@pytest.mark.parametrize("floors", ["{", "[]", '{"own": {"floors": {"governance_f1": "haut"}}}'])
def test_floors_that_cannot_be_read_let_nothing_in(models, var, floors):
    (models / "domains" / "floors.json").write_text(floors)
    with pytest.raises(ConfigError, match=r"floors\.json"):
        train(models, var, reviews(240), NOW, quiet)
    assert judging(models, var) == base_of(models)


def test_when_the_files_change_their_own_model_judges_and_it_is_told(models, var):
    promoted = train(models, var, reviews(240), NOW, quiet).new
    with (models / "vocabulary.yaml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    held = force.in_force(var, base_of(models))
    assert (held.version, held.left) == (base_of(models), promoted)
    assert judging(models, var) == base_of(models) != promoted
    again = train(models, var, reviews(240), NOW, quiet)
    assert again.verdict is Verdict.PROMOTED
    assert judging(models, var) == again.new != promoted


@pytest.mark.parametrize("harm", ["fact", "model"])
def test_a_broken_fact_or_model_lets_the_files_own_judge(models, var, harm):
    promoted = train(models, var, reviews(240), NOW, quiet).new
    broken = {"fact": force.FILE, "model": f"{promoted}/model.npz"}[harm]
    (var / "models" / broken).write_bytes(b"{ broken")
    assert judging(models, var) == base_of(models)


def test_an_interrupted_training_changes_nothing(models, var):
    class Stop(Exception):
        pass

    def stop(stage, done, _total):
        if (stage, done) == ("fit", 1):
            raise Stop

    base = judging(models, var)
    with pytest.raises(Stop):
        train(models, var, reviews(240), NOW, stop)
    assert judging(models, var) == base
    assert last_account(var) is None
    assert train(models, var, reviews(240), NOW, quiet).verdict is Verdict.PROMOTED


def test_killed_once_promoted_a_model_is_known_as_one_that_learnt(models, var, monkeypatch):
    class Killed(Exception):
        pass

    def killed(*_account):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(training, "_kept", killed)
        with pytest.raises(Killed):
            train(models, var, reviews(240), NOW, quiet)
    version = judging(models, var)
    assert version != base_of(models)
    held = [name for name in parts.files_of(var.parent) if version in name]
    assert f"var/models/{version}/model.npz" in held, "else a backup would leave it out"
    (var / "models" / ACCOUNT).write_text("[]")
    assert train(models, var, reviews(240), NOW, quiet).verdict is Verdict.NOTHING_NEW


def test_models_weighed_and_of_no_more_use_are_removed(models, var):
    first = train(models, var, reviews(240), NOW, quiet).new
    noise = [review(n, relevant=n % 2 == 0, text="") for n in range(240)]
    kept = [train(models, var, noise[:count], NOW, quiet) for count in (230, 240)]
    assert [one.verdict for one in kept] == [Verdict.NOT_BETTER] * 2
    folders = {path.name for path in (var / "models").glob("domains-*")}
    assert folders == {base_of(models), first, kept[1].new}
    assert training.ONE_IN == 4  # another share would let what was held out be learnt
