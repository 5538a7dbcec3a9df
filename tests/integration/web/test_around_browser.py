"""Around the review in Debian's Chromium: with JavaScript or not, narrow and wide, two languages.

It is skipped where Chromium is not installed, and fails there under CI.
"""

import pytest
from fakes.around import SOURCES, watched
from fakes.pages import CONFIG, served
from fakes.windows import violations
from playwright.sync_api import expect

from veille.model.decisions import Facet, State
from veille.staff.accounts import Role

PAGES = ("/search", "/search?q=coop&near=QC-05&domain=governance", "/search?q=zorblaxe",
         "/items/boulange", "/stories/recit", "/links", "/sources", "/sources/gazette", "/runs",
         "/runs/nuit1")  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    plain = CONFIG.replace("https://veille.example.org", "http://veille.example.org")
    with served(watched(tmp_path_factory.mktemp("around") / "w", plain)) as site:
        yield site


@pytest.fixture
def site(running):
    yield running
    for path in running.workspace.var.glob("desk.sqlite*"):
        path.unlink()
    running.workspace.sources.write_text(SOURCES, encoding="utf-8")


def desk(site):
    return site.app.state.site.desk()


@pytest.mark.parametrize(
    ("scripts", "width"), [(False, 360), pytest.param(True, 1280, marks=pytest.mark.slow)]
)
def test_the_way_around(browser, site, scripts, width):
    """Search, open, decide, take it back, rule on a story, send a link, pause a source."""
    page = browser.opened(site, Role.EDITOR, scripts=scripts, width=width)
    page.goto("/search")
    page.get_by_label("Mots").fill("boulangerie")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Une boulangerie à eux autres").click()
    expect(page.get_by_role("heading", name="Pourquoi cet article")).to_be_visible()
    page.get_by_label("Leadership").check()
    page.get_by_label("Note pour l’infolettre").fill("À lire ensemble.")
    page.get_by_role("button", name="Garder pour l’infolettre").click()
    expect(page.get_by_role("status")).to_contain_text("C’est décidé.")
    with desk(site) as opened_desk:
        decided = opened_desk.decisions.current(["boulange"])["boulange"]
        assert decided.state is State.KEPT
        assert decided.value(Facet.DOMAINS) == ("governance", "leadership")
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("À lire ensemble.").first).to_be_visible()  # in the history, struck
    with desk(site) as opened_desk:
        assert not opened_desk.decisions.current(["boulange"])["boulange"].facets
    page.get_by_role("link", name="La page du récit").click()
    page.get_by_label("Retirer : Le pain commun").check()
    page.get_by_role("button", name="Retirer ceux qui sont cochés").click()
    expect(page.get_by_text("Pas le même récit")).to_be_visible()
    page.goto("/links")
    page.get_by_label("Adresse de la page").fill("http://localhost/secret")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Adresse de la page").fill("exemple.org/une-coop")
    page.get_by_label("Région dont il s’agit").select_option("QC-10")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Attend la prochaine nuit.")).to_be_visible()
    page.goto("/sources")
    page.get_by_role("link", name="La Gazette").first.click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("pas au travail")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "width"), [pytest.param("light", 360, marks=pytest.mark.slow), ("dark", 1280)]
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser, site, scheme, width):
    page = browser.opened(site, Role.EDITOR, width=width, scheme=scheme)
    for path in PAGES:
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_english_and_nothing_from_elsewhere(browser, site):
    page = browser.opened(site, Role.EDITOR)
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in PAGES:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert page.locator("html").get_attribute("lang") == "en-CA"
    assert {url.split("/")[2] for url in asked} == {f"127.0.0.1:{site.port}"}
    assert complaints == []


def test_the_keyboard_goes_from_the_words_to_the_results(browser, site):
    page = browser.opened(site, Role.EDITOR, scripts=False)
    page.goto("/search?q=coop")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # « Envoyer un lien »
    page.keyboard.press("Tab")
    field = page.get_by_label("Mots")
    expect(field).to_be_focused()
    field.fill("boulangerie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
