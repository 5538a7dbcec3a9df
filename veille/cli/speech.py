"""How commands talk: results on stdout, the rest on stderr."""

import json
import logging
import sys
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

from veille.errors import ItemError, VeilleError
from veille.i18n import _
from veille.wording import explain

# What is shown is others' words: brackets in a title are not markup.
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def complain(error: VeilleError) -> None:
    """Show an error and the next action on stderr."""
    message = error.message
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
