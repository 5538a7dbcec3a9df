from shutil import copyfile

import pytest
from fakes.readers import open_readers


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """A store as it is made, to be copied: making one waits for the disk."""
    made = tmp_path_factory.mktemp("fresh") / "subscribers.sqlite"
    open_readers(made).close()
    return made


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "subscribers.sqlite"


@pytest.fixture
def readers(path, fresh):
    path.parent.mkdir()
    copyfile(fresh, path)
    with open_readers(path) as opened:
        opened.db.run("PRAGMA synchronous = OFF")  # these tests pull no plug
        yield opened
