"""Walk the settings of config.yaml: what docs/config.md and the message catalogue need of them."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from veille.config import Settings


@dataclass(frozen=True)
class Setting:
    """One key of config.yaml."""

    path: str
    meaning: str
    default: Any
    section: bool


def settings(model: type[BaseModel] = Settings, above: str = "") -> Iterator[Setting]:
    """Yield every section and key, sections before their keys, in the order of the code."""
    meanings = _meanings(model)
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        inner = _section(field)
        meaning = " ".join((inner.__doc__ if inner else meanings.get(name, "")).split())
        yield Setting(path, meaning, field.get_default(call_default_factory=True), bool(inner))
        if inner:
            yield from settings(inner, f"{path}.")


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return what the code says under each key of a section, those of its bases included.

    pydantic would read it too, but at each start of every command.
    """
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, BaseModel) and kind is not BaseModel:
            [written] = ast.parse(inspect.getsource(kind)).body
            for key, said in pairwise(written.body):
                match key, said:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(
                        value=ast.Constant(value=str(meaning))
                    ):
                        found[name] = meaning
    return found
