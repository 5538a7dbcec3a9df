"""Learn from reviews: fit, weigh against the model in force, promote what is better beyond noise.

A quarter of the reviewed items, fixed by a digest of their ids, is never learnt: on those both
models are weighed (`comparing` says the rule). The rest is learnt beside the workspace's examples.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from veille.classify import force
from veille.classify.documents import Document, Truth
from veille.classify.domain_model import DomainModel, Floats
from veille.classify.judge import Judge
from veille.classify.lexicon import Lexicon, load_lexicon
from veille.classify.recipe import Recipe, load_recipe
from veille.classify.storage import keep, load, load_or_fit, vector_cache
from veille.classify.training import (
    Example,
    Table,
    Tell,
    cross_validated,
    fit_table,
    joined,
    read_examples,
    tabulate,
)
from veille.classify.vectors import VectorCache
from veille.classify.versions import examples_path, model_version, recipe_path, vocabulary_path
from veille.errors import ConfigError
from veille.files import write
from veille.i18n import _
from veille.learning.account import ACCOUNT, HELD_OUT, LEARNT, OF_EACH, WORDS, Account, last_account
from veille.learning.comparing import Answers, Verdict, weigh
from veille.learning.labelled import Review
from veille.learning.telling import told
from veille.model import digest

ONE_IN = 4
UNCERTAIN = "uncertain"
"""Why the queue shows what the model in force doubts (`Decision.shown_for`)."""


def is_held_out(item_id: str) -> bool:
    """Tell whether an item is never learnt; the same for ever."""
    return int(digest("held out", item_id)[:8], 16) % ONE_IN == 0


def split(reviews: Iterable[Review]) -> tuple[list[Review], list[Review]]:
    """Return the reviews to learn from, and those held out.

    What tells the same story as one held out is in neither: it would be learnt by heart.
    """
    reviews = list(reviews)
    held = [one for one in reviews if is_held_out(one.document.id)]
    told = {one.story for one in held}
    return [one for one in reviews if one.story not in told and _is_whole(one)], held


def enough(learnt: Sequence[Review], held: Sequence[Review]) -> bool:
    """Tell whether there are reviews enough to learn from and to tell by."""
    relevant = sum(one.truth.relevant for one in held)
    return (
        len(learnt) >= LEARNT
        and len(held) >= HELD_OUT
        and min(relevant, len(held) - relevant) >= OF_EACH
    )


def train(models: Path, var: Path, reviews: Iterable[Review], now: datetime, tell: Tell) -> Account:
    """Learn, weigh, promote or not; the account of it is kept in `var/models`.

    Raises ConfigError for examples, recipe or vocabulary that cannot be used.
    """
    lexicon, recipe = load_lexicon(vocabulary_path(models)), load_recipe(recipe_path(models))
    _floors(models)  # else they would be missed after minutes of fitting
    base = model_version(models, recipe)
    learnt, held = split(reviews)
    current = force.in_force(var, base)
    new = f"domains-{digest(base, *map(_line, learnt))[:12]}"
    account = Account(
        Verdict.TOO_FEW, now.isoformat(timespec="seconds"), current.version, new,
        len(learnt), len(held),
    )  # fmt: skip
    if not enough(learnt, held):
        return _kept(var, replace(account, new=""))
    if new in current.refused:
        return _kept(var, replace(account, verdict=Verdict.REFUSED))
    if new == current.version or _was_weighed(var, account):
        account = replace(account, verdict=Verdict.NOTHING_NEW)
        write(var / "models" / WORDS, told(account))
        return account
    account, model = _weighed(models, var, account, recipe, lexicon, learnt, held, tell)
    folder = keep(var, model)
    account = replace(account, folder=folder.name)
    _beside(folder, account)  # before it judges: by that a backup knows what learnt from reviews
    if account.verdict is Verdict.PROMOTED:
        force.promote(var, base, new, now, len(learnt))
    _kept(var, account)
    _clear(var, base, account)
    return account


def _weighed(
    models: Path,
    var: Path,
    account: Account,
    recipe: Recipe,
    lexicon: Lexicon,
    learnt: Sequence[Review],
    held: Sequence[Review],
    tell: Tell,
) -> tuple[Account, DomainModel]:
    cache = vector_cache(var) if recipe.weights.vectors else None
    examples = read_examples(examples_path(models, recipe), lexicon)
    own = tabulate(examples, lexicon, cache, tell)
    beside = tabulate(_examples(learnt), lexicon, cache, tell)
    tabulate(_examples(held), lexicon, cache, tell)  # so that their vectors are made at one go
    tell("fit", 0, 3)
    model = fit_table(joined(own, beside), recipe, account.new)
    tell("fit", 1, 3)
    old = load(var, account.old, recipe) or load_or_fit(models, var, tell)[0]
    weighing = weigh(answers(old, model, lexicon, held, _encoder(cache)), recipe.seed)
    verdict = weighing.verdict
    floors = None
    if verdict is Verdict.PROMOTED:
        tell("fit", 2, 3)
        floors = own_figures(own, recipe, beside, _floors(models))
        if any(figure < floor for figure, floor in floors.values()):
            verdict = Verdict.BELOW_FLOORS
    tell("fit", 3, 3)
    return replace(account, verdict=verdict, weighing=weighing, floors=floors), model


def answers(
    old: DomainModel,
    new: DomainModel,
    lexicon: Lexicon,
    held: Sequence[Review],
    encoder: Callable[[Sequence[str]], Floats],
) -> Answers:
    """Return what two models say of reviewed texts, beside what people decided."""
    labels = new.labels
    asked = [[True, *[one.truth.domains is not None] * (len(labels) - 1)] for one in held]
    return Answers(
        labels,
        np.array([_row(one.truth, labels) for one in held], bool),
        np.array(asked, bool),
        _said(Judge(old, lexicon, encoder=encoder), held),
        _said(Judge(new, lexicon, encoder=encoder), held),
        np.array([one.shown_for == UNCERTAIN for one in held], bool),
    )


def own_figures(
    own: Table, recipe: Recipe, beside: Table, floors: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return, by label, the best F1 in cross-validation on our own examples, and its floor."""
    scores = cross_validated(own, recipe, beside=beside)
    found = {}
    for at, label in enumerate(own.labels):
        truth = own.truth[:, at] == 1
        cuts = np.unique(scores[:, at])[::5]
        best = max((_f1(scores[:, at] >= cut, truth) for cut in cuts), default=0.0)
        found[label] = (round(best, 4), floors.get(f"{label}_f1", 0.0))
    return found


