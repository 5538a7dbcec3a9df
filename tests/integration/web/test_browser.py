"""A reader's whole way in Debian's Chromium, without JavaScript, on a telephone's screen.

It is skipped where Chromium is not installed, and fails there under CI.
"""

import email
import email.policy
import time

import pytest
from fakes.clock import FakeClock
from fakes.issues import candidate, issue
from fakes.pages import NOW, made_workspace, served, shelve
from fakes.postoffice import post_office
from fakes.readers import subscribed
from fakes.windows import violations
from playwright.sync_api import expect

from veille.deliver.smtp import Server, SmtpTransport
from veille.subscribers.people import State

ADDRESS = "lise@example.org"
FITS = """() => {
    const width = document.documentElement.getBoundingClientRect().width;
    const parts = "main, header, footer, form, input, button, fieldset, h1";
    return [...document.querySelectorAll(parts)]
        .map((one) => one.getBoundingClientRect())
        .every((box) => box.x < 0 || box.right <= width + 1);
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A site whose letters go through a real mail server on loopback."""
    with post_office() as (office, port):
        workspace = made_workspace(tmp_path_factory.mktemp("pages") / "w")
        link = SmtpTransport(Server("127.0.0.1", port, "pole.example.org", security="none"))
        with served(workspace, transport=link, clock=FakeClock(NOW)) as site:
            yield site, office


@pytest.fixture
def posted(running):
    site, office = running
    yield site, office
    site.forget()
    office.taken.clear()


def opened(browser, site, **how):
    return browser.opened(site, width=360, height=740, **{"scripts": False, **how})


def fits(page):
    """Nothing is wider than the screen: a reader scrolls one way."""
    return page.evaluate(FITS)


def test_the_whole_way(browser, posted):
    site, office = posted
    page = opened(browser, site)
    page.goto("/")
    page.get_by_role("link", name="Recevoir l’infolettre").click()
    assert fits(page)
    page.get_by_label("Votre adresse de courriel").fill("lise")
    site.clock.advance(seconds=20)
    page.get_by_role("button", name="J’accepte, je m’abonne").click()
    expect(page.get_by_role("alert")).to_contain_text("adresse de courriel")
    page.get_by_label("Votre adresse de courriel").fill(ADDRESS)
    page.get_by_label("Gouvernance").check()
    page.get_by_text("Les régions du Québec").click()
    page.get_by_label("Estrie").check()
    page.get_by_role("button", name="J’accepte, je m’abonne").click()
    expect(page.get_by_role("heading", name="Regardez vos courriels")).to_be_visible()

    page.goto(site.path_in(letter(office)))
    page.get_by_role("button", name="Oui, je m’abonne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "C’est fait, l’infolettre viendra à vous"
    )
    assert person(site).choices.regions == ("QC-05",)

    page.get_by_role("link", name="Mes choix").click()
    assert fits(page)
    expect(page.get_by_label("Estrie")).to_be_checked()
    page.get_by_label("Une fois par mois").check()
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.get_by_role("status")).to_have_text("Vos choix sont enregistrés.")
    assert person(site).choices.frequency == "monthly"
    page.get_by_label("Ne rien m’envoyer").select_option("4")
    page.get_by_role("button", name="Pause").click()
    assert person(site).state is State.PAUSED

    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Unsubscribe me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    assert person(site).state is State.LEFT
    assert page.context.cookies() == []


def test_an_issue_is_shown_with_its_colours_and_nothing_from_elsewhere(browser, posted):
    site, _office = posted
    shelve(site.workspace, issue(candidate("a"), candidate("b", domains=("leadership",))))
    page = opened(browser, site, scheme="dark")
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/archive")
    page.get_by_role("link", name="22 novembre 2026").click()
    dark = page.locator(".page").evaluate("one => getComputedStyle(one).backgroundColor")
    assert dark == "rgb(36, 32, 28)", "its style is let through by the policy"
    page.get_by_role("link", name="Tous les numéros").click()
    assert {url.split("/")[2] for url in asked} == {f"127.0.0.1:{site.port}"}
    assert complaints == []


def test_the_keyboard(browser, posted):
    """The first Tab offers to skip to the content; what has the focus shows it."""
    site, _office = posted
    page = opened(browser, site)
    page.goto("/subscribe")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    field = page.get_by_label("Votre adresse de courriel")
    expect(field).to_be_focused()
    assert field.evaluate("one => getComputedStyle(one).outlineWidth") == "3px"


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_axe_finds_nothing(browser, posted, scheme):
    """axe-core's rules, on every page: no violation of any weight."""
    site, _office = posted
    shelve(site.workspace, issue(candidate("a"), candidate("b", language="en")))
    with site.readers() as readers:
        token = readers.link_token(subscribed(readers, ADDRESS, now=NOW).subscriber_id)
    page = opened(browser, site, scheme=scheme, scripts=True)  # axe is one
    for path in (
        "/", "/subscribe", f"/preferences/{token}", f"/unsubscribe/{token}", "/archive",
        "/archive/2026-W47", "/feeds", "/subscribe/asked", "/rien", "/subscribe?lang=en",
    ):  # fmt: skip
        page.goto(path)
        assert violations(page) == [], path


def letter(office):
    end = time.monotonic() + 10
    while not office.taken and time.monotonic() < end:
        time.sleep(0.02)
    [(address, data)] = office.taken
    assert address == ADDRESS
    return email.message_from_bytes(data, policy=email.policy.default).get_content()


def person(site):
    with site.readers() as readers:
        return readers.find(ADDRESS)
