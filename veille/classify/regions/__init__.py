"""Regions: the places that a text is about, told from those that it merely names.

A gazetteer finds names; their surroundings say whether each means a place; homonyms are told apart
by their neighbours; a small regression on how often, how early and how alone a place is named says
whether it is the subject. Tables, rules, fitted numbers and their card are in `models/regions`.
"""

from veille.classify.regions.places import GazetteerPlaces
from veille.classify.regions.tagger import Place, RegionTag, RegionTagger

__all__ = ["GazetteerPlaces", "Place", "RegionTag", "RegionTagger"]
