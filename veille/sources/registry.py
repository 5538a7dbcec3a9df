"""sources.yaml: the registry of sources, read with every fault at once by a fast parser.

`editing` changes it, through a parser that keeps its comments, order and layout.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from veille.errors import ConfigError
from veille.faults import faults, read_yaml, unreadable
from veille.i18n import _
from veille.model import Source, SourceKind
from veille.sources.declaration import Declaration, Located

if TYPE_CHECKING:
    from veille.sources.codes import Codes

Model = TypeVar("Model", bound=BaseModel)
_KEYS = ("meta", "sources", "to_locate")


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


def load_sources(path: Path) -> tuple[Source, ...]:
    """Return the sources of a sources.yaml, in its order; raise ConfigError with every fault."""
    return read_registry(path).sources


def load_registry(path: Path, codes: "Codes | None" = None) -> Registry:
    """Read a sources.yaml, and try its listings' selectors on their stored examples.

    With `codes`, a code that is none of these, or no language's, is a fault: a run does not stop
    for it, but its articles would be looked for in vain. Raises ConfigError with every fault, each
    with its key path: `sources[12] (tiess).kind: …`.
    """
    return read_registry(path, examples=True, codes=codes)


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


def read_registry(
    path: Path, told: Path | None = None, *, examples: bool = False, codes: "Codes | None" = None
) -> Registry:
    """Read a registry; its faults are told as those of `told`, when it is a draft of that one.

    `examples` and `codes` as for `load_registry`.
    """
    found: list[str] = []
    data, path = read_yaml(path, found), told or path
    if not isinstance(data, dict):
        raise config_error(path, [_("it should hold « sources: » and a list")])
    found += [
        _("{key}: unknown key; there are {known}").format(key=key, known=", ".join(_KEYS))
        for key in data
        if key not in _KEYS
    ]
    sources = _entries(data, "sources", Declaration, found)
    located = _entries(data, "to_locate", Located, found)
    found += _clashes(sources)
    if codes:
        from veille.sources.codes import strange

        found += strange(sources, located, codes)
    if examples:
        found += _stale_examples(sources, path.parent)
    if found:
        raise config_error(path, found)
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
    from veille.sources.documents import Document
    from veille.sources.entries import Calendar
    from veille.sources.listing import read_listing

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


def config_error(path: Path, found: list[str]) -> ConfigError:
    """Return the error that tells all these faults of a registry."""
    return ConfigError(
        _("{path} cannot be used:").format(path=path),
        tuple(found),
        _("Mend it, then run « veille check »."),
    )
