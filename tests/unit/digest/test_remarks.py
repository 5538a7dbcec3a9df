"""What an editor should look at before an issue goes."""

from dataclasses import replace
from datetime import date

from fakes.issues import NAMES, SETTINGS, TODAY, WEEK, candidate

from veille.digest.draft import DOMAINS, Draft, Line
from veille.digest.remarks import remarks
from veille.i18n import speaking


def told(lines, *found, lost=(), **given):
    draft = Draft(WEEK, 7, lines=tuple(lines), **given)
    by_id = {one.item.item_id: one for one in found}
    with speaking("en"):
        return [
            (one.told, one.item_id)
            for one in remarks(draft, by_id, lost, SETTINGS, today=TODAY, names=NAMES)
        ]


def test_a_sound_draft_has_nothing_said_of_it():
    found = [candidate(name, domains=(name,)) for name in DOMAINS]
    lines = [Line(name, True, name, "Titre", "note") for name in DOMAINS]
    assert told(lines, *found) == []


def test_each_remark_has_its_occasion():
    one = candidate("a", text="Date limite : le 3 décembre.", item_type="ty-appel-projets")
    call = Line("a", True, "calls", "Appel", deadline=date(2026, 12, 3))
    assert told([replace(call, keep=False)])[0][0].startswith("Nothing is kept")
    said = told([call, Line("b", False, "governance", "B")], one, candidate("b", regions=["QC-06"]))
    assert [words for words, item_id in said if not item_id] == [
        "Nothing on “Financial engineering”: whoever follows it alone would receive nothing.",
        "Nothing on “Leadership”: whoever follows it alone would receive nothing.",
        "Only among the items in reserve: Montréal.",
    ]
    assert said[-1] == ("Its text says “Date limite 3 décembre” without a year: check it.", "a")
    past = replace(call, deadline=date(2026, 11, 3), title="t" * 161, note="n" * 701)
    doubtful = candidate("a", item_type="ty-appel-projets", doubtful=True)
    assert [words.partition(":")[0] for words, item_id in told([past], doubtful) if item_id] == [
        "Its day is past",
        "The model is in doubt about it, and nobody decided.",
        "Its title is long.",
        "Its note is long.",
    ]
    lines = [Line(f"i{n}", True, "governance", "T", "n", "n" * (n == 0)) for n in range(16)]
    said = [words for words, _id in told(lines, editorial="Bonjour")]
    assert "16 items are kept; this workspace proposes 15 at most." in said
    assert "15 notes are not in English." in said
    assert any("not in English: that edition shows" in words for words in said)


def test_what_is_kept_in_vain_says_why():
    lines = [Line("a", True, "governance", "A"), Line("b", True, "governance", "B")]
    said = {item_id: words for words, item_id in told(lines, candidate("a"), lost=["a", "b"])}
    assert "tells this story" in said["a"]
    assert "catalogue" in said["b"]
