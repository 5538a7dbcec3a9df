"""Files that people write: YAML read strictly, and its faults told with their place, in words.

What the libraries say in English stands in parentheses, after our sentence.
"""

import errno
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from veille.errors import ConfigError
from veille.i18n import _

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is 8 times faster, if built
_SHOWN = 60  # characters of a value that a fault repeats


def read_yaml(path: Path, twice: list[str] | None = None) -> Any:  # noqa: ANN401 - holds anything
    """Return what a YAML file holds; raise ConfigError with line and column where it breaks.

    YAML lets the last of two equal keys win without a word: here both are told. Their faults are
    added to `twice` when it is given, for a caller that tells them with others; else raised.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        loader = _Loader(text)
        node = loader.get_single_node()
        repeated = list(_repeated(node))  # before values are made: `<<` merges keys then
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        found = text[mark.index : mark.index + 1] if mark else ""
        told = _("{place}: not valid YAML: {problem}")
        raise ConfigError(told.format(place=place, problem=_broken(error, found))) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            _("{path} is not text in UTF-8 (byte {at}).").format(path=path, at=error.start)
        ) from None
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(unreadable(path, error)) from None
    if twice is not None:
        twice += repeated
    elif repeated:
        raise ConfigError(_("{path} cannot be used:").format(path=path), tuple(repeated))
    return data


def read_as(model: type[Model], path: Path, *, page: str) -> Model:
    """Return what a YAML file holds as a value of this model.

    Raises ConfigError with every fault and its key path; `page` is where the keys can be read.
    """
    found: list[str] = []
    try:
        value = model.model_validate(read_yaml(path, found))
    except ValidationError as error:
        found += faults(error, page=page)
    if found:
        raise ConfigError(_("{path} cannot be used:").format(path=path), tuple(found))
    return value


def unreadable(path: Path, error: Exception) -> str:
    """Say that a file cannot be read, and why."""
    return _("{path} cannot be read: {error}").format(path=path, error=why_not(error))


def why_not(error: Exception) -> str:
    """Say what the system has against a file, without its name; in its own words if need be."""
    known: dict[type[Exception], str] = {
        FileNotFoundError: _("it is not there"),
        IsADirectoryError: _("it is a folder"),
        NotADirectoryError: _("a folder of its path is a file"),
        FileExistsError: _("a file is in its place"),
        PermissionError: _("its permissions do not allow it"),
    }
    if isinstance(error, OSError):
        why = known.get(type(error)) or _of_the_system().get(error.errno or 0)
        return why or " ".join((error.strerror or str(error)).split())
    return " ".join(str(error).split())


def is_the_system(error: OSError) -> bool:
    """Whether the machine is at its end (its disk is full, say), whatever file was at stake."""
    return error.errno in _of_the_system()


def _of_the_system() -> dict[int, str]:
    full = _("the disk is full")
    return {
        errno.ENOSPC: full,
        errno.EDQUOT: full,
        errno.EFBIG: _("a file may not grow that large here"),
        errno.EROFS: _("this disk can only be read"),
        errno.EIO: _("the disk fails"),
        errno.EMFILE: _("too many files are open"),
        errno.ENAMETOOLONG: _("its name is too long"),
    }


def faults(
    error: ValidationError, root: str = "", *, page: str = "docs/config.md"
) -> Iterator[str]:
    """Tell each fault of a validation with its key path, in the reader's language.

    `page` is where the keys that there are can be read.
    """
    for detail in error.errors(include_url=False):
        path = ".".join(str(part) for part in (root, *detail["loc"]) if part != "")
        yield f"{path}: {_sentence(detail, page)}" if path else _sentence(detail, page)


def _repeated(node: yaml.Node | None, path: str = "") -> Iterator[str]:
    """Yield a fault for each key that stands twice in one mapping, with its path and lines."""
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _repeated(item, f"{path}[{number}]")
    if not isinstance(node, yaml.MappingNode):
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        place = f"{path}.{name}" if path else name
        if isinstance(key, yaml.ScalarNode) and (first := lines.setdefault(name, line)) != line:
            told = _("this key stands twice, on lines {first} and {line}")
            yield f"{place}: {told.format(first=first, line=line)}"
        yield from _repeated(value, place)


def _broken(error: yaml.MarkedYAMLError, found: str) -> str:
    """Say what breaks a YAML file, at the character `found`.

    libyaml and its Python twin word it differently.
    """
    problem = str(error.problem)
    tab = _("a tab: YAML wants spaces")
    said = (
        ("mapping values are not allowed", _("a colon where none can stand; is a quote missing?")),
        (r"\\t|tab character", tab),
        (
            "cannot start any token",
            tab if found == "\t" else _("a character that has to stand between quotes"),
        ),
        ("did not find expected key|block end|'-' indicator", _("a line that is not aligned")),
        ("expected ':'", _("a key without its colon")),
        (r"',' or '[\]}]'", _("a list or a group in brackets that is not closed")),
        ("end of stream", _("a quote that is not closed")),
        ("unknown escape", _("a backslash between double quotes: use single ones")),
        ("undefined alias|alphabetic or numeric", _("a « * » or « & » that wants quotes")),
        ("document start|but found another document", _("more than one document in the file")),
        ("constructor for the tag|tag handle", _("a « ! » that wants quotes")),
        ("unhashable", _("a key that is a list or a group")),
    )
    words = next((words for pattern, words in said if re.search(pattern, problem)), "")
    return f"{words} ({problem})" if words else problem


def _sentence(detail: ErrorDetails, page: str) -> str:
    values = {"found": _shown(detail["input"]), "page": page, **_context(detail)}
    if template := _sentences(detail["input"]).get(detail["type"]):
        return template.format_map(values)
    return _("« {found} » does not fit here").format_map(values) + f" ({detail['msg']})"


def _context(detail: ErrorDetails) -> dict[str, Any]:
    """Return what else pydantic tells of a fault, as people write it."""
    context = dict(detail.get("ctx", {}))
    if "expected" in context:  # `'fr' or 'en'`
        between = _("or")
        expected = str(context["expected"]).replace(" or ", f" {between} ")
        context["expected"] = re.sub("'([^']*)'", r"\1", expected)
    for key, limit in context.items():
        if isinstance(limit, float) and limit.is_integer():  # « 0.0 » is not how people write it
            context[key] = int(limit)
    return context


def _sentences(found: object) -> dict[str, str]:
    """Return the sentence for each type of fault of pydantic's."""
    number, whole, several = (
        _("« {found} » should be a number"),
        _("« {found} » should be a whole number"),
        _("« {found} » should be a list"),
    )
    return {
        "extra_forbidden": _("unknown key; see {page} for those there are"),
        "missing": _("this key is required"),
        "timezone": _("« {name} » is not a known time zone"),
        "contact": _("« {found} » is neither a page’s address (https://…) nor an e-mail address"),
        "literal_error": _("« {found} » is not one of {expected}"),
        "enum": _("« {found} » is not one of {expected}"),
        "greater_than": _("{found} should be more than {gt}"),
        "greater_than_equal": _("{found} should be {ge} or more"),
        "less_than": _("{found} should be less than {lt}"),
        "less_than_equal": _("{found} should be {le} or less"),
        "int_parsing": whole,
        "int_type": whole,
        "int_from_float": whole,
        "float_parsing": number,
        "float_type": number,
        "finite_number": number,
        "bool_parsing": _("« {found} » should be true or false"),
        "bool_type": _("« {found} » should be true or false"),
        "date_type": _("« {found} » should be a date: 2026-11-21"),
        "date_parsing": _("« {found} » should be a date: 2026-11-21"),
        "date_from_datetime_parsing": _("« {found} » should be a date: 2026-11-21"),
        "date_from_datetime_inexact": _("« {found} » should be a date: 2026-11-21"),
        "string_type": _text_wanted(found),
        "string_too_short": _("this should not be empty"),
        "string_too_long": _("this should have {max_length} characters at most"),
        "too_short": _("at least {min_length} are wanted here"),
        "too_long": _("at most {max_length} are wanted here"),
        "list_type": several,
        "tuple_type": several,
        "model_type": _("« {found} » should hold « key: value » lines"),
        "model_attributes_type": _("« {found} » should hold « key: value » lines"),
        "dict_type": _("« {found} » should hold « key: value » lines"),
        "mapping_type": _("« {found} » should hold « key: value » lines"),
        "value_error": "{error}",  # raised by a validator of ours, in the reader's language already
    }


def _text_wanted(found: object) -> str:
    if isinstance(found, dict | list):
        return _("« {found} » should be text")
    return _("« {found} », as YAML reads it, should be text: put it between quotes")


def _shown(found: object) -> str:
    words = "null" if found is None else str(found)
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
