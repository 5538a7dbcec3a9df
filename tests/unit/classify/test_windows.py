from hypothesis import given
from hypothesis import strategies as st

from veille.classify.documents import Document
from veille.classify.windows import windows_of
from veille.model.judgement import Part


def test_the_title_then_windows_of_110_words():
    title, *texts = windows_of(Document("1", "Un titre", "mot " * 260))
    assert (title.part, title.words) == (Part.TITLE, "Un titre")
    assert [len(one.words.split()) for one in texts] == [110, 110, 40]


def test_a_short_rest_joins_the_window_before():
    assert [len(one.words.split()) for one in windows_of(Document("1", "t", "mot " * 125))[1:]] == [
        125
    ]


def test_without_a_title_the_opening_stands_for_it():
    windows = windows_of(Document("1", " ", "Il était une fois"))
    assert [one.words for one in windows] == ["Il était une fois"] * 2


def test_the_longest_text_costs_ten_windows_from_all_its_length():
    text = " ".join(str(number) for number in range(20_000))
    windows = windows_of(Document("1", "t", text))
    assert len(windows) == 10
    assert windows[-1].start > len(text) * 0.8


@given(st.text(), st.text())
def test_windows_are_encodable_and_stand_where_they_say(title, text):
    for window in windows_of(Document("1", title, text)):
        window.words.encode()
        whole = title if window.part is Part.TITLE else text
        assert 0 <= window.start <= window.end <= len(whole)
