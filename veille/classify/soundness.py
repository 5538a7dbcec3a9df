"""Is what judges whole? Vocabulary, recipe, examples, floors and places, read as judging does."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from veille.classify.lexicon import load_lexicon
from veille.classify.recipe import RELEVANT, Recipe, load_recipe
from veille.classify.regions.names import known_codes
from veille.classify.regions.tables import read_rules
from veille.classify.regions.tagger import Weights
from veille.classify.training import Example, read_examples
from veille.classify.versions import examples_path, recipe_path, vocabulary_path
from veille.errors import ConfigError
from veille.i18n import _

T = TypeVar("T")


@dataclass(slots=True)
class Soundness:
    """What was found: faults with their file, and what is known once the rest is read."""

    faults: list[str] = field(default_factory=list)
    domains: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    examples: int = 0


def look_at(models: Path) -> Soundness:
    """Read everything in a workspace's `models/`; faults are part of the answer, all at once."""
    found = Soundness()

    def tried(path: Path, read: Callable[[], T]) -> T | None:
        """Read one file; its faults come with its name."""
        name = path.relative_to(models.parent)
        try:
            return read()
        except ConfigError as error:
            found.faults += [f"{name}: {one}" for one in error.faults] or [str(error)]
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            told = _("{path} has not the form expected ({error}).")
            found.faults.append(told.format(path=name, error=f"{type(error).__name__}: {error}"))
        return None

    places = models / "regions"
    found.regions = tried(places, lambda: known_codes(places)) or frozenset()
    tried(places / "homonyms.yaml", lambda: read_rules(places))
    tried(places / "weights.yaml", lambda: Weights.read(places / "weights.yaml"))
    recipe = tried(recipe_path(models), lambda: load_recipe(recipe_path(models)))
    lexicon = tried(vocabulary_path(models), lambda: load_lexicon(vocabulary_path(models)))
    recipe = recipe or Recipe()
    if lexicon:
        found.domains = frozenset(lexicon.domains)
        labels = {RELEVANT, *lexicon.domains}
        told = recipe_path(models).relative_to(models.parent)
        found.faults += [f"{told}: {one}" for one in _strange_labels(recipe, labels)]
        path = examples_path(models, recipe)
        examples = tried(path, lambda: read_examples(path, lexicon)) or ()
        found.examples = len(examples)
        if path.is_file() and not path.stat().st_size:
            found.faults.append(_("{path} holds no example.").format(path=path))
        told = path.relative_to(models.parent)
        found.faults += [f"{told}: {one}" for one in _odd(examples, found.regions)]
    floors = models / "domains" / "floors.json"
    if floors.is_file():
        tried(floors, lambda: _read_floors(floors))
    return found


def _strange_labels(recipe: Recipe, labels: set[str]) -> Iterator[str]:
    """Tell the recipe's labels that are no domains of the vocabulary."""
    parts = {
        "reality": recipe.reality,
        "calibration": recipe.calibration,
        "prevalence": recipe.prevalence,
    }
    for key, by_label in parts.items():
        for label in by_label:
            if label not in labels:
                yield f"{key}.{label}: " + _("no domain of vocabulary.yaml has this id")


def _odd(examples: tuple[Example, ...], regions: frozenset[str]) -> Iterator[str]:
    """Tell examples that contradict themselves, or that others repeat."""
    repeated = Counter(one.document.id for one in examples)
    for name in (name for name, times in repeated.items() if times > 1):
        yield f"{name}: " + _("several examples have this id")
    for one in examples:
        if one.truth.domains and not one.truth.relevant:
            yield f"{one.document.id}: " + _("not relevant, and yet of a domain")
        if regions and (strangers := (one.truth.regions or frozenset()) - regions):
            told = _("« {code} » is no known code").format(code=", ".join(sorted(strangers)))
            yield f"{one.document.id}.regions: {told}"


def _read_floors(path: Path) -> None:
    """Raise ConfigError when the floors are not those that benchmarks/quality/gate.py reads."""
    told = json.loads(path.read_text(encoding="utf-8"))
    wrong = [
        f"{name}.floors.{label}: "
        + _("« {found} » should be a number between 0 and 1").format(found=floor)
        for name, kept in told.items()
        for label, floor in kept["floors"].items()
        if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 <= floor <= 1
    ]
    if wrong:
        raise ConfigError("", tuple(wrong))
