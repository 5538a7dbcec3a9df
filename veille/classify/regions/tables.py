"""The gazetteer's tables as they stand on disk, read into names and rules."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

from veille import faults
from veille.errors import ConfigError
from veille.folding import fold


class Place(NamedTuple):
    """One meaning of a name: the code it stands for and what it is there.

    `people` is the population (0: unknown or not a town's); `also` says that the name is also a
    `word` or a `person`'s; `exact` that a sign counts only when written just so.
    """

    code: str
    kind: str
    people: int = 0
    also: str = ""
    exact: bool = False


class Named(NamedTuple):
    """A name as written in a table, and the place it means there."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Rules:
    """What homonyms.yaml says; all words folded. `speakers` are the countries of a language."""

    never: frozenset[str]
    persons: frozenset[str]
    capital_only: frozenset[str]
    streets: frozenset[str]
    organisations: frozenset[str]
    titles: frozenset[str]
    schools: frozenset[str]
    links: frozenset[str]
    after_street: frozenset[str]
    areas: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]
    language_names: frozenset[str]
    before_language: frozenset[str]
    after_language: frozenset[str]
    speakers: Mapping[str, frozenset[str]]


def read_rules(folder: Path) -> Rules:
    """Return the rules that tell places from words, persons, streets and languages."""
    data = read_yaml(folder / "homonyms.yaml")
    lists = {name: frozenset(fold(str(word)) for word in data[name]) for name in _WORD_LISTS}
    locatives, languages = data["locatives"], data["languages"]
    return Rules(
        **lists,
        strong=frozenset(map(str, locatives["strong"])),
        weak=frozenset(map(str, locatives["weak"])),
        language_names=frozenset(languages["names"]),
        before_language=frozenset(languages["before"]),
        after_language=frozenset(languages["after"]),
        speakers={code: frozenset(map(str, where)) for code, where in data["speakers"].items()},
    )


_WORD_LISTS: Final = (
    "never",
    "persons",
    "capital_only",
    "streets",
    "organisations",
    "titles",
    "schools",
    "links",
    "after_street",
    "areas",
)


def read_names(folder: Path) -> Iterator[Named]:
    """Yield every name of every table with its place, in the order of the files."""
    for table in ("quebec.csv", "france.csv", "world.csv"):
        yield from _towns(folder / table)
    yield from _countries(folder / "countries.csv")
    yield from _areas(folder / "areas.yaml")
    yield from _areas(folder / "cities.yaml")
    yield from _signs(folder / "signs.yaml")
    yield from _demonyms(folder / "demonyms.yaml")


def _towns(path: Path) -> Iterator[Named]:
    for name, kind, code, people, also in _rows(path):
        yield Named(name, Place(code, kind, int(people or 0), also))


def _countries(path: Path) -> Iterator[Named]:
    for code, *names in _rows(path):
        for name in dict.fromkeys(filter(None, names)):
            yield Named(name, Place(code, "country"))


def _areas(path: Path) -> Iterator[Named]:
    for code, kinds in read_yaml(path).items():
        for kind, names in kinds.items():
            for name in names:
                yield Named(name, Place(code, kind))


def _signs(path: Path) -> Iterator[Named]:
    for code, kinds in read_yaml(path).items():
        for kind, names in kinds.items():
            for name in names or ():
                yield Named(str(name), Place(code, kind, exact=_is_acronym(str(name))))


def _demonyms(path: Path) -> Iterator[Named]:
    for code, families in read_yaml(path).items():
        for family in families:
            stem, *endings = family.split("|")
            for ending in ("", *endings):
                yield Named(stem + ending, Place(code, "demonym"))


def _rows(path: Path) -> Iterator[list[str]]:
    """Yield a CSV file's rows, the header aside."""
    rows = csv.reader(_text(path).splitlines())
    next(rows)
    return rows


def read_yaml(path: Path) -> Mapping[str, Any]:
    """Return what a YAML file holds. Raises ConfigError naming it when it cannot be read."""
    return dict(faults.read_yaml(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(faults.unreadable(path, error)) from error


def _is_acronym(name: str) -> bool:
    """Whether a sign must stand exactly as written: two capitals in a row, a digit, a dot."""
    return any(map(str.isdigit, name)) or sum(map(str.isupper, name.split()[0])) > 1


def version_of(folder: Path) -> str:
    """Return a short hash of all that decides: the tables, the rules and the weights."""
    seen = blake2b(digest_size=4)
    for path in sorted((*folder.glob("*.csv"), *folder.glob("*.yaml"))):
        seen.update(path.read_bytes())
    return f"regions-{seen.hexdigest()}"
