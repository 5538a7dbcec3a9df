"""From the first link to a code at each sign-in, in Chromium, without JavaScript; then axe-core."""

import re
from datetime import timedelta

import pyotp
import pytest
from fakes.pages import signed_in
from fakes.windows import violations
from playwright.sync_api import expect

from veille.staff.accounts import Role
from veille.store.desk import open_desk

WORDS = "quatre mots que nul ne dit"


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_the_whole_way_in(browser, site):
    with open_desk(site.workspace.var / "desk.sqlite") as desk:
        desk.accounts.add("lise", Role.ADMIN, name="Lise", now=site.clock.now())
        link = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=site.clock.now())
    page = browser.opened(site, scripts=False, width=360)
    page.goto(f"/login/link/{link}")
    for label in ("Nouvelle phrase de passe", "Encore une fois"):
        page.get_by_label(label, exact=True).fill(WORDS)
    button(page, "Garder cette phrase de passe").click()
    expect(page.get_by_role("status")).to_contain_text("Votre phrase de passe est gardée")

    def sign_in(passphrase):
        page.get_by_label("Nom de votre compte").fill("lise")
        page.get_by_label("Phrase de passe").fill(passphrase)
        button(page, "Entrer").click()

    sign_in("pas la bonne")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas bon")
    expect(page.get_by_label("Phrase de passe")).to_be_focused()
    sign_in(WORDS)
    expect(page.get_by_role("navigation")).to_be_visible()

    page.goto("/account")
    page.get_by_role("link", name="Me demander un code").click()
    assert page.locator("svg.qr").bounding_box()["width"] >= 160
    secret = page.locator(".secret").text_content().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).at(site.clock.now()))
    page.get_by_label("Phrase de passe actuelle").fill(WORDS)
    button(page, "Me demander un code").click()
    codes = page.locator(".recoveries code").all_text_contents()
    assert len(codes) == 10
    button(page, "Quitter").click()
    sign_in(WORDS)
    page.get_by_label("Code").fill(codes[0])
    button(page, "Entrer").click()

    page.goto("/users")
    page.get_by_label("Compte", exact=True).fill("ada")
    page.get_by_label("Rôle").select_option("reviewer")
    button(page, "Ajouter").click()
    assert "/login/link/" in page.locator(".one-time").text_content()
    button(page, "Suspendre").click()
    expect(page.get_by_role("status")).to_contain_text("le compte est suspendu")
    page.get_by_text("Retirer ce compte").click()
    page.get_by_label("Tapez ada pour confirmer").fill("ada")
    button(page, "Retirer").click()
    expect(page.get_by_role("status")).to_contain_text("le compte est retiré")
    button(page, "English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")
    page.get_by_role("link", name="Who did what").click()
    expect(page.get_by_role("table")).to_contain_text("removed the account")


PAGES = ("/login", "/login/forgotten", "/login/link/{link}", "/account", "/account/code", "/users",
         "/users/lise", "/users/audit", "/rien", "/users/personne")  # fmt: skip


@pytest.fixture
def shown(site):
    """Somebody signed in, and where to look."""
    lise = signed_in(site, handle="lise")
    with lise.desk() as desk:
        link = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=site.clock.now())
        desk.audit.note("lise", "account.add", "ada", "reader", now=site.clock.now())
    return lise, [path.format(link=link) for path in PAGES]


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_axe_finds_nothing_and_all_fits(browser, site, shown, scheme, width):
    lise, paths = shown
    page = browser.opened(site, width=width, scheme=scheme)
    cookie = {"name": "veille-session", "value": lise.token}
    for path in paths if scheme == "light" else paths[::2]:
        page.context.clear_cookies()
        if not path.startswith("/login"):
            page.context.add_cookies([{**cookie, "url": f"http://127.0.0.1:{site.port}"}])
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        assert violations(page) == [], path


def test_the_staffs_pages_are_sound_html(site, shown):
    from lxml import html

    lise, paths = shown
    for path in paths:
        text = (site if path.startswith("/login") else lise).get(path).text
        page = html.fromstring(text)
        assert len(page.findall(".//main")) == len(page.findall(".//h1")) == 1, path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        for field in page.xpath("//input[not(@type='hidden' or @aria-hidden)]|//select"):
            labelled = field.getparent().tag == "label" or page.xpath(
                f"//label[@for='{field.get('id')}']"
            )
            assert labelled, (path, field.attrib)
        for named in page.xpath("//@aria-describedby|//@aria-labelledby"):
            assert named in ids, (path, named)
        assert "noindex" in text
        assert not re.search(r"<style|\son\w+=|style=|javascript:", text)
