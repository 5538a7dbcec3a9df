"""Signatures, links, stories and what people ruled, in the working store."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from fakes.telling import take_in
from fakes.watched import DAY, NOW, source

from veille.model.story import Alias, Grouped, Kind, Link, Member, Ruling, Story
from veille.stories import SCHEME, signed, story_id

COPY = Link("a", "b", Kind.COPY, 0.87, 9.5, days=0, names=("Boréal", "L'Islet"), numbers=4)
EVENT = Link("b", "c", Kind.EVENT, 0.1, 6.0, days=2, names=("Mie",), numbers=1)
ALONE = Story(story_id("c"), "c", (Member("c"),))
TOLD = Story(story_id("a"), "a", (Member("b"), Member("a", COPY)), original="b")


def kept(watch):
    return {story.story_id: (story, aliases) for story, aliases in watch.stories.told()}


def save(watch, *stories, **changes):
    return watch.stories.save(Grouped("run", NOW, stories=stories, **changes))


@pytest.mark.every_home
def test_stories_come_back_as_they_were_saved(watch):
    assert save(watch, TOLD, ALONE, links=[COPY]) == 1
    assert kept(watch) == {TOLD.story_id: (TOLD, ())}
    assert watch.stories.count() == 1
    assert watch.stories.of("a") == watch.stories.of("b") == TOLD
    assert watch.stories.of("c") is None
    assert watch.stories.links({"a"}) == watch.stories.links({"b"}) == [COPY]
    assert watch.stories.story_of(["a", "b", "c"]) == dict.fromkeys("ab", TOLD.story_id)


def test_the_same_again_adds_nothing(watch):
    save(watch, TOLD, ALONE, links=[COPY])
    assert save(watch, TOLD, ALONE, links=[COPY]) == 0
    assert len(watch.db.rows("FROM stories")) == len(watch.db.rows("FROM story_links")) == 1


def test_what_changes_is_another_row_the_last_one_stands(watch):
    save(watch, TOLD, links=[COPY])
    weaker = replace(COPY, share=0.6)
    longer = Member("c", replace(EVENT, kind=Kind.TRANSLATION))
    members = (Member("b"), Member("a", weaker), longer)
    more = replace(TOLD, members=members, by_hand=True)
    assert save(watch, more, links=[weaker, longer.tie]) == 0
    assert kept(watch) == {more.story_id: (more, ())}
    save(watch, replace(TOLD, members=(Member("a"),), original=None), ALONE, broken=[COPY.ends])
    assert kept(watch) == {}
    assert watch.stories.links({"a"}) == []
    assert watch.stories.links({"c"}) == [longer.tie]


def test_a_story_that_ended_is_an_alias_of_another_and_may_come_back(watch):
    young = Story(story_id("c"), "c", (Member("c"), Member("d", Link(*"cd", *EVENT_PARTS))))
    save(watch, TOLD, young, links=[COPY, young.ties[0]])
    assert watch.stories.count() == 2
    bridge = Link("b", "c", Kind.COPY, 0.9, 8.0, days=1)
    members = (*TOLD.members, Member("c", bridge), young.members[1])
    both = replace(TOLD, members=members)
    save(watch, both, links=[bridge], aliases=[Alias(young.story_id, both.story_id)])
    assert kept(watch) == {both.story_id: (both, (young.story_id,))}
    save(watch, TOLD, young, broken=[bridge.ends])
    assert kept(watch) == {TOLD.story_id: (TOLD, ()), young.story_id: (young, ())}


EVENT_PARTS = (Kind.EVENT, 0.0, 5.0, 0)


def test_an_alias_of_an_alias_leads_to_the_story(watch):
    names = "abcdef"
    links = {one: Link(one, other, *EVENT_PARTS) for one, other in pairwise(names)}
    pairs = [
        Story(story_id(one), one, (Member(one), Member(links[one].other, links[one])))
        for one in "ace"
    ]
    save(watch, *pairs, links=[links[one] for one in "ace"])
    first, second, third = (story.story_id for story in pairs)
    later = replace(
        pairs[1], members=(*pairs[1].members, Member("e", links["d"]), pairs[2].members[1])
    )
    save(watch, later, links=[links["d"]], aliases=[Alias(third, second)])
    whole = replace(
        pairs[0], members=(*pairs[0].members, Member("c", links["b"]), *later.members[1:])
    )
    save(watch, whole, links=[links["b"]], aliases=[Alias(second, first)])
    assert kept(watch) == {first: (whole, tuple(sorted((second, third))))}


def test_an_alias_follows_the_item_it_was_named_for(watch):
    young = Story(story_id("c"), "c", (Member("c"), Member("d", Link(*"cd", *EVENT_PARTS))))
    save(watch, TOLD, young, links=[COPY, young.ties[0]])
    both = replace(TOLD, members=(*TOLD.members, Member("c", EVENT), young.members[1]))
    save(watch, both, links=[EVENT], aliases=[Alias(young.story_id, TOLD.story_id)])
    elsewhere = Link("c", "e", Kind.COPY, 0.9, 8.0, days=1)
    other = Story(story_id("e"), "e", (Member("e"), Member("c", elsewhere)))
    save(watch, TOLD, other, links=[elsewhere], broken=[EVENT.ends])
    assert kept(watch)[TOLD.story_id] == (TOLD, ())
    assert kept(watch)[other.story_id] == (other, (young.story_id,))


def sign_all(watch):
    articles = watch.stories.to_sign(watch.stories.lacking(SCHEME))
    return [signed(article, article.language) for article in articles]


def keep(watch, *signatures):
    return watch.stories.save(Grouped("run", NOW, signed=signatures))


TEXT = " ".join(f"mot{number} et phrase{number % 7}" for number in range(40))


def test_present_versions_lack_a_signature_until_they_have_one(watch):
    watch.remember_sources([source("tiess", name="Le TIESS")], NOW)
    first = take_in(watch, "x", "Un titre", TEXT, published=NOW - DAY)
    second = take_in(watch, "y", "Autre titre", TEXT, at=NOW + DAY)
    one, other = sign_all(watch)
    assert (one.item_id, other.item_id) == (first, second), "the oldest first"
    assert (one.publisher, one.first_seen_at, one.published.at) == ("Le TIESS", NOW, NOW - DAY)
    assert one.told_on == (NOW - DAY).date()
    assert len(watch.stories.lacking(SCHEME, limit=1)) == 1
    keep(watch, one, other)
    assert watch.stories.lacking(SCHEME) == []
    assert len(watch.stories.lacking("another scheme")) == 2
    take_in(watch, "x", "Un titre corrigé", TEXT, at=NOW + 2 * DAY)
    [again] = sign_all(watch)
    assert (again.item_id, again.version, again.first_seen_at) == (first, 2, NOW)


@pytest.mark.every_home
def test_items_are_looked_up_by_band_by_day_and_by_id(watch):
    take_in(watch, "x", "Un titre", TEXT)
    take_in(watch, "y", "Un titre", TEXT.replace("mot", "autre"), at=NOW + 3 * DAY)
    keep(watch, *sign_all(watch))
    x, y = sorted(all_signed(watch), key=lambda one: one.told_on)
    look_up = watch.stories.candidates
    assert look_up(SCHEME, {"nobody"}, {NOW.date()}) == [x]
    assert look_up(SCHEME, {"nobody"}, {y.told_on}) == [y]
    assert look_up(SCHEME, {x.item_id}, set()) == [x]
    assert look_up(SCHEME, set(), {NOW.date() - timedelta(days=1)}) == []
    assert look_up("another scheme", set(), {NOW.date()}) == []
    bands = signed_bands(watch, x)
    assert watch.stories.sharing(SCHEME, {-1, bands[0], bands[1]}) == [(x.item_id, bands)]
    assert watch.stories.sharing(SCHEME, {-1}) == []
    assert watch.stories.sharing("another scheme", set(bands)) == []
    assert watch.stories.signed(SCHEME, [y.item_id]) == [y]


def all_signed(watch):
    rows = watch.db.rows("SELECT DISTINCT item_id FROM story_signatures")
    return watch.stories.signed(SCHEME, [row["item_id"] for row in rows])


def signed_bands(watch, one):
    [row] = watch.db.rows("FROM story_signatures WHERE item_id = $item", item=one.item_id)
    return row["bands"]


def test_the_last_version_stands_for_its_item(watch):
    item = take_in(watch, "x", "Un titre", TEXT)
    keep(watch, *sign_all(watch))
    take_in(watch, "x", "Un autre", "Court.", at=NOW + DAY, published=NOW + 9 * DAY)
    keep(watch, *sign_all(watch))
    [last] = watch.stories.signed(SCHEME, [item])
    assert (last.version, last.title) == (2, "Un autre")
    assert watch.stories.candidates(SCHEME, set(), {NOW.date()}) == [last]


@pytest.mark.every_home
def test_rulings_wait_until_they_are_followed(watch):
    ruling = Ruling("a", "b", True, NOW)
    watch.stories.save_rulings([ruling])
    watch.stories.save_rulings([ruling])
    assert watch.stories.rulings() == watch.stories.unfollowed() == [ruling]
    save(watch, rulings=[ruling])
    assert watch.stories.rulings() == [ruling]
    assert watch.stories.unfollowed() == []
