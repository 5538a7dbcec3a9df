"""What an editor does to a draft: nothing is lost, remarks stay, and the file says it all."""

import re
from dataclasses import replace
from datetime import date

import pytest
from fakes.drafts import DRAFT, LINE, TEXT
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.digest.bare_text import quoted
from veille.digest.draft import Draft, Line
from veille.digest.draft_file import read_draft, write_draft
from veille.digest.gestures import (
    Words,
    added,
    beside,
    kept,
    line_of,
    moved,
    retold,
    section_moved,
    stamp_of_line,
    stamp_of_order,
    stamp_of_words,
    worded,
)
from veille.digest.rewriting import rewritten
from veille.errors import ConfigError, UsageError

BY_HAND = """\
# En tête, de Jeanne
week: 2026-W47   # la bonne
number: 3
editorial: |
  Bonjour : voici
  le no 3

# ordre convenu le 3
sections: [calls, governance]
items:
# Source A · 12 novembre
- id: a
  # mot de Luc
  keep: Oui   # sûr
  section: governance
  title: Redon : une SCIC
  note: |  # à relire
    Deux lignes :

      # pas une remarque
    fin

# Source B · 13 novembre
# https://b.example
- id: b
  keep: non
  section: calls
  title: "Déjà « cité »"   # du courriel
  deadline: 2026-12-04 # sûr
# Source C
- id: c
  keep: oui
  section: governance
  title: C
  note :
# la fin, de Jeanne
"""
REMARKS = re.findall(r"#.*", BY_HAND)


def ids(draft):
    return [line.item_id for line in draft.lines]


def test_hand_written_remarks_stay_where_they_are_and_move_with_their_item():
    draft = read_draft(BY_HAND)
    assert rewritten(BY_HAND, draft) == quoted(BY_HAND)
    wanted = moved(draft, ["a", "c"], "c", 0)
    wanted = retold(wanted, replace(line_of(wanted, "b"), title="Dit : autrement", deadline=None))
    wanted = retold(wanted, Line("a", True, "governance", "Redon", "une\n\ndeux", "in English"))
    wanted = retold(wanted, replace(line_of(wanted, "c"), note="# trois"))
    wanted = worded(kept(wanted, "b", True), Words("Une\n\ndeux", "", "Le fonds : enfin"))
    text = rewritten(BY_HAND, wanted)
    assert read_draft(text) == wanted
    assert ids(wanted) == ["c", "b", "a"]
    for remark in REMARKS:
        assert remark in text or remark == "# pas une remarque"
    assert text.index("# Source C\n- id: c") < text.index("# https://b.example\n- id: b")
    assert text.endswith("# la fin, de Jeanne\n")
    assert "  deadline: # sûr" in text or "  deadline:  # sûr" in text or "deadline: # sûr" in text


def test_one_word_changed_changes_one_line():
    draft = read_draft(BY_HAND)
    before = quoted(BY_HAND).split("\n")
    after = rewritten(BY_HAND, kept(draft, "b", True)).split("\n")
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [("  keep: non", "  keep: oui")]


@given(DRAFT, st.data())
@settings(max_examples=20)
def test_whatever_is_wanted_the_file_says_it_and_keeps_its_remarks(draft, data):
    facts = {line.item_id: f"fait de {line.item_id}\nencore" for line in draft.lines}
    new = data.draw(st.lists(LINE, max_size=2))
    wanted = added(draft, {line.item_id: line for line in new}.values())
    wanted = worded(wanted, Words(*(data.draw(TEXT) for _n in range(4))))
    for line in wanted.lines:
        told = replace(data.draw(LINE), item_id=line.item_id)
        wanted = kept(retold(wanted, told), line.item_id, told.keep)
    if wanted.lines:
        shown = data.draw(st.permutations(ids(wanted)))
        chosen = data.draw(st.sampled_from(ids(wanted)))
        wanted = moved(wanted, shown, chosen, data.draw(st.integers(-1, 5)))
    wanted = section_moved(wanted, data.draw(st.sampled_from(wanted.sections)), 2)
    text = rewritten(write_draft(draft, facts), wanted, {line.item_id: "neuf" for line in new})
    assert read_draft(text) == wanted
    assert {*ids(draft), *(line.item_id for line in new)} == set(ids(wanted))
    for item_id in facts:
        assert re.search(rf"# fait de {item_id}\n# encore\n- id: .?{item_id}.?\n", text)


@pytest.mark.parametrize(
    "text",
    [
        "week: 2026-W47\nitems: [{id: a, keep: no, section: calls},\n"
        " {id: b, keep: no, section: calls}]\n",
        "week: 2026-W47\nsections:\n- calls\n- governance # Luc\nitems: []\n",
    ],
    ids=["braces", "list"],
)  # fmt: skip
def test_what_cannot_be_changed_so_is_refused(text):
    draft = read_draft(text)
    wanted = section_moved(draft, "governance", -1)
    wanted = moved(wanted, ids(draft), "b", 0) if draft.lines else wanted
    with pytest.raises(UsageError, match=r"draft\.yaml"):
        rewritten(text, wanted)


def test_a_file_with_faults_is_told_as_such():
    with pytest.raises(ConfigError):
        rewritten("week: ?\n", Draft("2026-W47", 1))


def test_nothing_is_taken_out():
    draft = read_draft(BY_HAND)
    with pytest.raises(UsageError):
        rewritten(BY_HAND, replace(draft, lines=draft.lines[:1]))
    assert ids(added(draft, [Line("a", True, "calls", "autre")])) == ids(draft)
    for gesture in (
        lambda: kept(draft, "x", True), lambda: moved(draft, ["a"], "x", 0),
        lambda: retold(draft, Line("x", True, "calls", "")),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            gesture()


def test_an_item_goes_past_a_whole_region():
    shown = ["a1", "a2", "b1", "b2", "c"]
    groups = {"a1": "QC-01", "a2": "QC-01", "b1": "QC-02", "b2": "QC-02", "c": None}

    def place(item_id, by):
        return beside(shown, groups, item_id, by)

    assert place("a2", -1) == 0  # within its region
    assert place("b1", -1) == 0  # before all of the one above
    assert place("a2", 1) == 3  # after all of the one below
    assert place("c", -1) == 2
    assert place("a1", -1) == 0
    assert place("c", 1) == 4


def test_stamps_tell_what_an_editor_had_seen():
    draft = read_draft(BY_HAND)
    aside = kept(draft, "a", False)
    assert stamp_of_line(aside.lines[0]) == stamp_of_line(draft.lines[0])
    assert stamp_of_order(aside) != stamp_of_order(draft)
    assert stamp_of_order(retold(draft, replace(draft.lines[0], note="!"))) == stamp_of_order(draft)
    assert stamp_of_words(worded(draft, Words("!"))) != stamp_of_words(draft)
    assert stamp_of_line(replace(draft.lines[1], deadline=date(2027, 1, 1))) != stamp_of_line(
        draft.lines[1]
    )
