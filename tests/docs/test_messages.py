"""The French catalogue: whole, up to date, and typed as French is."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def messages():
    sys.path.insert(0, str(DOCS))
    spec = importlib.util.spec_from_file_location("messages", DOCS / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def catalogue(messages):
    return messages.updated()


def sentences(catalogue):
    for message in catalogue[0]:
        if message.id:
            originals = message.id if message.pluralizable else (message.id,)
            forms = message.string if message.pluralizable else (message.string,)
            for form in forms:
                yield originals, form


def test_the_catalogue_is_up_to_date(messages, catalogue):
    assert messages.PO.read_bytes() == catalogue[1], "run `make messages`, then translate"


def test_every_sentence_is_translated(catalogue):
    assert not [originals for originals, form in sentences(catalogue) if not form]


def test_a_translation_has_the_fields_of_its_original(catalogue):
    def fields(text):
        return set(re.findall(r"{(\w+)", text))

    for originals, form in sentences(catalogue):
        assert fields(form) == set().union(*map(fields, originals)), form


UNIT = r"(?<=[\d}]) (?:h|min|s|ko|Mo|Go|%)(?![\w’])"


def test_french_typography(catalogue):
    """As French is set in Québec: no-break spaces at « », before a colon and a unit; none before
    ; ! ?
    """
    for _originals, form in sentences(catalogue):
        for wrong in (r"« ", r" »", r" :", r"(?<!«)\s[;!?]", r"\w'\w", UNIT):
            assert not re.search(wrong, form), f"{wrong!r} in {form!r}"
