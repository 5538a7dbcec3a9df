"""Who does what costs time of the processor: the setting `workers`, and what it names."""

import json
import re

from veille.i18n import _

MOST = 64  # processes
_SCHEMES = {"dask": "tcp", "tls": "tls"}
_ADDRESS = re.compile(
    r"(?P<scheme>dask|tls)://(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})"
)


def known_workers(given: object) -> int | str:
    """Check the setting `workers`; raise ValueError, with a sentence, for what it cannot be."""
    text = str(given).strip()
    if text.isdecimal() and 1 <= int(text) <= MOST:
        return int(text)
    if (found := _ADDRESS.fullmatch(text)) and 0 < int(found["port"]) < 65_536:
        return text
    told = _(
        "« {text} » is neither a number of processes (1 to {most}) nor a Dask scheduler’s address "
        "(dask://host:8786, or tls://host:8786)"
    )
    shown = given if isinstance(given, str) else json.dumps(given, default=str)  # as YAML has it
    hidden = re.sub(r"//.*@", "//…@", shown)  # a password that somebody put there
    raise ValueError(told.format(text=hidden, most=MOST))


def scheduler_of(workers: int | str) -> str | None:
    """Return a scheduler's address as Dask writes it (`tcp://host:8786`); None for processes."""
    if isinstance(workers, int):
        return None
    scheme, _colon, place = workers.partition("://")
    return f"{_SCHEMES[scheme]}://{place}"
