"""Debian's Chromium for tests, and its windows: each opened as somebody, on a telephone or a desk.

One browser serves all tests of the pages, for to start it takes longer than most; each window is
in a profile of its own. The shell that draws no window of its own is taken where it is installed:
the same Chromium, which spends a third of what it does with a desktop's trappings.
"""

import os
import shutil
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from fakes.pages import signed_in
from playwright.sync_api import sync_playwright

ALONE = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run",
    "--js-flags=--no-opt --no-maglev",  # no page lives long enough for code made faster to pay
)  # fmt: skip
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
LOOKED = """
axe.run(document, {resultTypes: ["violations"]}).then((told) => told.violations.map(
    (one) => [one.id, one.impact, one.nodes[0].html]
))
"""


@contextmanager
def chromium():
    """Run Chromium; where it is not installed the test is skipped, and fails under CI."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        told = "no chromium here: the pages were not looked at in a browser"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=list(ALONE))
        yield running
        running.close()


class Windows:
    """The windows of a test; `close` them at its end."""

    def __init__(self, running):
        self.running = running

    def opened(
        self, site, role=None, who="", *, scripts=True, width=1280, height=800, language="fr",
        scheme="light",
    ):  # fmt: skip
        """Return a window in which somebody of this role is signed in, or nobody.

        It keeps what went wrong: `faults` of scripts, and what they complained of; `answered`, the
        addresses elsewhere that answered; `stopped`, what was not asked for, and why.
        """
        base = f"http://127.0.0.1:{site.port}"
        context = self.running.new_context(
            java_script_enabled=scripts, viewport={"width": width, "height": height},
            base_url=base, locale=f"{language}-CA", color_scheme=scheme, reduced_motion="reduce",
        )  # fmt: skip
        if role:
            token = signed_in(site, role, who).token
            context.add_cookies([{"name": "veille-session", "value": token, "url": base}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        _watch(page, base)
        return page

    def close(self):
        for context in self.running.contexts:
            context.close()


def _watch(page, base):
    page.faults, page.answered, page.stopped = [], [], []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.on("response", lambda one: one.url.startswith(base) or page.answered.append(one.url))
    page.on("requestfailed", lambda one: page.stopped.append((one.url, one.failure)))


def violations(page):
    """Return what axe-core finds on a page: each rule, how grave it is, and where first."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(LOOKED)
