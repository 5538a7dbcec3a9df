"""Folded text keeps its length, so that an offset in one holds in the other."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.folding import fold, spellings


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Sept-Îles", "sept-iles"),
        ("L’Île‑d’Orléans", "l'ile-d'orleans"),
        ("Saguenay–Lac-Saint-Jean", "saguenay-lac-saint-jean"),
        ("ŒUVRE", "œuvre"),
        ("İstanbul", "istanbul"),
        ("100\u00a0%", "100 %"),
        ("서울", "서울"),
    ],
)
def test_fold(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folding_keeps_length_and_is_idempotent(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x17F)))
def test_folded_latin_text_holds_no_accent(text):
    assert not any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", fold(text)))


def test_ligatures_are_indexed_in_both_spellings():
    assert spellings("Cœur-de-Ville") == ("cœur-de-ville", "coeur-de-ville")
    assert spellings("coopérative") == ("cooperative",)
