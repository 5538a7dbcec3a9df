"""The dashboard's figures, from a real snapshot."""

from datetime import timedelta

import pytest
from fakes.published import NOW, item, publish_items

from veille.dashboard import figures
from veille.dashboard.figures import QUEBEC
from veille.model.published import PublishedTag
from veille.store.catalogue import TEAM, Catalogue

TODAY = NOW.date()  # a Saturday
DOMAINS = ("financial_engineering", "governance", "leadership")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    days = {"a": 0, "b": 1, "c": 6, "d": 12, "e": 30, "f": 70, "g": 200, "z": -3}
    items = [
        item(name, title=name, at=NOW, published_at=NOW - timedelta(days=ago))
        for name, ago in days.items()
    ]
    items.append(item("no", title="sport", published_at=NOW, relevant=False))
    tags = [
        PublishedTag("a", "region", "QC-06"),
        PublishedTag("b", "region", "QC-06"),
        PublishedTag("b", "region", "FR"),
        PublishedTag("f", "region", "QC-10"),
        PublishedTag("no", "region", "QC-11"),
        PublishedTag("a", "domain", "governance", because=("sociocratie",)),
        PublishedTag("d", "domain", "governance", because=("sociocratie",)),
        PublishedTag("g", "domain", "leadership"),
    ]
    publish_items(root, *items, tags=tags)
    with Catalogue(root, TEAM) as catalogue:
        yield figures(catalogue, TODAY, 4, DOMAINS)


def test_items_are_counted_by_week_without_those_of_the_future(told):
    assert [str(monday) for monday in told.trend.weeks] == [
        "2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16",
    ]  # fmt: skip
    assert told.trend.items == (0, 0, 2, 2)
    assert told.trend.by_domain["governance"] == (0, 0, 1, 1)
    assert told.trend.by_domain["leadership"] == (0, 0, 0, 0)
    assert told.items == sum(told.trend.items)
    assert told.items_before == 1


def test_places_are_counted_and_blind_spots_told_the_longest_first(told):
    assert told.regions == {"QC-06": 2, "FR": 1}
    spots = {spot.region: spot.last for spot in told.blind_spots}
    assert set(QUEBEC) - spots.keys() == {"QC-06"}
    assert spots["QC-11"] is None
    assert spots["QC-10"] == TODAY - timedelta(days=70)
    assert told.blind_spots[-1].region == "QC-10"


def test_languages_are_counted(told):
    assert told.languages == {"fr": told.items}
