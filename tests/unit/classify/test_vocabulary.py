import pytest

from veille.classify.vocabulary import Concept, Entry, Vocabulary, settled
from veille.classify.words import words_of

BONDS = Concept("bonds", "financial_engineering", "obligations communautaires", 3)
COOP = Concept("coop", "field", "coopérative de travail", 3)
WORKER = Concept("worker", "governance", "coopérative de travail", 2, ambiguous=True)
BOARD = Concept("board", "governance", "conseil", 2, ambiguous=True)
HOUSING = Concept("housing", "field", "coopérative d'habitation", 3)
SSE = Concept("sse", "field", "économie sociale", 3)
POLL = Concept("poll", "governance", "ÉS", 1)

VOCABULARY = Vocabulary(
    [
        Entry(
            BONDS,
            {"fr": ["obligation communautaire"], "es": ["bono comunal"], "ko": ["공동체채권"]},
        ),
        Entry(COOP, {"fr": ["coopérative de travail", "coopérative"]}, ["SCOP"]),
        Entry(WORKER, {"fr": ["coopérative de travail", "coopératives de travail"]}),
        Entry(HOUSING, {"fr": ["coopérative d’habitation"]}),
        Entry(BOARD, {"fr": ["conseil municipal", "travailleurs élus"], "en": ["community board"]}),
        Entry(SSE, {"fr": ["économie sociale"], "ko": ["사회적경제"]}, ["ÉS"]),
    ]
)


def named(text):
    words = words_of(text)
    return [(m.concept.id, text[m.start : m.end]) for m in VOCABULARY.find(words)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("des OBLIGATIONS communautaires", [("bonds", "OBLIGATIONS communautaires")]),
        ("l’obligation communautaire", [("bonds", "obligation communautaire")]),
        ("bonos comunales", [("bonds", "bonos comunales")]),
        ("공동체채권을 발행", [("bonds", "공동체채권")]),
        ("l'economie sociale", [("sse", "economie sociale")]),
        ("économie asociale, obligations", []),
        ("tu es là; ES; éS", []),
        ("l'ÉS et les SCOP, les SCOPs", [("sse", "ÉS"), ("coop", "SCOP"), ("coop", "SCOPs")]),
        ("scop", []),
        ("LA SCOP A GAGNÉ SON PROCÈS", []),
        ("des travailleur·euse·s élu·e·s", [("board", "travailleur·euse·s élu·e·s")]),
        ("conseils municipaux", [("board", "conseils municipaux")]),
        ("community boards", [("board", "community boards")]),
        ("la coopérative d'habitation", [("housing", "coopérative d'habitation")]),
    ],
)
def test_finds_terms_as_they_are_written(text, expected):
    assert named(text) == expected


def test_the_longest_of_overlapping_terms_wins_for_all_its_concepts():
    assert named("une coopérative de travail") == [
        ("coop", "coopérative de travail"),
        ("worker", "coopérative de travail"),
    ]


def counted(text):
    return [mention.concept.id for mention in settled(VOCABULARY.find(words_of(text)))]


def test_an_ambiguous_concept_counts_only_where_the_field_is_present():
    assert counted("le conseil municipal") == []
    assert counted("le conseil municipal et la coopérative") == ["board", "coop"]


def test_a_term_is_not_the_context_that_its_own_ambiguity_asks_for():
    assert counted("une coopérative de travail") == ["coop"]
    assert counted("une coopérative de travail, des coopératives de travail") == ["coop", "coop"]
    assert counted("une coopérative de travail en économie sociale") == ["coop", "worker", "sse"]
