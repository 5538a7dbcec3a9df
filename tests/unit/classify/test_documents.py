import json

from veille.classify.documents import MAX_CHARS, BadLine, Document, Truth, read_documents, whole_of
from veille.model.judgement import Part


def test_reads_documents_and_numbers_the_lines_that_are_none():
    lines = [
        json.dumps({"id": 7, "title": "Un", "text": "deux", "lang": None}),
        "",
        "{",
        "[]",
        json.dumps({"title": 3}),
        json.dumps({"id": "x"}),
        b"\xff\xfe",
        json.dumps({"text": "t", "relevant": "yes"}),
        "[" * 100_000,
    ]
    read = list(read_documents(lines))
    assert read[0] == (Document("7", "Un", "deux"), None)
    assert [one.number for one in read[1:] if isinstance(one, BadLine)] == [3, 4, 5, 6, 7, 8, 9]


def test_reads_what_people_said():
    def truth(**fields):
        (found,) = read_documents([json.dumps({"text": "t", **fields})])
        return found[1]

    assert truth(relevant=False) == Truth(False, frozenset())
    tagged = truth(relevant=True, domains=["governance"], regions=["QC-06"])
    assert tagged == Truth(True, frozenset({"governance"}), frozenset({"QC-06"}))
    assert truth(relevant=True, regions=["FR"], note="region implicit: FR").regions is None


def test_a_whole_gives_places_back_to_title_and_text():
    whole = whole_of(Document("1", "Le titre", "Le texte"))
    assert whole.place(3, 8) == (Part.TITLE, 3, 8)
    assert whole.place(whole.text_at + 3, whole.text_at + 8) == (Part.TEXT, 3, 8)
    assert whole.written(whole.text_at + 3, whole.text_at + 8) == "texte"


def test_a_text_without_end_is_cut():
    assert len(Document("1", "", "a" * 10 * MAX_CHARS).text) == MAX_CHARS
