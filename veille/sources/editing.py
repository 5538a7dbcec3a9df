"""sources.yaml, edited: comments, order and layout stay.

The file is replaced in one move, and only by a valid one.
"""

import io
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from veille.i18n import _
from veille.sources.registry import config_error, load_sources, read_registry

_YAML_1_1 = yaml.resolver.Resolver()
_TEXT = "tag:yaml.org,2002:str"
_WIDTH = 160  # characters to a line, where a long text is folded


class _Representer(RoundTripRepresenter):
    """Writes `null` for nothing, as our file does."""

    def represent_none(self, _none: None) -> Any:  # noqa: ANN401
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_none)


def append_sources(path: Path, declarations: Iterable[Mapping[str, Any]]) -> None:
    """Add sources at the end of the list, each as its keys in sources.yaml.

    Raises ConfigError, and leaves the file as it is, when the result would not be valid.
    """
    editor, data = _open(path)
    sources = data.setdefault("sources", [])
    if hasattr(sources, "fa"):
        sources.fa.set_block_style()
    sources.extend(_written(dict(declaration)) for declaration in declarations)
    _replace(path, editor, data)


def amend_sources(path: Path, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Set keys of sources, by their ids: `{"tiess": {"active": True}}`.

    Raises ConfigError, and leaves the file as it is, for an id that is not there or when the
    result would not be valid.
    """
    editor, data = _open(path)
    by_id = {source.get("id"): source for source in data.get("sources") or []}
    if unknown := [
        _("no source has the id « {id} »").format(id=i) for i in changes if i not in by_id
    ]:
        raise config_error(path, unknown)
    for ident, values in changes.items():
        for key, value in values.items():
            _set(by_id[ident], key, value)
    _replace(path, editor, data)


def _set(source: Any, key: str, value: object) -> None:  # noqa: ANN401 - a commented mapping
    """Set a key where it stands; a new one comes after `kind`."""
    if key in source:
        source[key] = _written(value)
        return
    keys = list(source)
    source.insert(keys.index("kind") + 1 if "kind" in keys else len(keys), key, _written(value))


def _written(value: object) -> object:
    """Quote the texts that our reader, of YAML 1.1, would take for something else: no, 12:30…"""
    match value:
        case dict():
            return {key: _written(one) for key, one in value.items()}
        case list() | tuple():
            return [_written(one) for one in value]
        case str() if _YAML_1_1.resolve(yaml.ScalarNode, value, (True, False)) != _TEXT:  # type: ignore[no-untyped-call]
            return SingleQuotedScalarString(value)
    return value


def _open(path: Path) -> tuple[YAML, Any]:
    """Return an editor that keeps the file's layout, and the file's content in it."""
    load_sources(path)  # only a valid file is edited; and its faults are better told there
    text = path.read_text(encoding="utf-8")
    dash = re.search(r"^( *)- ", text, re.MULTILINE)
    offset = len(dash[1]) if dash else 0
    editor = YAML()
    editor.Representer = _Representer
    editor.preserve_quotes = True
    editor.width = _WIDTH
    editor.indent(mapping=2, sequence=offset + 2, offset=offset)
    try:
        return editor, editor.load(text)
    except YAMLError as error:  # stricter than our reader: a key given twice
        raise config_error(path, [" ".join(str(error).split())]) from None


def _replace(path: Path, editor: YAML, data: Any) -> None:  # noqa: ANN401
    """Write the edited content beside the file, read it back, and put it in the file's place."""
    meta = data.get("meta")
    if isinstance(meta, dict) and "count" in meta:
        meta["count"] = len(data["sources"])
    written = io.StringIO()
    editor.dump(data, written)
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(written.getvalue(), encoding="utf-8")
        read_registry(draft, path)
        shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
