"""`veille search` and `veille query` as people type them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

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


@pytest.mark.parametrize("words", ["-coopérative", "-coop* -texte", "-« un texte »"])
def test_words_to_leave_out_alone_are_no_search(workspace, words):
    with Catalogue(open_workspace(workspace).catalogue) as catalogue:
        for asked in (catalogue.search, catalogue.facets, catalogue.matching):
            with pytest.raises(UsageError, match="laisser de côté"):
                asked(words)
        assert catalogue.search(f"une {words} texte -zorblaxe").total == 0
        assert catalogue.search("texte -zorblaxe").total == 1


def test_threads_share_a_catalogue_kept_open(tmp_path):
    kinds = [f"mot{n}" for n in range(12)]
    items = [item(f"{kind}-{n}", kind) for n, kind in enumerate(kinds) for _ in range(n + 1)]
    items = [replace(one, item_id=f"{one.item_id}-{n}") for n, one in enumerate(items)]
    publish_items(tmp_path, *items)

    def asked(n):
        kind = kinds[n % len(kinds)]
        found = catalogue.search(f"« {kind} »" if n % 5 == 0 else kind, limit=3, offset=n % 2)
        assert all(one["item_id"].startswith(f"{kind}-") for one in found.items)
        assert dict(catalogue.facets(kind)["sources"]) == {"s": found.total}
        return found.total

    with Catalogue(tmp_path) as catalogue, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(asked, range(120))) == [n % 12 + 1 for n in range(120)]
