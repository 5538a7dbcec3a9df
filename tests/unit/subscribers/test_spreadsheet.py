"""Lists of people as CSV: read with distrust, written without traps."""

from contextlib import suppress

import pytest
from fakes.readers import NOW, RULES
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import UsageError
from veille.subscribers.arrivals import Arrival
from veille.subscribers.choices import Choices
from veille.subscribers.people import State, Subscriber
from veille.subscribers.spreadsheet import Defaults, read_people, write_people

MEMBERS = Defaults("membership", "2026-05-04", "registre")


def read(text, defaults=MEMBERS, encoding="utf-8"):
    return read_people(text.encode(encoding), defaults, RULES, NOW)


def problems(text, defaults=MEMBERS):
    return {one.number: one.problem for one in read(text, defaults).lines if one.problem}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(encoding, separator):
    text = (
        "Prénom,Adresse de courriel,Nom,Ville,Fréquence,Régions\r\n"
        "Zoé,zoe@example.org,Émond,Gaspé,mensuel,QC-06 FR\r\n"
    )
    sheet = read(text.replace(",", separator), encoding=encoding)
    [line] = sheet.lines
    assert sheet.ignored == ("Ville",)
    assert line.arrival.address.text == "zoe@example.org"
    assert line.arrival.name == "Zoé Émond"
    assert line.arrival.choices == Choices.of((), ["QC-06", "FR"], "fr", "monthly")


def test_the_line_by_which_a_spreadsheet_is_told_its_separator_is_no_header():
    [good, bad] = read("sep=;\r\nCourriel;Nom\r\na@example.org;A\r\nfaux;B\r\n").lines
    assert (good.number, good.arrival.name, bad.number, bad.problem != "") == (3, "A", 4, True)


def test_evidence_holds_nothing_that_a_terminal_would_obey():
    [line] = read("email,evidence\na@example.org,formulaire\x1b]0;x\x07 \u202epapier\n").lines
    assert line.arrival.declared.evidence == "formulaire ]0;x papier"


def test_a_line_s_own_basis_is_before_the_file_s():
    [line] = read("email,basis,date,evidence\na@example.org,achat,2026-02-03,facture 12").lines
    declared = line.arrival.declared
    assert (declared.basis, declared.evidence) == ("purchase", "facture 12")


@pytest.mark.parametrize(
    ("row", "defaults"),
    [
        ("a@example.org,,", Defaults()),
        ("a@example.org,membership,", Defaults()),
        ("a@example.org,legitimate interest,", MEMBERS),
        ("a@example.org,membership,04/05/2026", MEMBERS),
        ("a@example.org,inquiry,2026-05-04", MEMBERS),  # more than six months ago
        ("a@example.org,express,2026-05-04", Defaults(evidence=" ")),
        ("not an address,,", MEMBERS),
        ("a@example.org\x00,,", MEMBERS),
    ],
)
def test_without_a_basis_that_holds_nobody_is_read(row, defaults):
    assert list(problems(f"email,basis,date\n{row}\n", defaults)) == [2]


def test_no_problem_tells_an_address():
    shifted = "email,basis,date\nx,bob@example.org,2026-05-04\nbob@example.org,,bob@example.org\n"
    told = problems(shifted, Defaults())
    assert set(told) == {2, 3}
    assert not any("bob" in words for words in told.values())


def test_lines_are_counted_as_an_editor_does():
    text = 'email,name\n\na@example.org,"deux\nlignes"\nA@example.org,\nnon,\n'
    assert [one.number for one in read(text).lines] == [3, 5, 6]
    assert set(problems(text)) == {5, 6}  # line 5 is the same person


@pytest.mark.parametrize("text", ["", "\n\n", "a@example.org\n", 'email\n"unclosed'])
def test_what_is_no_list_of_people_is_refused(text):
    with pytest.raises(UsageError):
        read(text)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(content):
    with suppress(UsageError):
        read_people(b"email\n" + content, MEMBERS, RULES, NOW)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30))
def test_what_is_written_is_read_back_and_computes_nothing(name):
    name = name.lstrip("'")
    person = Subscriber("id", "=1+1@example.org", name, Choices(), State.ACTIVE, NOW, NOW)
    written = write_people([person])
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for cell in written.splitlines()[1].split(",")[:2]
    )
    [line] = read(written).lines
    assert isinstance(line.arrival, Arrival)
    assert (line.arrival.address.text, line.arrival.name) == (person.address, name)
