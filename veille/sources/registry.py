"""sources.yaml: the registry of sources, read with every fault at once, edited with its comments.

Reading goes through a fast parser and pydantic. Editing goes through one that keeps comments, order
and layout; the file is replaced in one move, and only by a valid one.
"""

import io
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from veille.errors import ConfigError
from veille.faults import faults, read_yaml, unreadable
from veille.i18n import _
from veille.model import Source, SourceKind
from veille.sources.codes import Codes, strange
from veille.sources.declaration import Declaration, Located
from veille.sources.documents import Document
from veille.sources.entries import Calendar
from veille.sources.listing import read_listing

Model = TypeVar("Model", bound=BaseModel)
_KEYS = ("meta", "sources", "to_locate")
_YAML_1_1 = yaml.resolver.Resolver()
_TEXT = "tag:yaml.org,2002:str"
_WIDTH = 160  # characters to a line, where a long text is folded


@dataclass(frozen=True, slots=True)
class Registry:
    """The declared sources, and the organisations whose site is still to be found."""

    sources: tuple[Source, ...]
    to_locate: tuple[Located, ...] = ()


class Waiting(StrEnum):
    """Why a source is not asked: the first thing in the way."""

    API = "api"  # of a kind that is not read yet
    RECIPE = "recipe"  # a listing without selectors, a repository without a choice of set
    ADDRESS = "address"  # the address of its feed or sitemap is not known
    UNSEEN = "unseen"  # its address was deduced, and never seen to work
    PAUSED = "paused"  # nothing is in the way: somebody chose so


class _Representer(RoundTripRepresenter):
    """Writes `null` for nothing, as our file does."""

    def represent_none(self, _none: None) -> Any:  # noqa: ANN401
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_none)


def load_sources(path: Path) -> tuple[Source, ...]:
    """Return the sources of a sources.yaml, in its order; raise ConfigError with every fault."""
    return _registry(path).sources


def load_registry(path: Path, codes: Codes | None = None) -> Registry:
    """Read a sources.yaml, and try its listings' selectors on their stored examples.

    With `codes`, a code that is none of these, or no language's, is a fault: a run does not stop
    for it, but its articles would be looked for in vain. Raises ConfigError with every fault, each
    with its key path: `sources[12] (tiess).kind: …`.
    """
    return _registry(path, examples=True, codes=codes)


def waiting_reason(source: Source) -> str:
    """Return why a source is not asked, one of `Waiting`; empty when it is at work."""
    if source.active:
        return ""
    if why := lacking(source):
        return why
    if source.feed is None and source.kind is not SourceKind.LISTING:
        return Waiting.ADDRESS
    return Waiting.PAUSED if source.feed_status == "documented" else Waiting.UNSEEN


def lacking(source: Source) -> str:
    """Return what a source cannot be read without, `Waiting.API` or `RECIPE`; empty for nothing."""
    lacks_recipe = {
        SourceKind.LISTING: source.listing is None,
        SourceKind.OAI: source.oai is None,
    }
    if source.kind is SourceKind.API:
        return Waiting.API
    return Waiting.RECIPE if lacks_recipe.get(source.kind) else ""


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
        raise _config_error(path, unknown)
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


def _registry(
    path: Path, told: Path | None = None, *, examples: bool = False, codes: Codes | None = None
) -> Registry:
    """Read a registry; its faults are told as those of `told`, when it is a draft of that one."""
    found: list[str] = []
    data, path = read_yaml(path, found), told or path
    if not isinstance(data, dict):
        raise _config_error(path, [_("it should hold « sources: » and a list")])
    found += [
        _("{key}: unknown key; there are {known}").format(key=key, known=", ".join(_KEYS))
        for key in data
        if key not in _KEYS
    ]
    sources = _entries(data, "sources", Declaration, found)
    located = _entries(data, "to_locate", Located, found)
    found += _clashes(sources)
    if codes:
        found += strange(sources, located, codes)
    if examples:
        found += _stale_examples(sources, path.parent)
    if found:
        raise _config_error(path, found)
    return Registry(
        tuple(declaration.source() for _place, declaration in sources),
        tuple(place for _place, place in located),
    )


def _entries(
    data: Mapping[str, Any], key: str, model: type[Model], found: list[str]
) -> list[tuple[str, Model]]:
    """Validate a list's entries; add their faults to `found`. Each comes with its place."""
    items = data.get(key) or []
    if not isinstance(items, list):
        found.append(_("{key}: this should be a list").format(key=key))
        return []
    valid = []
    for number, item in enumerate(items):
        name = item.get("id") or item.get("name") if isinstance(item, dict) else None
        place = f"{key}[{number}] ({name})" if name else f"{key}[{number}]"
        try:
            valid.append((place, model.model_validate(item)))
        except ValidationError as error:
            found += faults(error, place, page="docs/sources.md")
    return valid


def _clashes(sources: Iterable[tuple[str, Declaration]]) -> Iterator[str]:
    """Tell what does not go together: within a source, and between two."""
    ids: dict[str, str] = {}
    feeds: dict[str, str] = {}
    for place, declaration in sources:
        for key, why in declaration.misfits():
            yield f"{place}.{key}: {why}"
        for key, value, known in (("id", declaration.id, ids), ("feed", declaration.feed, feeds)):
            if value and known.setdefault(value, place) != place:
                yield f"{place}.{key}: " + _("the same as in {place}").format(place=known[value])


def _stale_examples(sources: Iterable[tuple[str, Declaration]], folder: Path) -> Iterator[str]:
    """Tell each stored page that does not give the items its recipe expects."""
    for place, declaration in sources:
        listing, source = declaration.listing, declaration.source()
        if not (listing and listing.example and source.listing):
            continue
        try:
            page = Document(source.id, source.url, (folder / listing.example).read_text("utf-8"))
            recipe = replace(source.listing, expect=0)
            count = len(
                read_listing(page, recipe, limit=10_000, calendar=Calendar(ZoneInfo("UTC"))).entries
            )
        except (OSError, UnicodeDecodeError) as error:
            why = unreadable(Path(listing.example), error)
            yield f"{place}.listing.example: {why}"
            continue
        if count != listing.expect:
            yield f"{place}.listing.expect: " + _("{example} gives {count} items").format(
                example=listing.example, count=count
            )


def _config_error(path: Path, found: list[str]) -> ConfigError:
    return ConfigError(
        _("{path} cannot be used:").format(path=path),
        tuple(found),
        _("Mend it, then run « veille check »."),
    )


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
        raise _config_error(path, [" ".join(str(error).split())]) from None


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
        _registry(draft, path)
        shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
