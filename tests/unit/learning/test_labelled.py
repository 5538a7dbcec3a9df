"""Decisions as labelled texts, and back."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from fakes.published import item, publish_items

from veille.classify.documents import Truth, read_documents
from veille.learning import moving
from veille.learning.labelled import reviews, since
from veille.model.decisions import Facet, State, Wish
from veille.sources.codes import Codes
from veille.store.catalogue import TEAM, Catalogue
from veille.store.desk import open_desk

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
GOVERNANCE = ("governance",)
CODES = Codes(frozenset({"QC-05", "QC-09", "FR"}), frozenset({"governance", "leadership"}))
take_in = partial(moving.take_in, codes=CODES)


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "desk.sqlite") as desk:
        yield desk


@pytest.fixture
def catalogue(tmp_path):
    items = [item(name, f"Texte {name}", title=f"Titre {name}", policy="none") for name in "abcde"]
    publish_items(tmp_path / "catalogue", *items)
    with Catalogue(tmp_path / "catalogue", TEAM) as catalogue:
        yield catalogue


def decide(desk, *wishes, at=NOW, **given):
    desk.decisions.decide([Wish(*wish) for wish in wishes], author="lea", now=at, **given)


def test_only_what_people_decided_is_told_and_evaluate_reads_it(desk, catalogue):
    decide(desk, ("a", Facet.RELEVANT, False), ("a", Facet.STATE, State.ASIDE), shown_for="audit")
    decide(desk, ("b", Facet.RELEVANT, True))
    decide(desk, ("c", Facet.DOMAINS, GOVERNANCE), ("c", Facet.REGIONS, ("QC-06",)))
    decide(desk, ("d", Facet.STATE, State.LATER), ("d", Facet.REGIONS, ("FR",)))  # not its tags
    decide(desk, ("gone", Facet.RELEVANT, True))
    found = list(reviews(desk.decisions.all_current(), catalogue))
    lines = [json.dumps(one.told()) for one in found]
    truths = {document.id: truth for document, truth in read_documents(lines)}
    assert truths == {
        "a": Truth(False, frozenset()),
        "b": Truth(True, None),
        "c": Truth(True, frozenset(GOVERNANCE), frozenset({"QC-06"})),
    }
    assert [one.document.text for one in found] == ["Texte a", "Texte b", "Texte c"]
    assert found[0].shown_for == "audit"
    assert list(since(found, NOW + timedelta(days=1))) == []


def test_what_was_taken_out_is_taken_in_elsewhere_once(desk, catalogue, tmp_path):
    decide(desk, ("a", Facet.RELEVANT, False))
    decide(desk, ("c", Facet.RELEVANT, True), ("c", Facet.DOMAINS, GOVERNANCE))
    ours = desk.decisions.all_current()
    lines = [json.dumps(one.told()).encode() for one in reviews(ours, catalogue)]
    lines += [b"", b"{", b'{"id": "x"}', b'["a"]', b'{"relevant": true, "title": "t"}']
    with open_desk(tmp_path / "other.sqlite") as other:
        moved = take_in(other, lines, author="import", now=NOW)
        assert (moved.new, moved.known, moved.bad) == (2, 0, [4, 5, 6, 7])
        theirs = other.decisions.all_current()
        assert {name: {facet: one.value for facet, one in held.facets.items()}
                for name, held in theirs.items()} == {
            name: {facet: one.value for facet, one in held.facets.items()}
            for name, held in ours.items()
        }  # fmt: skip
        assert {one.author for held in theirs.values() for one in held.facets.values()} == {"lea"}
        assert take_in(other, lines, author="import", now=NOW).known == 2


def line(name, relevant, at):
    told = {"id": name, "relevant": relevant, "domains": None, "decided_at": at.isoformat()}
    return json.dumps(told).encode()


def values(desk):
    return {name: one.value(Facet.RELEVANT) for name, one in desk.decisions.all_current().items()}


def test_of_two_lines_on_an_item_the_later_stands_however_often_they_are_taken_in(desk):
    lines = [line("a", True, NOW), line("a", False, NOW + timedelta(days=1))]
    for _again in range(3):
        take_in(desk, lines, author="import", now=NOW)
        assert values(desk) == {"a": False}
    assert len(desk.decisions.of("a")) == 2


def test_a_line_with_a_code_that_nobody_knows_is_left_out_whole(desk):
    told = json.loads(line("a", True, NOW)) | {"domains": ["gouvernance"], "regions": ["QC-5"]}
    moved = take_in(desk, [json.dumps(told).encode(), line("b", True, NOW)], author="", now=NOW)
    assert (moved.new, list(moved.strange)) == (1, [1])
    assert "governance" in moved.strange[1]
    assert "QC-5" in moved.strange[1]
    assert values(desk) == {"b": True}


def test_what_was_decided_since_a_line_stays(desk):
    decide(desk, ("a", Facet.RELEVANT, False))
    moved = take_in(desk, [line("a", True, NOW - timedelta(days=1))], author="import", now=NOW)
    assert (moved.new, moved.known, moved.kept) == (0, 0, 1)
    assert values(desk) == {"a": False}
    assert take_in(desk, [line("a", True, NOW + timedelta(days=1))], author="", now=NOW).new == 1
    assert values(desk) == {"a": True}
    decide(desk, ("b", Facet.RELEVANT, False))
    older = json.loads(line("b", True, NOW - timedelta(days=1))) | {"domains": GOVERNANCE}
    assert take_in(desk, [json.dumps(older).encode()], author="", now=NOW).kept == 1
    assert len(desk.decisions.of("b")) == 1, "its domains neither"
