"""What a text is told apart by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.stories.facts import NAMES, NUMBERS, WORDS, facts_of, stem


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3,1 M$ au lieu de 58 000 $", ("3100000", "58000")),
        ("2,9 milliards, 30 mil euros, 80 millones", ("2900000000", "30000", "80000000")),
        ("$1.2 million and 9.300 hogares, 1,700 homes", ("1200000", "9300", "1700")),
        ("93 %, 40 per cent, 12 por ciento, 66%", ("93%", "40%", "12%", "66%")),
        ("le 1er mars, on June 9, el 12 de mayo, 3rd of July", ("3/1", "6/9", "5/12", "7/3")),
        ("en 2026, 3 personnes et 12 chats", ()),
        ("312 prêteurs, 1974, 340 logements", ("312", "1974", "340")),
        ("le projet C-74", ()),
    ],
)
def test_numbers_are_the_same_however_they_are_written(text, numbers):
    assert facts_of("", text).numbers == numbers


@pytest.mark.parametrize(
    ("title", "text", "language", "names"),
    [
        ("", "Puis Karima Benslimane parla à M. Lizotte.", "fr", ("Benslimane", "Lizotte")),
        ("", "Réunis hier. Prudents surtout. La Ferme du Ruisseau-Plat.", "fr", ("Ruisseau-Plat",)),
        ("", "Trois-Rivières jubile. À L’Anse-Saint-Jean aussi.", "fr",
         ("Trois-Rivières", "Anse-Saint-Jean")),
        ("Bakers Purchase Their Crumbling Ovens", "They wept.", "en", ()),
        ("Ovens Purchased Near Courtemanche Mill", "And Courtemanche wept.", "en",
         ("Courtemanche",)),
        ("", "Der Zusammenschluss der Molkereien", "de", ()),
        ("", "Bill C-74, says Darren Whitlock", "en", ("C-74", "Whitlock")),
        ("", "Au Québec, lundi, le ministre", "fr", ()),
    ],
)  # fmt: skip
def test_names_are_what_capitals_prove(title, text, language, names):
    assert facts_of(title, text, language).names == names


def test_words_are_the_rare_ones_in_the_singular_and_not_said_in_a_name():
    text = (
        "Deux maraîchères avec une autre maraîchère, dans le verger pour Karima Benslimane, qui dit"
    )
    assert facts_of("", text + " que la terre est bonne.").words == ("maraichere", "verger")
    assert facts_of("", "De tuinsters huren een boomgaard van de gemeente.").words == ()


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        ("Bla.\n\nSource : Fonds Relais Boréal", ("=source : fonds relais boreal",)),
        ("Ce texte reprend un communiqué du Fonds Relais.", ("=un communique du fonds relais.",)),
        ("(La Presse Canadienne)", ("=la presse canadienne)",)),
        ("C’est faux, selon Radio Saint-Maurice.", ("~selon radio saint-maurice.",)),
        ("Il communique avec ses membres.", ()),
    ],
)
def test_credits_are_whom_a_text_names_as_its_source(text, credits):
    assert facts_of("", text).credits == credits


def test_what_closes_a_press_release_tells_nothing_of_it():
    news = "La Fédération Logis-Nous salue hier le travail de Maryse Tanguay."
    release = f"{news}\n\nÀ propos de Logis-Nous\n46 800 logements à Alma."
    assert facts_of("", release) == facts_of("", news)
    quoted = f"Bonjour.\n\nÀ propos de ce budget : {news}"
    assert "Tanguay" in facts_of("", quoted).names


@pytest.mark.parametrize(("one", "other"), [("Cœurs", "coeur"), ("Québécois", "quebecoi")])
def test_a_stem_is_folded_and_singular(one, other):
    assert stem(one) == stem(other)


@given(st.text(), st.text(), st.sampled_from([None, "fr", "de", "ko"]))
def test_any_text_has_facts_within_bounds(title, text, language):
    facts = facts_of(title, text, language)
    assert len(facts.names) <= NAMES
    assert len(facts.numbers) <= NUMBERS
    assert len(facts.words) <= WORDS
