"""Where fitted models live: `var/models/<version>/`, made on first use, never unpickled.

Arrays are in `model.npz`, the rest in `model.json`; a folder appears whole or not at all. What a
version is: see `versions`.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

from veille.classify.arrays import read_arrays, write_arrays
from veille.classify.domain_model import ConceptExpert, DomainModel, VectorExpert, floats
from veille.classify.force import in_force
from veille.classify.lexicon import Lexicon, load_lexicon
from veille.classify.recipe import Recipe, load_recipe
from veille.classify.training import Tell, fit_table, read_examples, tabulate
from veille.classify.vectors import VectorCache, encoder_version
from veille.classify.versions import (
    FORM,
    examples_path,
    model_version,
    recipe_path,
    vocabulary_path,
)
from veille.files import write


def load_or_fit(models: Path, var: Path, tell: Tell) -> tuple[DomainModel, Lexicon]:
    """Return the model in force in a workspace and its vocabulary (see `force`).

    That of the workspace's own files is fitted and kept when it is new. One that learnt from
    reviews cannot be made again here: where it is broken or gone, the files' own judges.
    """
    lexicon = load_lexicon(vocabulary_path(models))
    recipe = load_recipe(recipe_path(models))
    name = model_version(models, recipe)
    model = load(var, in_force(var, name).version, recipe) or load(var, name, recipe)
    if model is None:
        model = fit_now(models, var, recipe, lexicon, tell)
        keep(var, model)
    return model, lexicon


def load(var: Path, name: str, recipe: Recipe) -> DomainModel | None:
    """Return the fitted model of this version, None when it is not there or not whole."""
    return _load(var / "models" / name, name, recipe)


def keep(var: Path, model: DomainModel) -> Path:
    """Keep a fitted model under its version; return its folder."""
    folder = var / "models" / model.version
    _save(model, folder)
    return folder


def fit_now(models: Path, var: Path, recipe: Recipe, lexicon: Lexicon, tell: Tell) -> DomainModel:
    """Fit the model a workspace's files describe; vectors of unchanged examples are reused."""
    examples = read_examples(examples_path(models, recipe), lexicon)
    cache = vector_cache(var) if recipe.weights.vectors else None
    table = tabulate(examples, lexicon, cache, tell)
    tell("fit", 0, 1)
    model = fit_table(table, recipe, model_version(models, recipe))
    tell("fit", 1, 1)
    return model


def vector_cache(var: Path) -> VectorCache:
    """Return the workspace's cache of sentence vectors, of this encoder's version."""
    return VectorCache(var / "models" / f"{encoder_version()}.npz")


def _save(model: DomainModel, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent, prefix=".fitting-"))
    arrays = {"weights": model.concepts.weights, "intercepts": model.concepts.intercepts}
    if model.vectors is not None:
        arrays |= {
            "support": model.vectors.support,
            "coefficients": model.vectors.coefficients,
            "margins": model.vectors.intercepts,
        }
    write_arrays(made / "model.npz", arrays)
    said = {"form": FORM, "version": model.version, "labels": model.labels, "groups": model.groups}
    write(made / "model.json", json.dumps(said, indent=2) + "\n")
    try:
        made.chmod(0o755)
        made.rename(folder)
    except OSError:  # another process was first, or a broken one is in the way
        if _load(folder, model.version, model.recipe) is None:
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
        else:
            shutil.rmtree(made, ignore_errors=True)


def _load(folder: Path, name: str, recipe: Recipe) -> DomainModel | None:
    """Return the model kept in a folder, None when it is not there or not whole."""
    arrays = read_arrays(folder / "model.npz")
    if arrays is None:
        return None
    try:
        said = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if said["form"] != FORM or said["version"] != name:
            return None
        labels, groups = tuple(said["labels"]), tuple(said["groups"])
        concepts = ConceptExpert(floats(arrays["weights"]), floats(arrays["intercepts"]))
        return DomainModel(name, labels, groups, concepts, _vectors(arrays, recipe), recipe)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _vectors(arrays: Mapping[str, NDArray[np.generic]], recipe: Recipe) -> VectorExpert | None:
    if "support" not in arrays:
        return None
    return VectorExpert(
        floats(arrays["support"]),
        floats(arrays["coefficients"]),
        floats(arrays["margins"]),
        recipe.vectors.gamma,
    )
