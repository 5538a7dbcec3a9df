"""How the words of texts are indexed and found: their forms, lemmas and stems. Pure."""

from veille.lexicon.forms import folded, forms_of, parts_of
from veille.lexicon.stems import COMMON, LANGUAGES, Words, analyse, forget_dictionaries

__all__ = [
    "COMMON",
    "LANGUAGES",
    "Words",
    "analyse",
    "folded",
    "forget_dictionaries",
    "forms_of",
    "parts_of",
]
