"""How well stories are told: copies made by code, events written by hand, and what stays apart.

Floors: the issue's for copies (precision 0.97, recall 0.9); for events, what was measured when the
held-out file was first looked at, told in docs/decisions.md.
"""

import random

import pytest
from fakes.items import (
    from_templates,
    make_item,
    our_examples,
    pairs_in,
    pairs_of,
    sample_articles,
    told_events,
    with_copies,
)

from veille.stories import Kind, find_links, group


def grouped(items):
    return group(items, find_links(items, ()))


def test_the_sample_web_tells_each_story_once():
    items, groups = [], {}
    for item, _text, story in sample_articles():
        items.append(item)
        groups.setdefault(story or item.item_id, []).append(item.item_id)
    stories = grouped(items)
    assert pairs_in(stories) == pairs_of(groups.values())
    [release] = [each for each in stories if {tie.kind for tie in each.ties} == {Kind.COPY}]
    assert release.original.startswith("http://fonds-relais.example.org/")
    [bakery] = [each for each in stories if Kind.TRANSLATION in {tie.kind for tie in each.ties}]
    assert {member.item_id for member in bakery.members} == set(groups["boulangerie"])
    assert bakery.original is None


def test_copies_are_found_and_templates_stay_apart():
    rng = random.Random(20261121)
    texts = [text for text in our_examples() if len(text.text.split()) >= 90]
    texts += [text for _item, text, story in sample_articles() if not story]
    rng.shuffle(texts)
    items, truth = with_copies(texts[:100], rng)
    items += from_templates(rng, each=12)
    items += [
        make_item(f"column {week}", "La chronique du jeudi", text.text, source="c", day=7 * week)
        for week, text in enumerate(texts[100:120])
    ]
    found = pairs_in(grouped(items))
    assert len(found & truth) / len(found) >= 0.97
    assert len(found & truth) / len(truth) >= 0.9


@pytest.mark.parametrize(("name", "recall"), [("tuned.yaml", 0.95), ("held-out.yaml", 0.72)])
def test_events_told_by_several_reporters(name, recall):
    items, truth = told_events(name)
    found = pairs_in(grouped(items))
    assert found <= truth, "precision is 1 on these"
    assert len(found) / len(truth) >= recall


def test_texts_about_different_things_have_no_link():
    items = [
        make_item(f"{number}", text.title, text.text, language=text.lang)
        for number, text in enumerate(our_examples())
    ]
    assert find_links(items, ()) == []


def test_the_same_topic_a_month_later_is_another_story():
    items, _truth = told_events("tuned.yaml")
    first = next(item for item in items if "Kamouraska passe" in item.title)
    later = make_item("later", first.title + ", un an après", "Une tout autre affaire.", day=40)
    assert pairs_in(grouped([first, later])) == set()


@pytest.mark.parametrize(
    ("publisher", "text", "kind"),
    [
        ("one", "Le Réseau Passerelle ouvre le 9 juin à Moncton avec 620 000 $.", None),
        ("two", "Le Réseau Passerelle ouvre le 9 juin à Moncton avec 620 000 $.", Kind.EVENT),
    ],
)
def test_one_source_does_not_report_an_event_twice(publisher, text, kind):
    told = "Gérald Arsenault-Keough dirige Passerelle, qui aura 620 000 $ à Moncton dès le 9 juin."
    items = [
        make_item("a", "Passerelle s’installe en Acadie avec Arsenault-Keough", told, source="one"),
        make_item("b", "Bureau d’Arsenault-Keough en Acadie", text, source=publisher),
    ]
    assert [link.kind for link in find_links(items, ())] == ([kind] if kind else [])
