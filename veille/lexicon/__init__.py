"""How the words of texts are indexed and found: their forms, lemmas and stems. Pure."""

from veille.lexicon.forms import fold, forms_of, parts_of
from veille.lexicon.stems import COMMON, LANGUAGES, Word, analyse

__all__ = ["COMMON", "LANGUAGES", "Word", "analyse", "fold", "forms_of", "parts_of"]
