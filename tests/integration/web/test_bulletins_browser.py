"""An issue arranged and approved in Debian's Chromium: with scripts, without, wide and narrow.

It is skipped where Chromium is not installed, and fails there under CI.
"""

import shutil
import time

import pytest
from fakes.clock import FakeClock
from fakes.newsroom import MONDAY, WEEK, bulletins_of, newsroom
from fakes.pages import CONFIG, served
from fakes.windows import violations
from playwright.sync_api import expect

from veille.bulletins import approved_issue, load_draft
from veille.digest.gestures import retold
from veille.staff.accounts import Role

HERE = CONFIG.replace("https://veille.example.org", "http://127.0.0.1")  # cookies without TLS
DESK = f"/bulletins/{WEEK}"
EVIL = '<script>document.title = "pris"</script><img src=https://evil.example/x onerror=alert(1)>'


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    config = HERE + "digest: {per_source: 6}\n"
    workspace = newsroom(tmp_path_factory.mktemp("desk") / "w", config=config)
    shutil.copytree(workspace.var / "bulletins", workspace.var / "composed")
    with served(workspace, clock=FakeClock(MONDAY)) as site:
        yield site


@pytest.fixture
def site(running):
    yield running
    shutil.rmtree(running.workspace.var / "bulletins")
    shutil.copytree(running.workspace.var / "composed", running.workspace.var / "bulletins")


def opened(browser, site, **how):
    return browser.opened(site, Role.EDITOR, "jeanne", height=900, **how)


def draft(site):
    return load_draft(bulletins_of(site.workspace), WEEK)


def kept_in(site, section):
    return [one.item_id for one in draft(site).kept if one.section == section]


def soon(holds, seconds=15):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_issue_is_arranged_and_approved_with_a_script(browser, site):
    page = opened(browser, site)
    page.goto(DESK)
    page.evaluate("window.stays = true")  # nothing loads the page anew
    grip = page.locator("#grip-n03")
    grip.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-said]")).to_have_text("Déplacé : place 1 sur 4.")
    expect(grip).to_be_focused()
    assert kept_in(site, "financial_engineering")[0] == "n03"
    page.keyboard.press("ArrowDown")
    expect(page.locator("#item-n03")).to_have_attribute("data-place", "3")
    expect(grip).to_be_focused()

    page.locator("#grip-n08").scroll_into_view_if_needed()
    start, end = (page.locator(one).bounding_box() for one in ("#grip-n08", "#item-n05"))
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=8)
    page.mouse.move(end["x"] + 40, end["y"] + 4, steps=4)
    page.mouse.up()
    expect(page.locator("#section-governance #item-n08")).to_be_visible()
    soon(lambda: kept_in(site, "governance") == ["n08", "n05", "n06", "n07"])

    page.locator("#edit-n01").click()
    note = page.locator("#item-n01").get_by_label("Note", exact=True)
    note.fill("À rapprocher de Verdun")
    page.locator("#keep-n02").click()  # what is being written stays
    expect(page.locator("#spare #item-n02")).to_be_visible()
    expect(note).to_have_value("À rapprocher de Verdun")
    page.locator("#item-n01").get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#item-n01 .note")).to_have_text("À rapprocher de Verdun")
    expect(page.locator("#edit-n01")).to_be_focused()
    page.locator("#edit-words").click()
    page.get_by_label("Le mot de l’équipe").fill("Deux façons de garder un commerce.")
    page.locator("#words").get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".editorial")).to_have_text("Deux façons de garder un commerce.")
    assert page.evaluate("window.stays") is True

    page.get_by_role("link", name="Approuver").click()
    expect(page.get_by_text("11", exact=True)).to_be_visible()
    page.get_by_role("button", name="Approuver ce numéro").click()
    expect(page.get_by_role("status").first).to_contain_text("Approuvé")
    issue = approved_issue(bulletins_of(site.workspace), WEEK).issue
    assert issue.editorial == "Deux façons de garder un commerce."
    assert len(issue.pieces) == 11
    assert page.faults == page.answered == []


def test_a_gesture_that_the_network_broke_is_done_whole_without_the_script(browser, site):
    page = opened(browser, site)
    page.goto(DESK)

    def broken(route):
        route.abort() if route.request.resource_type == "fetch" else route.continue_()

    page.route("**/move", broken)
    page.locator("#grip-n03").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#item-n03")).to_have_attribute("data-place", "1")
    assert kept_in(site, "financial_engineering")[0] == "n03"


