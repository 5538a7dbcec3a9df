"""`veille users …`: accounts made and helped from a terminal."""

import json
from datetime import UTC, datetime

import pytest
from fakes.pages import made_workspace
from typer.testing import CliRunner

from veille import i18n
from veille.cli.accounts import local_address
from veille.cli.app import app
from veille.errors import VeilleError
from veille.staff.passphrases import is_passphrase
from veille.store.desk import open_desk

PASSPHRASE = "quatre mots que nul ne dit"


@pytest.fixture
def workspace(tmp_path):
    return made_workspace(tmp_path / "w")


@pytest.fixture
def veille(workspace):
    i18n.use_language("fr")

    def run(*words, typed="", expected=0):
        done = CliRunner().invoke(app, ["users", *words, "-w", str(workspace.root)], input=typed)
        error = done.exception
        code = error.exit_code if isinstance(error, VeilleError) else done.exit_code
        assert code == expected, (words, done.output, error)
        return done.stdout + str(error or "")

    return run


def test_the_life_of_accounts(workspace, veille):
    told = veille("add", "Lise", "--name", "Lise Tremblay", "--email", "lise@example.org")
    assert "administr" in told
    link = told.splitlines()[-1]
    assert link.startswith("https://veille.example.org/login/link/")
    veille("add", "ada", "--role", "reviewer", "--passphrase", typed=f"{PASSPHRASE}\n")
    with open_desk(workspace.var / "desk.sqlite") as desk:
        assert is_passphrase(PASSPHRASE, desk.accounts.passphrase_hash("ada"))
        assert desk.accounts.passphrase_hash("lise") == ""
    with open_desk(workspace.var / "desk.sqlite") as desk:
        key = desk.keys.make("ada", "Tableau", now=datetime.now(UTC))
    veille("reset", "ada", "--passphrase", typed=f"{PASSPHRASE}\n")
    with open_desk(workspace.var / "desk.sqlite") as desk:
        assert desk.keys.find(key, now=datetime.now(UTC)) is None, "recovered: keys end"
    veille("role", "ada", "editor")
    veille("disable", "ada")
    assert "enable" in veille("reset", "ada", expected=2)
    veille("enable", "ada")
    assert "/login/link/" in veille("reset", "ada", "--codes")
    assert [one["role"] for one in json.loads(veille("list", "--json"))] == [
        "editor", "admin",
    ]  # fmt: skip
    veille("remove", "ada", typed="non\n", expected=1)
    veille("remove", "ada", "--yes")
    for refused in (
        ("remove", "lise", "--yes"), ("disable", "lise"), ("role", "lise", "reader"),
        ("add", "ada"), ("add", "../etc"), ("add", "x" * 40), ("add", "léa"),
        ("reset", "personne"), ("add", "bo", "--role", "chef"), ("add", "bo", "--email", "bo"),
    ):  # fmt: skip
        veille(*refused, expected=2)
    veille("add", "bo", "--passphrase", typed="trop court\n", expected=2)
    with open_desk(workspace.var / "desk.sqlite") as desk:
        trail = desk.audit.newest()
    assert {one.who for one in trail} == {"(terminal)"}
    assert link.rpartition("/")[2] not in repr(trail)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("0.0.0.0", "http://127.0.0.1:8001"),
        ("::", "http://[::1]:8001"),
        ("veille.example.org", "http://veille.example.org:8001"),
    ],
)
def test_a_link_leads_to_where_the_pages_listen(host, address):
    assert local_address(host, 8001) == address
