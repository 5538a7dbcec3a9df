"""With what would this process work? Asked of every worker, since the answer shapes results."""

import hashlib
import multiprocessing
import platform
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from veille.i18n import _

ENGINE = "veille"
_ALSO = ("dask", "distributed")


def minor(version: str) -> str:
    """Return a version of Python as far as results depend on it: 3.11 of 3.11.7."""
    return ".".join(version.split(".")[:2])


@cache
def here() -> dict[str, str]:
    """Return what this process works with, by name: Python, the engine, its code, its libraries.

    As it was when first asked, so what has been loaded: a worker that was not started again after
    its engine was replaced still works with the old one, whatever its disk holds.
    """
    return {
        "Python": minor(platform.python_version()),
        ENGINE: metadata.version(ENGINE),
        "code": _code(),
        **_libraries(),
    }


def may_have_children() -> bool:
    """Whether this process may start others; a worker under a nanny may not, unless told so."""
    return not multiprocessing.current_process().daemon


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[str]:
    """Tell what another process works with that is not what works here."""
    for name, wanted in ours.items():
        if (found := theirs.get(name, "")) != wanted:
            yield _("{name} {found} ({wanted} here)").format(
                name=_("the code of veille") if name == "code" else name,
                found=found or _("missing"),
                wanted=wanted,
            )


def _code() -> str:
    """Return twelve hexadecimal digits of the engine's own code.

    Two checkouts can bear the same version.
    """
    package = Path(__file__).parents[1]
    hashed = hashlib.blake2b(digest_size=6)
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if not name.startswith("_starter/"):  # what `veille init` copies; only in a wheel
            hashed.update(name.encode() + b"\x1f" + path.read_bytes() + b"\x1f")
    return hashed.hexdigest()


def _libraries() -> dict[str, str]:
    """Return the versions of all libraries that the engine requires."""
    required = [line for line in metadata.requires(ENGINE) or () if "extra ==" not in line]
    names = (re.match(r"[\w.-]+", line) for line in required)
    return {name: _version(name) for name in (*(found[0] for found in names if found), *_ALSO)}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
