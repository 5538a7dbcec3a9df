"""What every test gets: no network beyond loopback, no VEILLE_* from outside, a still clock."""

import gc
import os
import shutil
import socket
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from filelock import FileLock
from hypothesis import settings

# Wall time says nothing on shared cores; `make test-slow` looks for long.
settings.register_profile("veille", deadline=None, max_examples=40)
settings.register_profile("long", deadline=None, max_examples=400)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "veille"))

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
_connect = socket.socket.connect


def _guarded_connect(self: socket.socket, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if not (host.startswith("127.") or host in {"::1", "localhost"}):
            raise AssertionError(f"a test tried to reach {host}: only loopback is allowed")
    return _connect(self, address)


def pytest_collection_finish():
    """What was collected stays to the end: not to be looked through for garbage."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_power_cut():
    """Nobody waits for the disk; a file that is not open is refused as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: os.fstat(file) and None)
        yield


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", _guarded_connect)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("VEILLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VEILLE_LANGUAGE", "fr")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def fitted(pytestconfig, tmp_path_factory) -> Path:
    """The model of a new workspace (see `fakes.workspaces`), fitted: to be copied to `var/models`.

    Kept from one session of tests to the next, since fitting takes some seconds.
    """
    from fakes.workspaces import new_workspace

    from veille.classify.opening import open_judge
    from veille.classify.recipe import load_recipe
    from veille.classify.versions import model_version, recipe_path

    folder = pytestconfig.cache.mkdir("fitted")
    made = new_workspace(tmp_path_factory.mktemp("models") / "w", now=FakeClock().now())
    version = model_version(made.models, load_recipe(recipe_path(made.models)))
    with FileLock(folder / "lock"):
        if not (folder / "models" / version).exists():
            shutil.rmtree(folder / "models", ignore_errors=True)
            open_judge(made.models, folder)
    return folder / "models"


@pytest.fixture(scope="session")
def first_night(tmp_path_factory, fitted):
    """The sample web after its first night (see `fakes.first_night`), to be copied."""
    from fakes.first_night import first_night_in

    base = tmp_path_factory.getbasetemp()
    among_workers = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return first_night_in(among_workers / "first-night", fitted)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout: the tests on real material need it")
    return SHARED
