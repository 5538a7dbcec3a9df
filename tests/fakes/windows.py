"""Debian's Chromium for tests, and its windows: each opened as somebody, on a telephone or a desk.

To start a browser, and a process for a site's first page, takes more than most pages do. So one
browser serves all tests of the pages, and a window is opened beside another of the same site, kept
for that; cookies and what scripts remember are those of its own test.
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
    "--process-per-site",  # windows of one site share what they have loaded
)  # fmt: skip
KEPT = "/robots.txt"
"""What the window that is kept shows: next to nothing."""
LOOKED = """
axe.run(document, {resultTypes: ["violations"]}).then((told) => told.violations.map(
    (one) => [one.id, one.impact, one.nodes[0].html]
))
"""


@contextmanager
def chromium():
    """Run Chromium; where it is not installed the test is skipped, and fails under CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        told = "no chromium here: the pages were not looked at in a browser"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=list(ALONE))
        yield running
        running.close()


class Windows:
    """The windows of a test; `close` them at its end, and `leave` when its site goes."""

    def __init__(self, running):
        self.running = running
        self.kept = {}  # by site, whether scripts run, and language: a window
        self.open = []

    def opened(
        self, site, role=None, who="", *, scripts=True, width=1280, height=800, language="fr",
        scheme="light",
    ):  # fmt: skip
        """Return a window in which somebody of this role is signed in, or nobody.

        It keeps what went wrong: `faults` of scripts, and what they complained of; `answered`, the
        addresses elsewhere that answered; `stopped`, what was not asked for, and why.
        """
        base = f"http://127.0.0.1:{site.port}"
        kept = self._beside(base, scripts, language)
        kept.context.clear_cookies()
        kept.evaluate("localStorage.clear()")
        if role:
            token = signed_in(site, role, who).token
            kept.context.add_cookies([{"name": "veille-session", "value": token, "url": base}])
        page = kept.context.new_page()
        self.open.append(page)
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        _watch(page, base)
        return page

    def close(self):
        for page in self.open:
            page.close()
        self.open.clear()

    def leave(self):
        for page in self.kept.values():
            page.context.close()
        self.kept.clear()

    def _beside(self, base, scripts, language):
        """Return the window that others of this kind are opened beside."""
        kind = base, scripts, language
        if kind not in self.kept:
            context = self.running.new_context(
                java_script_enabled=scripts, base_url=base, locale=f"{language}-CA"
            )
            self.kept[kind] = context.new_page()
            self.kept[kind].goto(KEPT)
        return self.kept[kind]


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
