"""Signatures: the same for ever, small, and back from their bytes."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.model import digest_bytes
from veille.stories import SCHEME, Signature, sign
from veille.stories.likeness import text_in_common

TEXT = """Le Fonds Relais Boréal lance aujourd’hui une enveloppe de 6 M$ destinée aux coopératives
et aux OBNL d’économie sociale situés dans une municipalité de moins de 5 000 habitants. Les prêts,
de 40 000 $ à 250 000 $, ne comportent aucun remboursement avant la quatrième année."""
KNOWN = {"1.2": "694da687ac7fcd6e2508a14d2160649e"}


def test_a_scheme_always_gives_the_same_signature():
    """When this fails, either the scheme's version must change, or the change be undone."""
    assert digest_bytes(sign("Du capital patient", TEXT, "fr").to_bytes()) == KNOWN[SCHEME]


def test_another_process_gives_the_same_signature():
    code = "import sys; from veille.stories import sign; print(sign('t', sys.argv[1]).to_bytes())"
    given = [
        subprocess.run(
            [sys.executable, "-c", code, TEXT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert given == [str(sign("t", TEXT).to_bytes())] * 2


@given(st.text(), st.text())
def test_a_signature_comes_back_from_its_bytes(title, text):
    signature = sign(title, text)
    assert Signature.from_bytes(signature.to_bytes()) == signature


def test_a_signature_is_small():
    words = " ".join(f"Nom{number} mot{number} {number * 7}" for number in range(4_000))
    assert len(sign("Un titre", words).to_bytes()) < 1_200


def test_a_short_text_has_no_sketch():
    signature = sign("Titre", "Dix mots ne prouvent pas que deux textes sont copiés.")
    assert (signature.sketch, signature.bands()) == (b"", ())
    assert text_in_common(signature, signature) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Cet article est réservé aux abonnés. " + "Un mot puis un autre et encore. " * 9,
        "Please enable JavaScript to read on. " + "Some words and then some others. " * 9,
    ],
)
def test_what_stands_in_the_place_of_an_article_is_not_its_text(text):
    assert sign("Titre", text) == sign("Titre", "")


@pytest.mark.parametrize(
    ("other", "least", "most"),
    [
        (TEXT, 1, 1),
        (TEXT.upper().replace("’", "'").replace("É", "E"), 1, 1),  # folded alike
        (TEXT.replace("aujourd’hui ", ""), 0.85, 0.99),
        (TEXT[: len(TEXT) // 2], 0.5, 0.85),
        (" ".join(reversed(TEXT.split())), 0, 0.08),
    ],
)
def test_the_text_in_common_is_estimated(other, least, most):
    share = text_in_common(sign("", TEXT), sign("", other))
    assert least <= share <= most
