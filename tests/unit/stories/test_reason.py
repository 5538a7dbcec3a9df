"""One sentence says why, in the reader's language."""

import pytest

from veille.i18n import use_language
from veille.stories import Kind, Link, reason

COPY = Link("a", "b", Kind.COPY, 0.87, 9.0, days=0, names=("Boréal",), numbers=4)
CUT = Link("a", "c", Kind.COPY, 0.62, 9.0, days=1, names=("Boréal",), numbers=2)
NAMES = ("Mie", "Hamelin-Dion")
EVENT = Link("a", "d", Kind.EVENT, 0.0, 6.0, days=2, names=NAMES, numbers=3)
SAME_DAY = Link("a", "e", Kind.EVENT, 0.0, 6.0, days=0, names=NAMES, numbers=1)
ABROAD = Link("a", "f", Kind.TRANSLATION, 0.0, 6.0, days=1, names=NAMES, numbers=2)


@pytest.mark.parametrize(
    ("ties", "sentence"),
    [
        ([], ""),
        ([COPY], "87 % du texte en commun"),
        ([COPY, CUT], "de 62 à 87 % du texte en commun"),
        ([EVENT], "même événement, raconté à 2 jours d’écart : Mie, Hamelin-Dion et 3 chiffres"),
        ([SAME_DAY], "même événement, raconté le même jour : Mie, Hamelin-Dion et 1 chiffre"),
        (
            [COPY, ABROAD],
            "87 % du texte en commun; même événement, raconté dans une autre langue :"
            " Mie, Hamelin-Dion et 2 chiffres",
        ),
    ],
)
def test_reasons_in_french(ties, sentence):
    use_language("fr")
    assert reason(ties).replace("\u00a0", " ") == sentence


def test_a_person_s_hand_is_told():
    assert reason([COPY], by_hand=True).startswith("réunis par une personne")
