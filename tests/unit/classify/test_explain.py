"""How sure the model is, as people read it."""

import pytest

from veille.classify.explain import how_sure, percent


@pytest.mark.parametrize(
    ("probability", "said", "told"),
    [
        (0.97, True, "sûr à 97\u00a0%"),
        (0.08, False, "sûr à 92\u00a0%"),
        (1.0, True, "sûr à 99\u00a0%"),
        (0.9999, False, "sûr à 1\u00a0%"),
    ],
)
def test_it_is_about_what_was_said(probability, said, told):
    assert how_sure(probability, said=said) == told


def test_nothing_is_certain():
    assert [percent(one) for one in (0.0, 0.004, 0.996, 1.0)] == [
        "1\u00a0%", "1\u00a0%", "99\u00a0%", "99\u00a0%",
    ]  # fmt: skip
