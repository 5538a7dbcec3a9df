"""Messages that came back: each sample read as its expectation says; no bytes make it raise."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.deliver.bounces import Returned, read_returned

DATA = Path(__file__).resolve().parents[2] / "data" / "returned"
SAMPLES = sorted(DATA.glob("*.eml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples(path):
    expected = json.loads(path.with_name(f"{path.name}.expect.json").read_text("utf-8"))
    assert expected.pop("description")
    found = read_returned(path.read_bytes())
    assert {name: getattr(found, name) for name in expected} == expected


def test_addresses_are_not_in_its_repr():
    assert "lise@" not in repr(read_returned((DATA / "address-only.eml").read_bytes()))


@given(st.binary(max_size=2_000))
def test_no_bytes_make_it_raise(data):
    assert isinstance(read_returned(data), Returned)


@given(st.data())
def test_no_cut_or_mixture_makes_it_raise(data):
    one = data.draw(st.sampled_from(SAMPLES)).read_bytes()
    at, by = data.draw(st.integers(0, len(one))), data.draw(st.binary(max_size=40))
    assert isinstance(read_returned(one[:at] + by + one[at + len(by) :]), Returned)
