"""The table of numbers by key says what a dict says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from veille.store.catalogue.numbers import UNKNOWN, Numbers, keys_of

words = st.lists(st.text(max_size=3), unique=True, max_size=40)


@given(st.lists(words, max_size=6), words)
def test_numbers_are_found_by_what_they_were_entered_by(batches, others):
    numbers, told = Numbers(), {}
    for batch in batches:
        new = [word for word in batch if word not in told]
        given_to = range(len(told), len(told) + len(new))
        told |= dict(zip(new, given_to, strict=True))
        numbers.add(keys_of(new), np.array(given_to, np.int64))
    asked = [*told, *others]
    found = numbers.find(keys_of(asked)).tolist()
    assert found == [told.get(word, UNKNOWN) for word in asked]
    assert len(numbers) == len(told)


def test_many_and_crowded_ones_are_kept():
    keys = np.concatenate([np.arange(1, 9_000), np.arange(1, 40) << 40])
    numbers = Numbers()
    for share in np.array_split(keys, 7):
        numbers.add(share, share * 2)
    assert (numbers.find(keys) == keys * 2).all()
    assert (numbers.find(-keys) == UNKNOWN).all()
