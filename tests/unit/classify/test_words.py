import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.classify.words import keys_of, words_of


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Les travailleur·euse·s élu(e)s", ("les", "travailleurs", "elus")),
        ("salarié-e-s, adhérent.es, acteur/trice", ("salaries", "adherents", "acteur")),
        ("prenez-les, dit-elle", ("prenez", "les", "dit", "elle")),
        ("l’économie d'ici", ("l", "economie", "d", "ici")),
        ("main-d’œuvre", ("main", "d", "oeuvre")),
        ("sous‑traitance", ("sous", "traitance")),
        ("col·laboració intel·lectual", ("col", "laboracio", "intel", "lectual")),
        ("ÉSS SCIC", ("ess", "scic")),
        ("사회적경제 좋다", ("사회적경제", "좋다")),
        ("a_b c\0d 😀", ("a", "b", "c", "d")),
        ("", ()),
    ],
)
def test_keys(text, keys):
    assert keys_of(text) == keys


def test_decomposed_letters_are_the_same_words_where_they_were_written():
    text = unicodedata.normalize("NFD", "Les élus décidèrent")
    words = words_of(text)
    assert words.keys == ("les", "elus", "deciderent")
    assert unicodedata.normalize("NFC", words.written(1, 2)) == "élus décidèrent"


@given(st.text())
def test_words_stand_in_order_and_apart(text):
    words = words_of(text)
    ends = (0, *words.ends)
    assert all(end <= start for end, start in zip(ends, words.starts, strict=False))
    assert all(start < end for start, end in zip(words.starts, words.ends, strict=True))
