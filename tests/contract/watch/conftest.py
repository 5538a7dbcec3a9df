"""The working store's suite runs on both of its homes: a DuckDB file, and a DuckLake."""

import os
import shutil
from functools import partial
from importlib.util import find_spec

import duckdb
import pytest
from fakes.watched import NOW

from veille.settings.store import Lake
from veille.store import open_watch


@pytest.fixture(scope="session", params=["duckdb", "ducklake"])
def template(request, tmp_path_factory):
    """An empty store's file, made once to be copied, and how such a file is opened."""
    folder = tmp_path_factory.mktemp(request.param)
    opens = open_watch
    patched = pytest.MonkeyPatch()
    if request.param == "ducklake":
        if not find_spec("duckdb_extension_ducklake"):
            missing = "no package duckdb-extension-ducklake: the store is NOT tested on DuckLake"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)

        patched.setattr(duckdb, "connect", partial(_trusting, duckdb.connect))

        def opens(path, *, now):
            return open_watch(Lake(str(path), folder / "data", folder / "spill"), now=now)

    opens(folder / "watch", now=NOW).close()
    yield folder / "watch", opens
    patched.undo()


def _trusting(connect, *given, config=(), **named):
    """Connect without DuckDB summing up 36 MB of extension again, to check its signature."""
    trusting = {**dict(config), "allow_unsigned_extensions": True}
    return connect(*given, config=trusting, **named)


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
