"""Which fitted model judges: the one of the workspace's own files, or one that learnt from reviews.

That is a fact in `var/models/in_force.json`. A model that learnt from reviews began with the files
as they were (`base`): where examples, recipe, vocabulary or code changed since, it no longer judges
and the files' own does, until training takes place anew.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from veille.files import write

FILE = "in_force.json"
_FORM = 1


@dataclass(frozen=True, slots=True)
class Promoted:
    """A model that learnt from so many reviews, and since when it judges."""

    version: str
    since: str
    reviews: int


@dataclass(frozen=True, slots=True)
class Force:
    """What judges now. `base` is the version of the workspace's files as they are.

    `promoted` are the models that took the place of that one and of each other, the last one in
    force. `refused` are versions that a person took back: they are not promoted again. `left` is
    the version of a model that no longer judges because the files changed.
    """

    base: str
    promoted: tuple[Promoted, ...] = ()
    refused: tuple[str, ...] = ()
    left: str = ""

    @property
    def version(self) -> str:
        """The version of the model that judges."""
        return self.promoted[-1].version if self.promoted else self.base

    @property
    def before(self) -> str | None:
        """The version that a rollback would bring back, None when there is none."""
        return [self.base, *(one.version for one in self.promoted)][-2] if self.promoted else None


def in_force(var: Path, base: str) -> Force:
    """Return what judges, given the version of the workspace's files; a broken fact is none."""
    try:
        told = json.loads((var / "models" / FILE).read_text(encoding="utf-8"))
        if told["form"] != _FORM:
            return Force(base)
        promoted = tuple(Promoted(**one) for one in told["promoted"])
        refused = tuple(map(str, told["refused"]))
        is_of_base = told["base"] == base
    except (OSError, ValueError, KeyError, TypeError):
        return Force(base)
    if not is_of_base:
        return Force(base, refused=refused, left=promoted[-1].version if promoted else "")
    return Force(base, promoted, refused)


def promote(var: Path, base: str, version: str, now: datetime, reviews: int) -> Force:
    """Let a model judge from now on; the one before is kept."""
    force = in_force(var, base)
    one = Promoted(version, now.isoformat(timespec="seconds"), reviews)
    return _write(var, replace(force, promoted=(*force.promoted, one), left=""))


def roll_back(var: Path, base: str) -> Force | None:
    """Bring back the model before, and refuse the one that judged; None when there is none."""
    force = in_force(var, base)
    if not force.promoted:
        return None
    refused = (*force.refused, force.version)
    return _write(var, replace(force, promoted=force.promoted[:-1], refused=refused))


def _write(var: Path, force: Force) -> Force:
    told = {"form": _FORM, **asdict(force), "version": force.version}
    write(var / "models" / FILE, json.dumps(told, indent=2) + "\n")
    return force