def test_the_second_of_two_is_told_in_place(browser, site):
    from veille.bulletins.editing import edit

    page = opened(browser, site)
    page.goto(DESK)
    page.locator("#edit-n01").click()
    page.locator("#item-n01").get_by_label("Note", exact=True).fill("de Jeanne")
    line = draft(site).lines[0]
    assert line.item_id == "n01"
    other = type(line)("n01", True, line.section, line.title, "de Luc")
    edit(bulletins_of(site.workspace), WEEK, lambda draft: retold(draft, other))
    page.locator("#item-n01").get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#item-n01").get_by_role("alert")).to_contain_text("entre-temps")
    expect(page.locator("#item-n01 details")).to_contain_text("de Luc")
    expect(page.locator("#item-n01").get_by_label("Note", exact=True)).to_have_value("de Jeanne")
    page.locator("#item-n01").get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#item-n01 .note")).to_have_text("de Jeanne")


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_the_same_is_done_without_a_script(browser, site, width):
    page = opened(browser, site, scripts=False, width=width)
    page.goto("/bulletins")
    page.get_by_role("link", name="Semaine 47").click()
    expect(page.locator("#grip-n03")).to_be_hidden()
    page.locator("#up-n03").click()
    soon(lambda: kept_in(site, "financial_engineering")[0] == "n03")
    page.get_by_label("Place dans sa section : Un moulin").fill("1")
    page.get_by_label("Place dans sa section : Un moulin").press("Enter")
    soon(lambda: kept_in(site, "financial_engineering")[0] == "n04")
    page.locator("#keep-n02").click()
    page.locator("#keep-n13").click()
    soon(lambda: "n02" not in kept_in(site, "financial_engineering"))
    soon(lambda: "n13" in kept_in(site, "governance"))
    page.locator("#edit-n01").click()
    page.get_by_label("Note", exact=True).fill("À rapprocher de Verdun")
    page.get_by_label("Section").select_option("governance")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#section-governance #item-n01 .note")).to_be_visible()
    page.locator("#edit-words").click()
    page.get_by_label("Le mot de l’équipe").fill("Bonjour")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Ajouter un article").click()
    page.get_by_role("searchbox").fill("parts privilégiées")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Ajouter Le guide").click()
    expect(page.locator("#item-old")).to_be_visible()
    page.get_by_role("link", name="Approuver").click()
    page.get_by_role("button", name="Approuver ce numéro").click()
    expect(page.get_by_text("Approuvé. Le numéro ne change plus.")).to_be_visible()
    assert len(approved_issue(bulletins_of(site.workspace), WEEK).issue.pieces) == 13


PAGES = ["/bulletins", DESK, f"{DESK}/words", f"{DESK}/items/n01", f"{DESK}/add?q=moulin",
         f"{DESK}/preview", f"{DESK}/preview?form=text", f"{DESK}/approve"]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "language", "scheme"),
    [(360, "fr", "dark"), pytest.param(1280, "en", "light", marks=pytest.mark.slow)],
)
def test_pages_fit_and_are_for_everybody(browser, site, width, language, scheme):
    page = opened(browser, site, width=width, language=language, scheme=scheme)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        grave = [one for one in violations(page) if one[1] in {"serious", "critical"}]
        assert grave == [], path
    assert page.faults == page.answered == []


def test_nothing_acts_in_a_preview(browser, site):
    """Not even where a template of the workspace would let markup through."""
    templates = site.workspace.root / "digests" / "weekly"
    templates.mkdir(parents=True)
    shipped = site.workspace.models.resolve().parent / "digests" / "weekly"
    for name in ("web.html.j2", "mail.html.j2"):
        text = (shipped / name).read_text("utf-8")
        (templates / name).write_text(text.replace("</body>", f"{EVIL}</body>"), "utf-8")
    try:
        for form in ("mail", "web"):
            page = opened(browser, site)
            page.goto(f"{DESK}/preview?form={form}")
            frame = page.frames[1]
            expect(frame.locator("h1").first).to_be_visible()
            assert "evil.example" in frame.content()
            assert frame.title() != "pris"
            assert page.answered == []
            page.goto(f"{DESK}/preview/{form}.html")  # alone in a tab too
            assert page.title() != "pris"
            assert {why for url, why in page.stopped if "evil" in url} == {"csp"}
            assert page.answered == []
            assert page.evaluate("self.origin") == "null"
    finally:
        shutil.rmtree(site.workspace.root / "digests")
