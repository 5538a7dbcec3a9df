"""`veille search` and `veille query` as people type them."""

import time

import pytest
from fakes.published import item, publish_items
from typer.testing import CliRunner

from veille.cli.app import app
from veille.errors import UsageError
from veille.store.catalogue import Catalogue, newest
from veille.workspace import open_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watch")
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    publish_items(open_workspace(folder).catalogue, item("a", "Un texte", title="Une coopérative"))
    assert newest(open_workspace(folder).catalogue).is_file()
    return folder


def told(workspace, *arguments):
    run = CliRunner().invoke
    return run(app, [*arguments, "-w", str(workspace)], catch_exceptions=False).output


@pytest.mark.parametrize(
    "arguments",
    [
        ["--domain", "no such"],
        ["--region", "Estry"],
        ["--source", "no such"],
        ["--since", "2026-11-15", "--until", "2026-11-10"],
    ],
)
def test_a_filter_that_finds_nothing_by_mistake_is_said(workspace, arguments):
    with pytest.raises(UsageError):
        told(workspace, "search", *arguments)
    assert "Une coopérative" in told(workspace, "search", "coopérative", "--source", "S")


def test_nothing_that_a_terminal_obeys_is_shown(workspace):
    shown = told(workspace, "query", "SELECT chr(27) || '[31mred' || chr(8238) AS a")
    assert "red" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


@pytest.mark.parametrize("words", ["\udcff", "\0", "abc* " * 2_000, '"mot autre" ' * 500])
def test_odd_words_find_nothing_and_harm_nothing(workspace, words):
    with Catalogue(open_workspace(workspace).catalogue) as catalogue:
        begun = time.monotonic()
        assert catalogue.search(words).total == 0
        assert time.monotonic() - begun < 5
