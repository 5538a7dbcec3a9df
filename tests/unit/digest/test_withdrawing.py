"""An item taken out of a draft's file: it, the remarks above it, and nothing else."""

import pytest
from ruamel.yaml.error import YAMLError

from veille.digest.withdrawing import draft_without

DRAFT = "week: 2026-W47\nitems:\n# on x\n- id: xx\n  note: a : b #3\n\n# on y\n- id: yy\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (DRAFT, "week: 2026-W47\nitems:\n\n# on y\n- id: yy\n"),
        ("items:\n- id: yy\n  note: |\n    Un.\n\n    # Deux.\n# x\n- keep: oui\n  id: xx\n# fin",
         "items:\n- id: yy\n  note: |\n    Un.\n\n    # Deux.\n"),
        ("items:\r\n- id: xx\r\n- id: yy\r\n", "items:\r\n- id: yy\r\n"),
        ("items:\n- id: yy\n  note: a\u2028b\n- id: xx\n", "items:\n- id: yy\n  note: a\u2028b\n"),
        ("items:\n- yy\n- id: xx", "items:\n- yy\n"),
        ("week: 2026-W47\n", "week: 2026-W47\n"),
        ("items: []\n", "items: []\n"),
        ("items: 3\n", "items: 3\n"),
    ],
)  # fmt: skip
def test_it_goes_with_its_remarks(text, left):
    assert draft_without(text, "xx") == left


@pytest.mark.parametrize("text", ["", "{", "- xx", "items: [{id: xx}]", "# - id: xx\nitems: []\n"])
def test_what_cannot_be_taken_apart_is_left_to_a_person(text):
    with pytest.raises((YAMLError, ValueError)):
        draft_without(text, "xx")
