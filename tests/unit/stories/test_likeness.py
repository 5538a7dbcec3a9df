"""Two items alone decide whether they are one story."""

import pytest
from fakes.items import make_item, told_events
from hypothesis import given
from hypothesis import strategies as st

from veille.stories.facts import NUMBERS, Facts
from veille.stories.likeness import NEW, link, may_be_copies, text_in_common
from veille.stories.signature import Signature

EVENTS, _TRUTH = told_events("tuned.yaml")
PLAIN = "on fait ce que l’on peut avec ce que l’on a et on le fait bien chaque jour que la vie nous"
TEXT = f"{PLAIN} donne sans jamais dire que l’autre avait tort ou que nous avions toute la raison"


@given(st.sampled_from(EVENTS), st.sampled_from(EVENTS))
def test_a_link_is_the_same_from_either_side(one, other):
    assert link(one, other) == link(other, one)


@given(st.binary(min_size=128, max_size=128), st.sets(st.integers(0, 127)))
def test_bands_tell_of_every_text_that_it_may_be_a_copy(sketch, differing):
    other = bytes(byte ^ (at in differing) for at, byte in enumerate(sketch))
    one, two = Signature(sketch, Facts()), Signature(other, Facts())
    enough = text_in_common(one, two) >= NEW.share
    assert may_be_copies(one, two.bands()) or not enough
    if len(differing - {126, 127}) > 86:
        assert not may_be_copies(one, two.bands())


@pytest.mark.parametrize(
    ("titles", "texts", "copies"),
    [
        (("Vivre", "Vivre"), (TEXT, TEXT), True),
        (("Vivre", "Mourir"), (TEXT, TEXT), False),  # few facts: the title must tell
        (
            ("Budget", "Budget"),
            tuple(
                TEXT + "".join(f" {n}" for n in range(start, start + 90)) for start in (100, 130)
            ),
            True,  # more figures than are kept prove nothing by those that are not
        ),
    ],
)
def test_copies_with_hardly_a_fact_or_too_many(titles, texts, copies):
    one, other = (
        make_item(name, title, text) for name, title, text in zip("ab", titles, texts, strict=True)
    )
    assert len(one.numbers) in (0, NUMBERS)
    assert bool(link(one, other)) == copies
