"""A story as a catalogue tells it."""

from veille.i18n import use_language
from veille.model.published import PublishedMember
from veille.stories import Kind, Link, Member, Story, publish

COPY = Link("a", "b", Kind.COPY, 0.87, 9.0, days=0)
EVENT = Link("a", "c", Kind.EVENT, 0.05, 6.0, days=2, names=("Mie",), numbers=3)
MEMBERS = (Member("a"), Member("b", COPY), Member("c", EVENT))


def test_members_in_order_with_what_ties_them_and_why():
    use_language("fr")
    told = publish(Story("s", "b", MEMBERS, original="a"), ["old"])
    assert (told.story_id, told.aliases) == ("s", ("old",))
    assert told.members == (
        PublishedMember("a", "original", 0.87),
        PublishedMember("b", "copy", 0.87),
        PublishedMember("c", "event", 0.05),
    )
    assert told.reason.startswith("87\u00a0% du texte en commun")


def test_without_an_original_the_first_is_what_its_best_tie_says():
    told = publish(Story("s", "a", MEMBERS))
    assert [member.kind for member in told.members] == ["copy", "copy", "event"]


def test_what_a_person_put_together_needs_no_tie():
    use_language("fr")
    told = publish(Story("s", "a", (Member("a"), Member("b")), by_hand=True))
    assert [(member.kind, member.share) for member in told.members] == [("event", 0.0)] * 2
    assert told.reason == "réunis par une personne"
