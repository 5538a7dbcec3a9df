"""Each site belongs to one engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.sharing import ALONE, Share


@given(st.text(), st.integers(1, 99))
def test_a_site_belongs_to_one_engine(site, count):
    owners = [number for number in range(1, count + 1) if Share(number, count).has(site)]
    assert len(owners) == 1


def test_sites_are_divided_about_evenly():
    ours = sum(Share(1, 2).has(f"site-{n}.example.org") for n in range(1_000))
    assert 400 < ours < 600


def test_alone_has_every_site():
    assert ALONE.leads
    assert ALONE.has("example.org")
    assert not Share(2, 2).leads


@pytest.mark.parametrize("text", ["1/2", "2/2", " 1/1 ", "12/34"])
def test_a_share_comes_back_as_it_was_read(text):
    assert str(Share.read(text)) == text.strip()


@pytest.mark.parametrize("text", ["", "0/2", "3/2", "1", "1/0", "a/b", "1/2/3", "-1/2", "1/100"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - it holds what was given, and no more
        Share.read(text)
