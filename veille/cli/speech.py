"""How commands talk: results on stdout, the rest on stderr.

The consoles `out` and `err` are made when one is first asked for: the many runs that end in a line
or in JSON need none.
"""

import json
import logging
import sys
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from veille.errors import ItemError, VeilleError
from veille.i18n import _

if TYPE_CHECKING:
    from rich.console import Console

    out: Console
    err: Console


def __getattr__(name: str) -> "Console":
    if name not in ("out", "err"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _console(stderr=name == "err")


@cache
def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    # What is shown is others' words: brackets in a title are not markup.
    return Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)


def complain(error: VeilleError) -> None:
    """Show an error and the next action on stderr."""
    from rich.text import Text

    from veille.wording import explain

    err, message = _console(stderr=True), error.message
    if isinstance(error, ItemError):
        message = _("{subject}: {why}").format(
            subject=error.subject, why=explain(error.kind, error.detail)
        )
    err.print(Text(message, style="red"))
    if error.action:
        err.print(Text(error.action))


def log_to_stderr() -> None:
    """Show warnings and worse of the program's log on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


def print_json(value: object) -> None:
    """Write one JSON document on stdout, datetimes in ISO 8601."""
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
