"""What a benchmark tells: figures, each beside the least that the work could cost."""

from dataclasses import dataclass
from enum import StrEnum


class Size(StrEnum):
    """How much a benchmark takes on: `small` shows in seconds that it runs, nothing more."""

    SMALL = "small"
    USUAL = "usual"
    LARGE = "large"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured thing, and what it is held against.

    `floor` is in the same unit, taken in the same run, by turns with ours where it can be; `beside`
    says what it is: the bare libraries, a peer, or ourselves at a smaller size. An aim is the most
    that the ratio to the floor (`most_times`) or the value itself (`most`) should be. `note` says
    in a line what remains and why.
    """

    name: str
    value: float
    unit: str
    beside: str = ""
    floor: float | None = None
    most_times: float | None = None
    most: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if (self.floor is None) == bool(self.beside):
            raise ValueError(f"{self.name}: a floor says what it is, and what it came to")
        if self.most_times is not None and self.floor is None:
            raise ValueError(f"{self.name}: an aim for the ratio, and no floor")

    @property
    def ratio(self) -> float | None:
        """Ours, in floors; None without a floor, or beside one too small to be measured."""
        return self.value / self.floor if self.floor else None

    @property
    def is_met(self) -> bool | None:
        """Whether every aim is; None where there is none, or the ratio could not be told."""
        held = [
            value <= most
            for value, most in ((self.ratio, self.most_times), (self.value, self.most))
            if most is not None and value is not None
        ]
        return all(held) if held else None
