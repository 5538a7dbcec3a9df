"""Stories from links: the same whatever the order, with ids that last, as people decided."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from fakes.items import START, from_templates, make_item, sample_articles, told_events, with_copies
from fakes.shelf import Shelf
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.stories import Alias, Kind, Link, Ruling, aliases, find_links, group, story_id


def make_pool():
    rng = random.Random(3)
    stories = [(item, text) for item, text, story in sample_articles() if story]
    others = [text for _item, text, story in sample_articles() if not story]
    events, _truth = told_events("tuned.yaml")
    copies, _truth = with_copies(others[:4], rng)
    return [*(item for item, _ in stories), *events[:24], *copies, *from_templates(rng, each=2)]


POOL = make_pool()
NIGHTS = st.lists(st.sampled_from(range(1, 6)), min_size=1, max_size=6)


def split(items, sizes):
    """The items night by night: as many as the sizes say, the rest on the last night."""
    start = 0
    for size in sizes:
        yield items[start : start + size]
        start += size
    yield items[start:]


@st.composite
def rulings_on(draw, items):
    ids = [item.item_id for item in items]
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=5))
    return [
        Ruling(one, other, draw(st.booleans()), START + timedelta(days=number))
        for number, (one, other) in enumerate(pairs)
        if one != other
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_stories_are_the_same_in_whatever_order_and_nights_things_come(data):
    items = data.draw(st.lists(st.sampled_from(POOL), unique=True, min_size=2, max_size=16))
    rulings = data.draw(rulings_on(items))
    order = data.draw(st.permutations(items))
    shelf, ids = Shelf(), set()
    for tonight in split(order, data.draw(NIGHTS)):
        shelf.night(tonight, rulings)
        ids |= set(shelf.stories)
    at_once = group(items, find_links(items, ()), rulings)
    assert shelf.stories == {story.story_id: story for story in at_once}
    for one in ids:
        anchor = next(item.item_id for item in items if story_id(item.item_id) == one)
        assert anchor in shelf.members()[shelf.resolve(one)], "an id is never lost"


@given(st.permutations(POOL[:12]))
def test_a_second_run_changes_nothing(items):
    shelf = Shelf()
    shelf.night(items)
    before = dict(shelf.stories)
    assert shelf.night(items) == []
    assert shelf.stories == before


def bare(name, seen, told=None):
    return make_item(name, name, "", day=seen if told is None else told, seen=seen)


def tied(one, other, kind=Kind.COPY, share=0.9, points=5.0):
    return Link(min(one, other), max(one, other), kind, share, points, days=0)


def members(stories):
    return [{member.item_id for member in story.members} for story in stories]


def test_a_late_bridge_makes_the_younger_id_an_alias_of_the_older():
    old, young, bridge = bare("old", 1), bare("young", 2), bare("bridge", 9)
    before = {
        member.item_id: story.story_id
        for story in group([old, young], [])
        for member in story.members
    }
    items = [young, bridge, old]
    [story] = group(items, [tied("old", "bridge"), tied("young", "bridge")])
    assert story.story_id == story_id("old") == before["old"]
    assert aliases([story], before, items) == [Alias(story_id("young"), story_id("old"))]


def test_what_was_seen_later_but_told_earlier_does_not_rename_a_story():
    first, late = bare("first", seen=1), bare("late", seen=5, told=-30)
    [story] = group([first, late], [tied("first", "late")])
    assert story.story_id == story_id("first")
    assert story.original == "late"


def test_an_affair_told_from_day_to_day_is_not_one_story():
    items = [bare(f"day {day:02}", seen=day) for day in range(0, 30, 3)]
    chain = [
        tied(one.item_id, other.item_id, Kind.EVENT, 0.0, points=9 - number / 10)
        for number, (one, other) in enumerate(pairwise(items))
    ]
    spans = [len(ids) for ids in members(group(items, chain))]
    assert spans == [5, 5]


def test_copies_may_come_much_later():
    items = [bare("now", 0), bare("in spring", 150)]
    assert len(group(items, [tied("now", "in spring")])) == 1


@pytest.mark.parametrize(
    ("rulings", "expected"),
    [
        ([("a", "b", False)], [{"a", "c"}, {"b"}, {"d"}]),  # the stronger link wins c
        ([("a", "d", True)], [{"a", "b", "c", "d"}]),
        ([("a", "b", False), ("c", "b", False)], [{"a", "c"}, {"b"}, {"d"}]),
        ([("a", "b", False), ("a", "b", True)], [{"a", "b", "c"}, {"d"}]),  # the newest wins
        ([("a", "d", True), ("a", "d", False)], [{"a", "b", "c"}, {"d"}]),
        ([("a", "d", True), ("d", "b", False)], [{"a", "c", "d"}, {"b"}]),
        ([("a", "unknown", True)], [{"a", "b", "c"}, {"d"}]),
    ],
)
def test_people_merge_and_split(rulings, expected):
    items = [bare(name, seen) for seen, name in enumerate("abcd")]
    links = [tied("a", "c", share=0.95), tied("b", "c", share=0.9)]
    decided = [
        Ruling(one, other, together, START + timedelta(days=day))
        for day, (one, other, together) in enumerate(rulings)
    ]
    assert members(group(items, links, decided)) == expected


def test_a_story_held_by_a_person_says_so():
    items = [bare("a", 0), bare("b", 1)]
    [story] = group(items, [], [Ruling("b", "a", True, START)])
    assert story.by_hand
    assert story.ties == ()


LONG = "On compte 640 dossiers. " + " ".join(
    f"mot{number} phrase{number % 7} suite{number * 3}" for number in range(90)
)


def rewritten(text, words):
    """The text with so many of its words replaced; with more, the same ones and others."""
    parts = text.split()
    for at in random.Random(5).sample(range(4, len(parts)), len(parts) - 4)[:words]:
        parts[at] = f"autre{at}"
    return " ".join(parts)


TITLE = "Le fonds Racines de Magog prête 15 M$"


@pytest.fixture
def told_twice():
    """A shelf with one story: a text and its copy."""
    shelf = Shelf()
    copy = make_item("b", TITLE, rewritten(LONG, 20))
    shelf.night([make_item("a", TITLE, LONG), copy])
    assert len(shelf.stories) == 1
    return shelf


def test_a_light_edit_does_not_undo_a_story(told_twice):
    source = told_twice.items["a"]
    edits = [make_item("b", TITLE, rewritten(LONG, words)) for words in range(20, 90)]
    edit = next(edit for edit in edits if not find_links([source, edit], ()))
    told_twice.night([edit])
    assert len(told_twice.stories) == 1, "held on laxer terms"


@pytest.mark.parametrize(
    "text",
    [
        LONG.replace("640", "4312"),  # a figure corrected
        "Cet article est réservé aux abonnés. Abonnez-vous pour lire la suite.",
    ],
)
def test_a_correction_or_a_wall_does_not_undo_a_story(told_twice, text):
    told_twice.night([make_item("a", TITLE, text)])
    assert len(told_twice.stories) == 1


def test_another_text_at_the_same_address_leaves_the_story(told_twice):
    told_twice.night([make_item("b", "Tout autre chose", rewritten(LONG, 270))])
    assert members(told_twice.stories.values()) == [{"a"}, {"b"}]


def test_a_withdrawn_anchor_hands_its_story_on():
    first, second, third = (bare(name, seen) for seen, name in enumerate("abc"))
    before = dict.fromkeys("abc", story_id("a"))
    stories = group([second, third], [tied("a", "b"), tied("b", "c"), tied("a", "c")])
    assert first.item_id not in members(stories)[0]
    assert aliases(stories, before, [second, third]) == [Alias(story_id("a"), story_id("b"))]
