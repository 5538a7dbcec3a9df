"""Search: each pair of query and document of tests/data/search/pairs.yaml."""

from pathlib import Path

import pytest
import yaml
from fakes.published import item, publish_items

from veille.store.catalogue import Catalogue

DATA = Path(__file__).resolve().parents[2] / "data" / "search" / "pairs.yaml"
PAIRS = yaml.safe_load(DATA.read_text(encoding="utf-8"))


def _item(name, told):
    return item(name, **told) if isinstance(told, dict) else item(name, told)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    publish_items(root, *(_item(name, told) for name, told in PAIRS["documents"].items()))
    with Catalogue(root) as opened:
        yield opened


def test_there_are_enough_pairs():
    assert PAIRS["Description"]
    assert sum(len(p.get("finds", ())) + len(p.get("misses", ())) for p in PAIRS["pairs"]) >= 80


@pytest.mark.parametrize("pair", PAIRS["pairs"], ids=lambda pair: str(pair["query"]))
def test_pair(catalogue, pair):
    rows = catalogue.rows("FROM search($query)", query=str(pair["query"]))
    found = [row["item_id"] for row in rows]
    assert set(pair.get("finds", ())) <= set(found)
    assert not set(pair.get("misses", ())) & set(found)
    order = pair.get("order", [])
    assert [name for name in found if name in order] == order
    assert not (pair.get("none") and found)
    if not str(
        pair["query"]
    ).strip():  # `Catalogue.search` then gives the newest, the macro nothing
        return
    shown = catalogue.search(str(pair["query"]), limit=100)
    assert [row["item_id"] for row in shown.items] == found
    scores = [row["score"] for row in rows]
    assert [row["score"] for row in shown.items] == pytest.approx(scores, abs=1e-4)
