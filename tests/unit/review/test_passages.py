"""A text as a card shows it: marked words, the sentence that decided, nothing lost or added."""

from hypothesis import given
from hypothesis import strategies as st

from veille.model.reviewable import Content, Reason
from veille.review.passages import SHOWN, marked, opening, sentence

TEXT = (
    "La soirée a été longue. Les membres de la coopérative ont élu M. Roy à leur conseil ! "
    "À Sherbrooke, il neigeait."
)


def reason(words, kind="concept", contribution=1.0, part="text", tag="governance", text=TEXT):
    return Reason(tag, kind, words, words, contribution, part, max(0, text.find(words)))


def test_the_words_of_evidence_are_marked_wherever_they_stand_as_whole_words():
    pieces = marked("Coopérative, cooperative, coopératives.", [reason("coopérative")])
    assert [one.text for one in pieces if one.tag] == ["Coopérative", "cooperative"]


def test_the_sentence_is_that_of_the_strongest_concept_then_passage_then_place():
    place = reason("Sherbrooke", "place", 9.0, tag="QC-05")
    passage = reason("longue. Les membres de la", "passage", 2.0)
    concept = reason("coopérative", contribution=0.5)
    for reasons, told in (
        ((place, passage, concept), "Les membres de la coopérative"),
        ((place, passage), "Les membres de la coopérative"),
        ((place,), "À Sherbrooke, il neigeait."),
        ((), "La soirée a été longue."),
        ((reason("absent"),), "La soirée a été longue."),
        ((reason("coopérative", part="title"),), "La soirée a été longue."),
    ):
        assert sentence(Content(text=TEXT, reasons=reasons)).startswith(told), told
    assert sentence(Content()) == ""


def test_a_long_sentence_is_cut_around_its_word():
    text = "mot " * 200 + "coopérative " + "mot " * 200
    found = sentence(Content(text=text, reasons=(reason("coopérative", text=text),)))
    assert "coopérative" in found
    assert len(found) < 400
    assert found.startswith("… ")
    assert found.endswith(" …")


def test_a_card_shows_the_beginning():
    assert opening(Content(text="court")) == ("court", True)
    shown, whole = opening(Content(text="mot " * 2_000, whole=True))
    assert len(shown) <= SHOWN
    assert not whole
    assert not opening(Content(text="court", whole=False))[1]


@given(st.text(max_size=200), st.lists(st.text(max_size=8), max_size=5))
def test_pieces_joined_are_the_text(text, words):
    reasons = [Reason("governance", "concept", one, "", 1.0, "text", 0) for one in words]
    assert "".join(piece.text for piece in marked(text, reasons)) == text
    assert isinstance(sentence(Content(text=text, reasons=tuple(reasons))), str)
