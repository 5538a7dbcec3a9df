"""Search: each pair of query and document of tests/data/search/pairs.yaml."""

import shutil
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml
from fakes.published import item, publish_items

from veille.store.catalogue import Catalogue
from veille.store.catalogue.scoring import Term
from veille.store.catalogue.terms import EXECUTE, PREPARED, terms_of

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


def test_terms_counted_here_are_those_of_the_macro(catalogue, tmp_path):
    """Of forms that the lexicon has; of others the macro is asked, which is the same by itself."""
    queries = [str(pair["query"]) for pair in PAIRS["pairs"][::2]]
    queries += [f"{one} -{other}" for one, other in pairwise(queries[::4])]
    queries += [
        "c*",
        "coop*",
        "-l*",
        "de*",
        "le de",
        '"le de" la',
        "a b",
        "-",
        "?",
        'coop -"de la"',
    ]
    own = shutil.copyfile(catalogue.path, tmp_path / "catalogue.duckdb")
    with duckdb.connect(str(own), read_only=True) as database:
        [(items,)] = database.execute("SELECT items FROM snapshot").fetchall()
        database.execute(PREPARED)
        for query in queries:
            found = terms_of(database, query, items)
            macro = database.execute(EXECUTE.format("terms")).fetchall()
            assert sorted(found) == sorted(Term(*row) for row in macro), query
