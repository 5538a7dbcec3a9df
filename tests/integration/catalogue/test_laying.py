"""Search finds by what people decided since the snapshot, as if the snapshot had it."""

from datetime import UTC, datetime

import pytest
from fakes.published import item, publish_items
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.model.decisions import Decided, Decision, Facet, laid_over
from veille.model.published import PublishedTag
from veille.store.catalogue import TEAM, Catalogue, Filters
from veille.store.catalogue.overlay import Overlay

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DOMAINS = ("financial_engineering", "governance", "leadership")
HELD = {"a": (True, ["governance"], ["QC-05"]), "b": (True, [], []), "c": (False, [], []),
        "d": (True, ["leadership", "governance"], ["QC-01", "QC-05"])}  # fmt: skip


def decided(**values):
    facets = {
        Facet(name): Decision(1, "act", "x", Facet(name), value, "lea", NOW)
        for name, value in values.items() if value is not None
    }  # fmt: skip
    return Decided(1, facets)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    tags = [
        PublishedTag(one, kind, tag)
        for one, (_relevant, *lists) in HELD.items()
        for kind, of in zip(("domain", "region"), lists, strict=True)
        for tag in of
    ]
    items = [item(one, "la coopérative", relevant=held[0]) for one, held in HELD.items()]
    publish_items(root, *items, tags=tags)
    with Catalogue(root, TEAM) as catalogue:
        yield catalogue


def found(catalogue, filters, overlay, query="coopératives"):
    return {row["item_id"] for row in catalogue.search(query, filters, laid=overlay).items}


chosen = st.none() | st.lists(st.sampled_from(DOMAINS), unique=True).map(tuple)
places = st.none() | st.lists(st.sampled_from(("QC-01", "QC-05")), unique=True).map(tuple)
anything = st.builds(decided, relevant=st.none() | st.booleans(), domains=chosen, regions=places)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(HELD)), anything), st.sampled_from(["", "coop*"]))
def test_what_is_found_is_what_laying_decisions_over_tags_says(catalogue, tags, query):
    overlay = Overlay(tags)
    stands = {one: laid_over(*held, tags.get(one, Decided())) for one, held in HELD.items()}
    assert found(catalogue, Filters(), overlay, query) == {
        one for one, held in stands.items() if held.relevant
    }
    for domain in DOMAINS:
        assert found(catalogue, Filters(domains=(domain,)), overlay, query) == {
            one for one, held in stands.items() if domain in held.domains
        }
    assert found(catalogue, Filters(regions=("QC-01",), everything=True), overlay, query) == {
        one for one, held in stands.items() if "QC-01" in held.regions
    }
    counted = dict(catalogue.facets(query, Filters(), laid=overlay)["domains"])
    assert counted.get("governance", 0) == sum("governance" in s.domains for s in stands.values())


def test_only_those_decided_or_only_the_others(catalogue):
    overlay = Overlay({}, decided=("a", "c"))
    assert found(catalogue, Filters(decided=True), overlay) == {"a"}
    assert found(catalogue, Filters(decided=True, everything=True), overlay, "") == {"a", "c"}
    assert found(catalogue, Filters(decided=False), overlay) == {"b", "d"}
    assert found(catalogue, Filters(decided=True), Overlay({})) == set()
