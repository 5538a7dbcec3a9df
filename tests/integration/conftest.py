"""What the tests of whole parts begin with, made once."""

import os

import pytest
from fakes import prepared
from fakes.published import empty_ones_copied


@pytest.fixture(scope="session", autouse=True)
def _shelf(tmp_path_factory):
    """What several files of tests begin with is made once, whichever process needs it first."""
    base = tmp_path_factory.getbasetemp()
    shelf = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prepared"
    shelf.mkdir(exist_ok=True)
    prepared.SHELF.append(shelf)
    yield
    prepared.SHELF.pop()


@pytest.fixture(scope="session", autouse=True)
def _begun_with_copies():
    """A publication in this process begins with a copy of the first one's empty databases."""
    with empty_ones_copied():
        yield