def _f1(said: "np.ndarray[Any, Any]", truth: "np.ndarray[Any, Any]") -> float:
    hits, wrong = int((said & truth).sum()), int((said ^ truth).sum())
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def _floors(models: Path) -> Mapping[str, float]:
    path = models / "domains" / "floors.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        kept = told.get("own", {}).get("floors", {})
        return {name: float(floor) for name, floor in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise ConfigError(_("{path} is damaged.").format(path=path)) from None


def _said(judge: Judge, held: Sequence[Review]) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    told = (judge.judge(one.document) for one in held)
    return np.array(
        [[one.relevant.value, *(verdict.value for verdict in one.verdicts)] for one in told], bool
    )


def _row(truth: Truth, labels: Sequence[str]) -> list[bool]:
    return [truth.relevant, *(label in (truth.domains or ()) for label in labels[1:])]


def _encoder(cache: VectorCache | None) -> Callable[[Sequence[str]], Floats]:
    def encode(texts: Sequence[str]) -> Floats:
        assert cache is not None  # a model without vectors does not ask
        look_up = cache.vectors(texts)
        return np.stack([look_up(text) for text in texts])

    return encode


def _examples(reviews: Iterable[Review]) -> list[Example]:
    return [Example(one.document, one.truth) for one in reviews]


def _is_whole(one: Review) -> bool:
    return one.truth.domains is not None and not is_held_out(one.document.id)


def _line(one: Review) -> str:
    """Return all of a review that is learnt."""
    document: Document = one.document
    domains = sorted(one.truth.domains or ())
    return json.dumps([document.id, document.title, document.text, one.truth.relevant, domains])


def _was_weighed(var: Path, account: Account) -> bool:
    told = last_account(var) or {}
    return (told.get("new"), told.get("old")) == (account.new, account.old)


def _kept(var: Path, account: Account) -> Account:
    """Write the account where it is looked for."""
    write(var / "models" / ACCOUNT, _plain(account))
    write(var / "models" / WORDS, told(account))
    return account


def _beside(folder: Path, account: Account) -> None:
    """Write the account with its model."""
    write(folder / "comparison.json", _plain(account))
    write(folder / "comparison.txt", told(account))


def _plain(account: Account) -> str:
    return json.dumps(asdict(account), indent=2, ensure_ascii=False) + "\n"


def _clear(var: Path, base: str, account: Account) -> None:
    """Remove the models that were weighed and are of no more use: neither in force nor before."""
    known = force.in_force(var, base)
    wanted = {base, account.new, *(one.version for one in known.promoted)}
    for path in (var / "models").glob("domains-*/comparison.json"):
        if path.parent.name not in wanted:
            shutil.rmtree(path.parent, ignore_errors=True)
