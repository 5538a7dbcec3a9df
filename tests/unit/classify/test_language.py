import pytest

from veille.classify.language import language_of

FRENCH = "L’assemblée générale a élu un nouveau conseil et voté le budget de l’année."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (FRENCH, "fr"),
        ("The members elected a new board at the annual meeting.", "en"),
        ("La asamblea eligió una nueva junta y aprobó el presupuesto.", "es"),
        ("A assembleia elegeu uma nova diretoria e aprovou o orçamento.", "pt"),
        ("L’assemblea ha eletto il nuovo consiglio e approvato il bilancio.", "it"),
        ("L’assemblea va escollir una nova junta i va aprovar el pressupost amb els socis.", "ca"),
        ("Die Mitgliederversammlung wählte einen neuen Vorstand.", "de"),
        ("총회에서 새 이사회를 선출했습니다", "ko"),
        ("De vereniging heeft vandaag een nieuwe voorzitter gekozen", None),
        ("Общее собрание избрало новый совет", None),
        ("الاقتصاد الاجتماعي والتضامني", None),
        ("日本語のテキストです。協同組合の総会", None),
        ("😀 🎉 12 345", None),
        ("", None),
    ],
)
def test_known_or_unknown(text, code):
    assert language_of("", text).code == code


def test_a_source_is_believed_only_where_the_text_is_too_short():
    assert language_of("OK !", "", said="fr-CA").code == "fr"
    assert language_of("OK !", "", said="sv").code is None
    assert language_of("", FRENCH, said="en").code == "fr"


def test_only_expected_languages_are_given():
    assert language_of("", FRENCH, expected=("en", "es")).code is None
