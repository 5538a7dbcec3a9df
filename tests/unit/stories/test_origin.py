"""The original told from its reprints, or left untold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.items import START, make_item

from veille.model import Dated, DateOrigin
from veille.stories import Kind, Link, group

BODY = "Annick Théberge annonce 6 M$ à Matane. " * 3


def told(name, text=BODY, *, day=0.0, publisher="", **changes):
    item = make_item(name, "Titre", text, day=day, publisher=publisher)
    return replace(item, **changes)


def at(day, origin=DateOrigin.FEED, precise=True):
    return Dated(START + timedelta(days=day), origin, precise)


@pytest.mark.parametrize(
    ("items", "original"),
    [
        # attributions, whatever the dates
        ([told("a"), told("b", BODY + "Source : Fonds Boréal"),
          told("c", day=3, publisher="Fonds Boréal")], "c"),
        ([told("a", BODY + "C’est ce que rapporte la Gazette de l’Est."),
          told("b", day=1, publisher="Gazette de l’Est")], "b"),
        ([told("a", BODY + "Source : Fonds Boréal", publisher="Le Fonds Boréal"),
          told("b", day=-1)], "a"),
        ([told("a", BODY + "Source : Boréal", publisher="Rives"),
          told("b", BODY + "Source : Rives", publisher="Boréal")], None),
        ([told("a", BODY + "(La Presse Canadienne)"), told("b", publisher="La Presse")], None),
        # dates
        ([told("a", day=1), told("b", day=0)], "b"),
        ([told("a", day=0), told("b", day=0)], None),
        ([told("a", day=0.1), told("b", day=0, published=at(0, precise=False))], None),
        ([told("a", day=1), told("b", published=at(0, precise=False))], "b"),
        ([told("a", day=1), told("b", published=None)], None),
        ([told("a", day=1), told("b", published=at(0, DateOrigin.GUESS))], None),
        # the first says that it is another's, who is not here
        ([told("a", BODY + "(La Presse Canadienne)"), told("b", day=1)], None),
    ],
)  # fmt: skip
def test_copies(items, original):
    links = [Link("a", other.item_id, Kind.COPY, 0.9, 5.0, days=0) for other in items[1:]]
    [story] = group(items, links)
    assert story.original == original
    if original:
        assert story.members[0].item_id == original
        assert story.members[0].tie is None


def test_of_two_reporters_none_is_the_original_unless_one_credits_the_other():
    link = Link("a", "b", Kind.EVENT, 0.0, 5.0, days=1)
    [story] = group([told("a"), told("b", day=1)], [link])
    assert story.original is None
    credit = told("b", BODY + "Selon La Gazette, le maire le savait.", day=1)
    [story] = group([told("a", publisher="La Gazette"), credit], [link])
    assert story.original == "a"
