"""What judges, as files: what a workspace has of it, to be sent where it is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from veille.classify.force import FILE, in_force
from veille.classify.recipe import load_recipe
from veille.classify.versions import model_version, recipe_path


@dataclass(frozen=True, slots=True)
class Kit:
    """Files by their path in a workspace, some 10 MB; the version of the judge that they make.

    `base` is the version that the recipe among them would be fitted under.
    """

    version: str
    base: str
    files: Mapping[str, bytes] = field(repr=False)


def kit_of(version: str, models: Path, var: Path) -> Kit:
    """Return what makes the judge of this version: tables, recipe, examples, what was fitted."""
    base = model_version(models, load_recipe(recipe_path(models)))
    fitted = var / "models" / in_force(var, base).version
    files = {f"models/{path.relative_to(models).as_posix()}": path for path in _files(models)}
    files |= {f"var/models/{fitted.name}/{path.name}": path for path in _files(fitted)}
    if (force := var / "models" / FILE).is_file():
        files[f"var/models/{FILE}"] = force
    return Kit(version, base, {name: path.read_bytes() for name, path in files.items()})


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
