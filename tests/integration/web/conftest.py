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
def lise(site):
    """Somebody subscribed; returns their token."""
    from fakes.readers import subscribed

    with site.readers() as readers:
        person = subscribed(
            readers, "lise@example.org", now=site.clock.now(),
            domains=["governance"], regions=["QC-05"],
        )  # fmt: skip
        return readers.link_token(person.subscriber_id)


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; where it is not installed the test is skipped, and fails under CI."""
    import os
    import shutil

    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        told = "no chromium here: the pages were not looked at in a browser"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    alone = (
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
        "--disable-component-update", "--no-first-run",
    )  # fmt: skip
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=list(alone))
        yield running
        running.close()
