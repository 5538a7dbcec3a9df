"""The draft's file: nothing lost on the way, every fault told with its line."""

from contextlib import suppress
from datetime import date

import pytest
from fakes.drafts import DRAFT, LINE
from hypothesis import given
from hypothesis import strategies as st

from veille.digest.draft import SECTIONS, Line
from veille.digest.draft_file import append_lines, read_draft, write_draft
from veille.errors import ConfigError


@given(DRAFT)
def test_what_is_written_reads_back_the_same(draft):
    assert (
        read_draft(write_draft(draft, {line.item_id: line.note for line in draft.lines})) == draft
    )


@given(DRAFT, LINE)
def test_appending_changes_nothing_else(draft, line):
    if line.item_id not in {one.item_id for one in draft.lines}:
        text = append_lines(write_draft(draft), [line], {line.item_id: "un fait"})
        read = read_draft(text)
        assert (read.lines[:-1], read.lines[-1]) == (draft.lines, line)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    with suppress(ConfigError):  # with anything else it fails
        read_draft(text)


WRITTEN = """\
# mes remarques
week: 2026-W47
number: 3
editorial: Bonjour : voici le no 3 # vraiment
  et la suite
sections: [calls, governance]
items:
# à vérifier
- id: '01'
  keep: Oui   # sûr
  section: governance
  title: Redon : une SCIC
  note: |
    Deux lignes :
      l’autre
- id: b
  keep: non
  section: calls
  title: "Déjà « cité »"
  deadline: 2026-12-04
"""


def test_what_people_write_is_understood():
    draft = read_draft(WRITTEN)
    assert draft.editorial == "Bonjour : voici le no 3 # vraiment et la suite"
    assert draft.sections[:2] == ("calls", "governance")
    assert set(draft.sections) == set(SECTIONS)
    first, second = draft.lines
    assert (first.keep, first.title) == (True, "Redon : une SCIC")
    assert first.note.splitlines()[0] == "Deux lignes :"
    assert (second.keep, second.deadline) == (False, date(2026, 12, 4))


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("note : à la française : oui", "à la française : oui"),
        ("note\u00a0:\u00a0insécable", "insécable"),
        ("note:collé", "collé"),
        ("note:\ttabulé", "tabulé"),
        ('note: "Le point 7" : épisode 3', '"Le point 7" : épisode 3'),
        ("note: 'l'été' arrive", "'l'été' arrive"),
        ("note: 'tite note", "'tite note"),
        ("note: > 40 % des membres", "> 40 % des membres"),
        ("note: | sur sa ligne", "sur sa ligne"),
        ('note: "dit \\"non\\""  # remarque', 'dit "non"'),
        ("note: 'deux\n    lignes'", "deux lignes"),
        ("note: |\n    note : voici\n\ttabulée", "note : voici\ntabulée"),
    ],
)
def test_texts_are_typed_as_they_come(typed, note):
    for ends in ("\n", "\r\n"):
        text = WRITTEN.replace('title: "Déjà « cité »"', typed).replace("\n", ends)
        for draft in (read_draft(text), read_draft(append_lines(text, []))):
            assert draft.lines[1].note == note
            assert draft.lines[1].deadline == date(2026, 12, 4)


def test_tabs_and_spaces_that_do_not_break_stand_for_spaces():
    typed = WRITTEN.replace("  keep", "\tkeep").replace("  section: c", "\u00a0\u00a0section : c")
    assert read_draft(typed) == read_draft(WRITTEN)


def test_their_comments_stay_when_items_are_added():
    text = append_lines(WRITTEN, [Line("new", False, "others", "Neuf")])
    for words in ("# mes remarques", "# à vérifier", "# sûr"):
        assert words in text
    assert [line.item_id for line in read_draft(text).lines] == ["01", "b", "new"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("keep: Oui   # sûr", "keep: peut-être", "ligne 10 : « keep: peut-être »"),
        ("section: governance", "section: gouvernance", "ligne 11 : « gouvernance » n’est pas"),
        ("2026-12-04", "le 4", "ligne 20 : « le 4 » devrait être un jour"),
        ("number: 3", "number: trois", "ligne 3 : « trois »"),
        ("2026-W47", "2026-47", "ligne 2 : « 2026-47 » n’est pas une semaine"),
        ("- id: b", "- id: '01'", "ligne 16 : cet article y est deux fois"),
        ("  keep: non\n", "", "« keep: » manque"),
        ("  section: calls\n", "  sektion: calls\n", "« sektion » n’est pas connu"),
        ("[calls, governance]", "calls", "ligne 6 : il faut ici une liste"),
        ("keep: non", 'keep: "non', "ce n’est pas du YAML"),
        ("keep: non", "keep:", "ligne 16 : « keep: » manque"),
        ("2026-12-04", "2026-02-30", "ligne 20 : « 2026-02-30 » devrait être un jour"),
        ("- id: b", "- id: b\n  keep: oui", "ligne 18 : « keep: » est là deux fois"),
        ("  et la suite", "et la suite", "ligne 5 : ni une ligne"),
        ("- id: b", "-id: b", "ce n’est pas du YAML"),
    ],
)
def test_each_fault_is_told_with_its_line(old, new, told):
    with pytest.raises(ConfigError) as raised:
        read_draft(WRITTEN.replace(old, new))
    assert any(told.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
               in fault for fault in raised.value.faults), raised.value.faults  # fmt: skip


def test_all_faults_are_told_at_once():
    wrong = WRITTEN.replace("keep: non", "keep: 7").replace("2026-12-04", "jamais")
    with pytest.raises(ConfigError) as raised:
        read_draft(wrong)
    assert len(raised.value.faults) == 2
