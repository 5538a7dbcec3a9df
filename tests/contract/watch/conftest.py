"""The working store's suite runs on all of its homes: a DuckDB file, a DuckLake of one's own, and
(`make test-slow`: its own file tells what differs) a DuckLake in PostgreSQL that engines share.

A statement costs ten times more on a DuckLake than in a file. There the main suite runs the tests
marked `every_home`, which together say each SQL statement of the store; `make test-slow`, all.
"""

import os
import shutil
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec

import pytest
from fakes.postgres import postgres, trusting
from fakes.watched import NOW

from veille.settings.store import Lake
from veille.store import open_watch

SHARED = pytest.param("postgres", marks=pytest.mark.slow)


@pytest.fixture(scope="session", params=["duckdb", "ducklake", SHARED])
def template(request, tmp_path_factory):
    """An empty store's file, made once to be copied, and how such a file is opened."""
    folder = tmp_path_factory.mktemp(request.param)
    opens = open_watch
    if request.param != "duckdb":
        if not find_spec("duckdb_extension_ducklake"):
            missing = "no package duckdb-extension-ducklake: the store is NOT tested on DuckLake"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)

        def opens(path, *, now):
            return open_watch(Lake(str(path), folder / "data", folder / "spill"), now=now)

    if request.param == "postgres":
        with postgres() as server:
            yield _shared(server, folder)
    else:
        with trusting() if request.param == "ducklake" else nullcontext():
            opens(folder / "watch", now=NOW).close()
            yield folder / "watch", opens


def pytest_collection_modifyitems(items):
    for item in items:
        if "[ducklake" in item.name and not item.get_closest_marker("every_home"):
            item.add_marker(pytest.mark.slow)


def _shared(server, folder):
    """Make an empty store in PostgreSQL; each test's is a copy of it, made at its first opening."""
    empty = server.lake("empty", folder / "data")
    open_watch(empty, now=NOW).close()
    (folder / "watch").touch()

    def opens(path, *, now):
        name = path.parent.name
        if not path.read_text():
            path.write_text(server.database(name, like="empty"))
        return open_watch(replace(empty, catalogue=f"postgres:{path.read_text()}"), now=now)

    return folder / "watch", opens


@pytest.fixture
def reopen(template, tmp_path):
    """A function that opens the test's own store, the same one each time."""
    empty, opens = template
    path = shutil.copy(empty, tmp_path / "watch.store")
    return lambda: opens(path, now=NOW)


@pytest.fixture
def watch(reopen):
    with reopen() as watch:
        yield watch
