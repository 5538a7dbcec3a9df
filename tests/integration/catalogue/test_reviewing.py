"""What the queue reads of a catalogue: recent items, their stories' older members, few texts."""

import json
from datetime import date, timedelta

import pytest
from fakes.published import NOW, item, publish_items

from veille.model.published import PublishedMember, PublishedStory, PublishedTag
from veille.model.reviewable import Guess
from veille.store.catalogue import TEAM, Catalogue
from veille.store.catalogue.reviewing import MOST_CHARS, contents, recent, these

OLD = NOW - timedelta(days=200)
EVIDENCE = json.dumps([
    {"kind": "concept", "words": "coopérative", "label": "coopérative", "contribution": 1.5,
     "part": "text", "start": 3, "end": 14, "count": 1, "notes": {}},
    {"kind": "concept", "words": "bourse", "label": "bourse", "contribution": -1.0,
     "part": "text", "start": 20, "end": 26, "count": 1, "notes": {}},
])  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    publish_items(
        root,
        item("new", "La coopérative. " * 1_000, title="Neuf", version=3, doubtful=True,
             published_at=NOW, date_origin="feed"),
        item("no", "Du sport.", relevant=False, relevance=0.03, published_at=NOW),
        item("old", "Ancien.", published_at=OLD),
        item("root", "Origine.", published_at=OLD),
        item("copy", "Origine.", published_at=NOW),
        tags=[
            PublishedTag("new", "domain", "governance", 0.7, evidence=EVIDENCE),
            PublishedTag("new", "domain", "leadership", 0.9, "person"),
            PublishedTag("new", "region", "QC-06", 0.8),
        ],
        stories=[PublishedStory("s1", (PublishedMember("root", "original"),
                                       PublishedMember("copy", "copy", 0.9)))],
    )  # fmt: skip
    with Catalogue(root, TEAM) as opened:
        yield opened


def test_recent_items_and_the_older_members_of_their_stories(catalogue):
    found = {one.item_id: one for one in recent(catalogue, date(2026, 11, 1))}
    assert set(found) == {"new", "no", "root", "copy"}
    new = found["new"]
    assert new.domains == (Guess("leadership", 0.9, True), Guess("governance", 0.7))
    assert [one.id for one in new.regions] == ["QC-06"]
    assert (new.version, new.doubtful, new.date_origin) == (3, True, "feed")
    assert (found["no"].relevant, found["no"].relevance) == (False, 0.03)
    assert (found["copy"].story_id, found["copy"].place, found["copy"].share) == ("s1", 2, 0.9)


def test_items_are_asked_for_by_id_and_those_unknown_left_out(catalogue):
    assert [one.item_id for one in these(catalogue, ["old", "none"])] == ["old"]
    assert these(catalogue, []) == []


def test_a_text_comes_cut_with_the_words_that_spoke_for_its_tags(catalogue):
    found = contents(catalogue, ["new", "no", "none"])
    assert set(found) == {"new", "no"}
    assert len(found["new"].text) == MOST_CHARS
    assert not found["new"].whole
    assert [(one.tag, one.words) for one in found["new"].reasons] == [("governance", "coopérative")]
    assert found["no"].whole
    assert contents(catalogue, []) == {}
