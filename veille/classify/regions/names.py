"""What people call a region code, and which codes there are: from the gazetteer's tables."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel import Locale

from veille.classify.regions.hierarchy import UNION, WORLD, ancestors
from veille.classify.regions.tables import read_names, read_yaml
from veille.i18n import _, language

_TOWNS_TOO: Final = {"QC-13": "Laval"}  # areas.yaml leaves this name to the table of towns


def known_codes(folder: Path) -> frozenset[str]:
    """Return every region code of `models/regions`, and those that hold them.

    Raises ConfigError naming the table that cannot be read.
    """
    codes = {named.place.code for named in read_names(folder)}
    return frozenset(codes.union(*map(ancestors, codes)) | {UNION, WORLD})


def region_names(folder: Path) -> Mapping[str, str]:
    """Return each region's name by its code: countries in the language in force, regions in theirs.

    Without the table of `models/regions`, countries only.
    """
    table = folder / "areas.yaml"
    regions = _regions(table, _stamp(table)) if table.is_file() else {}
    world = {UNION: _("European Union"), WORLD: _("International")}
    countries = {
        code: name for code, name in Locale(language()).territories.items() if len(code) == 2
    }
    return {**countries, **regions, **_TOWNS_TOO, **world}


@lru_cache(maxsize=1)
def _regions(table: Path, _stamp: tuple[int, int]) -> Mapping[str, str]:
    """Return each region's name; read once for as long as the table is the same."""
    areas = read_yaml(table).items()
    return {code: kinds["region"][0] for code, kinds in areas if "-" in code}


def _stamp(file: Path) -> tuple[int, int]:
    told = file.stat()
    return told.st_mtime_ns, told.st_size
