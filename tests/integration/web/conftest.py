import pytest
from fakes.pages import made_workspace, served


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One server for a file of tests: to start and stop it takes longer than a test."""
    with served(made_workspace(tmp_path_factory.mktemp("pages") / "w")) as running:
        yield running


@pytest.fixture
def site(running):
    """A site of which nothing was asked yet."""
    yield running
    running.forget()


@pytest.fixture
def light(monkeypatch):
    """Hash with little memory, once: tests/unit/staff looks at what it costs."""
    monkeypatch.setattr("veille.staff.passphrases._MEMORY_KIB", 64)
    monkeypatch.setattr("veille.staff.passphrases._PASSES", 1)


@pytest.fixture
def lise(site):
    """Somebody subscribed; returns their token."""
    from fakes.readers import subscribed

    with site.readers() as readers:
        person = subscribed(
            readers, "lise@example.org", now=site.clock.now(),
            domains=["governance"], regions=["QC-05"],
        )  # fmt: skip
        return readers.link_token(person.subscriber_id)


@pytest.fixture(scope="package")
def running_browser():
    from fakes.windows import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def browser(running_browser):
    """Debian's Chromium, with no window open yet."""
    from fakes.windows import Windows

    windows = Windows(running_browser)
    yield windows
    windows.close()
