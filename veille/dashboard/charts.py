"""From counts to where things stand in a drawing: pure geometry, in units of an SVG's viewBox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10, sqrt
from typing import Final

LEVELS = 5
"""Shades of the map besides that of nothing."""

TILE, GAP = (100, 76), 6
"""Width and height of a tile, and what lies between two."""

# Roughly as on a map: the north above, the sea to the right.
_PLACES: Final = (
    (None, "QC-08", "QC-10", "QC-02", "QC-09", None, None),
    ("QC-07", "QC-15", "QC-14", "QC-04", "QC-03", "QC-01", "QC-11"),
    (None, "QC-13", "QC-06", "QC-17", "QC-12", None, None),
    (None, None, "QC-16", "QC-05", None, None, None),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One region's square: its upper left corner, its count, and its shade, 0 for nothing."""

    region: str
    x: int
    y: int
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Column:
    """One bar that stands on the base line: `x`, `y` are its upper left corner."""

    place: int
    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars side by side on a common scale, and the lines to read them by."""

    width: float
    height: float
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, int], ...]
    """Lines across: how far down, and the value there."""


def tiles(counts: Mapping[str, int]) -> tuple[Tile, ...]:
    """Return Québec's regions as squares laid out like a map, shaded by the root of their count."""
    most = max((counts.get(region, 0) for row in _PLACES for region in row if region), default=0)
    return tuple(
        Tile(
            region,
            column * (TILE[0] + GAP),
            row * (TILE[1] + GAP),
            counts.get(region, 0),
            _level(counts.get(region, 0), most),
        )
        for row, places in enumerate(_PLACES)
        for column, region in enumerate(places)
        if region
    )


def map_size() -> tuple[int, int]:
    """Return the width and height of the map."""
    width, height = (side + GAP for side in TILE)
    return len(_PLACES[0]) * width - GAP, len(_PLACES) * height - GAP


def columns(values: Sequence[int], *, most: int, width: float = 300, height: float = 90) -> Columns:
    """Return a value per column, to the scale of charts whose highest value is `most`."""
    top = round_up(most)
    step = width / max(1, len(values))
    gap = min(4.0, step / 4)
    return Columns(
        width,
        height,
        tuple(
            Column(
                place,
                round(place * step + gap / 2, 2),
                round(height - value / top * height, 2),
                round(step - gap, 2),
                round(value / top * height, 2),
                value,
            )
            for place, value in enumerate(values)
        ),
        tuple(
            (round(height - value / top * height, 2), value) for value in (top, top // 2) if value
        ),
    )


def months(
    mondays: Sequence[date], *, width: float = 300, apart: float = 38
) -> tuple[tuple[float, date], ...]:
    """Return where to name a month below columns of weeks: at its first, not too close together."""
    step = width / max(1, len(mondays))
    named: list[tuple[float, date]] = []
    for place, monday in enumerate(mondays):
        x = round(place * step, 2)
        if monday.day <= 7 and width - x >= apart / 2 and (not named or x - named[-1][0] >= apart):
            named.append((x, monday))
    return tuple(named)


def round_up(value: int) -> int:
    """Return the round number to end a scale with: 2, 4, 10, 20, 40, 100…"""
    if value <= 2:
        return 2
    power: int = 10 ** int(log10(value))
    return next(
        factor * power
        for factor in (1, 2, 4, 10, 20)
        if factor * power >= value and factor * power > 1
    )


def _level(count: int, most: int) -> int:
    return ceil(LEVELS * sqrt(count / most)) if count else 0
