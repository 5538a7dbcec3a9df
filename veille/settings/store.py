"""Where the working store is: the settings `store` and `store_data`, and what they name."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from veille.i18n import _
from veille.sharing import ALONE, Share

FILE = "file"
LAKE = "ducklake:postgres:"
_PASSWORD = re.compile(r"password\s*=|://[^@]*:[^@]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lake:
    """A working store in a DuckLake, where several engines may write at once.

    `catalogue` is how DuckLake finds its catalogue (`postgres:dbname=…`, or a DuckDB file for one
    engine alone), `data` the folder of its Parquet files, `spill` where DuckDB puts what does not
    fit into memory. `share` is this engine's.
    """

    catalogue: str
    data: Path
    spill: Path
    share: Share = ALONE

    @property
    def is_shared(self) -> bool:
        """Whether its catalogue is in PostgreSQL, where several engines reach it."""
        return self.catalogue.startswith("postgres:")

    def __str__(self) -> str:
        return f"ducklake:{self.catalogue}"


Place = Path | Lake
"""Where a working store is: a DuckDB file, or a DuckLake."""


def known_store(given: str) -> str:
    """Check the setting `store`; raise ValueError, with a sentence, for what it cannot be."""
    store = given.strip()
    if store == FILE:
        return store
    tells = _PASSWORD.search(unquote(store))  # as libpq reads an address
    if not store.startswith(LAKE) or not store.removeprefix(LAKE).strip():
        told = _("« {text} » is neither « file » nor « ducklake:postgres:dbname=… host=… »")
        raise ValueError(told.format(text="…" if tells else store))
    if tells:
        raise ValueError(
            _("a password does not belong here: give it in the environment, as PGPASSWORD")
        )
    return store


def known_share(given: str) -> str:
    """Check the setting `share`; raise ValueError, with a sentence, for what it cannot be."""
    try:
        return str(Share.read(given))
    except ValueError:
        told = _("« {text} » is not a share: 1/2 and 2/2 are those of two engines")
        raise ValueError(told.format(text=given)) from None
