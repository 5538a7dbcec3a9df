"""`veille subscribers` as staff meet it: its words, its exit codes, what it never shows."""

import csv
import io
import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from fakes.processes import VEILLE, run
from typer.testing import CliRunner

from veille import i18n
from veille.cli.app import app
from veille.errors import VeilleError
from veille.workspace import open_workspace

LIST = """Courriel;Nom;Domaines;Consentement;Date;Preuve
bob@example.org;Bob;governance;adhésion;2026-01-15;registre
eve@example.org;;;demande;2020-01-01;courriel du 1er
"""
MEMBER = ("--basis", "membership", "--evidence", "registre, p. 3")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    settings = {"veille": {"schema": 1, "name": "essai"}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    monkeypatch.chdir(tmp_path)
    i18n.use_language("fr")
    return tmp_path


def veille(*words, **more):
    """Run `veille subscribers WORDS`, errors of ours told by their exit code."""
    done = CliRunner().invoke(app, ["subscribers", *words], **more)
    code = done.exception.exit_code if isinstance(done.exception, VeilleError) else done.exit_code
    return code, done.stdout, str(done.exception or "")


def recently():
    """A day that is always recent, for consents that end."""
    return str((datetime.now(UTC) - timedelta(days=40)).date())


def add(address, *more):
    return veille("add", address, *MEMBER, "--date", recently(), *more)


def test_nobody_is_added_without_a_basis(folder):
    assert veille("add", "ada@example.org")[0] == 2
    assert veille("add", "ada@example.org", *MEMBER, "--date", "2020-01-01")[0] == 2
    assert veille("add", "ada@", *MEMBER, "--date", recently())[0] == 2
    assert add("ada@example.org", "--region", "nulle part")[0] == 2
    assert json.loads(veille("list", "--json")[1])["people"] == []
    assert add("ada@example.org")[0] == 0


def test_lists_mask_addresses_unless_asked(folder):
    add("ada@example.org", "--name", "Ada Exemple")
    for shown in (veille("list"), veille("list", "--json"), veille("due", "--days", "180")):
        assert shown[0] == 0
        assert "ada@" not in shown[1]
        assert "Ada" not in shown[1]
    assert "ada@example.org" in veille("list", "--full")[1]
    assert json.loads(veille("list", "--json", "--full")[1])["people"][0]["name"] == "Ada Exemple"
    assert veille("list", "--state", "gone")[0] == 2


def test_a_name_is_shown_as_it_is_and_commands_nothing(folder):
    add("ada@example.org", "--name", "[/red] {0} %s")
    assert "[/red] {0} %s" in veille("list", "--full")[1]
    assert "{0} %s" in veille("show", "ada@example.org")[1]
    assert veille("proof", "ada@example.org")[0] == 0


def test_a_file_goes_in_whole_or_not_at_all(folder):
    (folder / "l.csv").write_text(LIST.replace("2026-01-15", recently()), encoding="cp1252")
    code, told, _error = veille("import", "l.csv", "--json")
    assert code == 1
    assert json.loads(told)["refused"].keys() == {"3"}
    assert json.loads(veille("list", "--json")[1])["people"] == []
    assert veille("import", "l.csv", "--dry-run", "--skip-refused")[0] == 0
    assert json.loads(veille("list", "--json")[1])["people"] == []
    assert veille("import", "l.csv", "--skip-refused")[0] == 0
    assert json.loads(veille("list", "--json")[1])["counts"]["active"] == 1
    assert veille("import", "none.csv")[0] != 0


def test_exports_hold_active_people_and_are_private(folder):
    add("ada@example.org", "--domain", "governance")
    add("bob@example.org")
    veille("leave", "bob@example.org")
    written = veille("export")[1]
    assert written.startswith("\ufeff"), "or Excel would not read its accents"
    [row] = csv.DictReader(io.StringIO(written[1:]), delimiter=";")
    assert (row["address"], row["domains"]) == ("ada@example.org", "governance")
    (folder / "out.csv").write_text("")
    (folder / "out.csv").chmod(0o644)
    assert veille("export", "out.csv")[0] == 0
    assert stat.S_IMODE((folder / "out.csv").stat().st_mode) == 0o600


def test_one_person_s_consent_is_proved_to_people_and_machines(folder):
    add("ada@example.org")
    code, told, _error = veille("proof", "ada@example.org")
    assert code == 0
    assert "registre, p. 3" in told
    proved = json.loads(veille("proof", "ada@example.org", "--json")[1])
    assert proved["may_be_mailed"] is True
    assert [line["basis"] for line in proved["ledger"]] == ["membership"]
    held = json.loads(veille("show", "ada@example.org", "--json")[1])
    assert held["subscribers"][0]["address"] == "ada@example.org"
    assert "registre" in veille("show", "ada@example.org")[1]
    for verb in ("proof", "show", "leave", "erase"):
        assert veille(verb, "nobody@example.org")[0] == 1


def test_leaving_and_erasing_are_for_good(folder):
    add("ada@example.org")
    assert veille("leave", "ada@example.org")[0] == 0
    assert veille("leave", "ada@example.org")[0] == 0
    assert add("ada@example.org")[0] == 1
    assert veille("erase", "ada@example.org", input="n\n")[0] == 1
    assert veille("erase", "ada@example.org", input="oui\n")[0] == 0
    assert veille("erase", "ada@example.org", "--yes")[0] == 0  # makes sure of the bytes
    assert add("ada@example.org")[0] == 1
    var = open_workspace(folder).var
    assert b"ada@example.org" not in b"".join(file.read_bytes() for file in var.glob("*"))
    assert veille("purge", "--dry-run", "--json")[0] == 0


def test_the_command_itself_tells_no_address_but_the_one_typed(folder):
    """In a process of its own, with a store that breaks: its complaint is a sentence, no trace."""
    (folder / "l.csv").write_text("courriel\nbob@example.org\n")
    done = run([VEILLE, "subscribers", "import", "l.csv"], folder)
    assert done.returncode == 1
    assert "bob" not in done.stdout + done.stderr
    (folder / "var" / "subscribers.sqlite").write_bytes(b"no store at all" * 99)
    done = run([VEILLE, "subscribers", "list"], folder)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
