"""Regions: the places that a text is about, told from those that it merely names.

A gazetteer finds names; their surroundings say whether each means a place; homonyms are told apart
by their neighbours; a small regression on how often, how early and how alone a place is named says
whether it is the subject. Tables, rules, fitted numbers and their card are in `models/regions`.

What is named here is loaded when first asked for: names of regions are shown by commands that find
none.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veille.classify.regions.places import GazetteerPlaces
    from veille.classify.regions.tagger import Place, RegionTag, RegionTagger

__all__ = ["GazetteerPlaces", "Place", "RegionTag", "RegionTagger"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever it is
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "places" if name == "GazetteerPlaces" else "tagger"
    return getattr(import_module(f"{__name__}.{home}"), name)
