"""veille: strategic watch for the social and solidarity economy.

The names here are what a workspace's pipelines speak; they are loaded when first asked for, so
that `import veille` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from veille.version import __version__

if TYPE_CHECKING:
    from veille.pipeline import Run
    from veille.steps.backup import backup
    from veille.steps.compose import compose
    from veille.steps.group import group
    from veille.steps.judge import judge
    from veille.steps.poll import poll
    from veille.steps.publish import publish
    from veille.steps.read import read
    from veille.steps.send import send
    from veille.steps.take import take
    from veille.steps.tidy import tidy
    from veille.steps.train import train

__all__ = [
    "Run",
    "__version__",
    "backup",
    "compose",
    "group",
    "judge",
    "poll",
    "publish",
    "read",
    "send",
    "take",
    "tidy",
    "train",
]

_HOMES = {
    "Run": "veille.pipeline",
    "compose": "veille.steps.compose",
    "send": "veille.steps.send",
    "group": "veille.steps.group",
    "judge": "veille.steps.judge",
    "poll": "veille.steps.poll",
    "publish": "veille.steps.publish",
    "read": "veille.steps.read",
    "take": "veille.steps.take",
    "tidy": "veille.steps.tidy",
    "backup": "veille.steps.backup",
    "train": "veille.steps.train",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the public name is
    if name not in _HOMES:
        raise AttributeError(f"module 'veille' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
