"""Items by the beginning of their id, as commands show it."""

import pytest
from fakes.published import item, publish_items

from veille.store.catalogue import TEAM, Catalogue
from veille.store.catalogue.whole import id_begun

IDS = ["0123456789ab" + 52 * "0", "0123456780ab" + 52 * "0"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("0123456789ab", IDS[0]),
        (IDS[1][:10], IDS[1]),
        ("012345678", None),  # two begin so
        ("0123", None),
        ("fedcba987654", None),
        ("01234567%", None),
    ],
)
def test_the_beginning_of_an_id_leads_to_the_one_that_it_can_mean(catalogue, asked, found):
    assert id_begun(catalogue, asked) == found


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    root = tmp_path_factory.mktemp("begun")
    publish_items(root, *map(item, IDS))
    with Catalogue(root, TEAM) as catalogue:
        yield catalogue
