"""A morning's review in Debian's Chromium: by keys alone, without scripts, wide and narrow.

It is skipped where Chromium is not installed, and fails there under CI.
"""

import pytest
from fakes.morning import governed, morning, piece, story
from fakes.pages import CONFIG, NOW, served, signed_in
from fakes.windows import violations
from playwright.sync_api import expect

from veille.model.decisions import Facet, State, Wish
from veille.model.reviewable import Labels
from veille.staff.accounts import Role

HERE = CONFIG.replace("https://veille.example.org", "http://127.0.0.1")  # cookies without TLS
SETTINGS = "review: {audit: 0, read_twice: 1.0, cards: 8}\n"
MANY = 36


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    items = [piece(n, source=f"s{n % 3}") for n in range(MANY)]
    tags = [tag for n in range(MANY) for tag in governed(n)]
    workspace = morning(
        tmp_path_factory.mktemp("keys") / "w", *items, tags=tags, config=SETTINGS, base=HERE,
        stories=[story("story", "i34", "i35")],
    )  # fmt: skip
    with served(workspace) as site:
        yield site


@pytest.fixture
def site(running):
    yield running
    for file in running.workspace.var.glob("desk.sqlite*"):
        file.unlink()


def opened(browser, site, **how):
    return browser.opened(site, Role.EDITOR, "lea", **how)


def decided(site):
    with signed_in(site, Role.EDITOR, "lea").desk() as desk:
        return desk.decisions.all_current()


def focused(page):
    return page.evaluate("document.activeElement.closest('.case')?.dataset.lead ?? ''")


def azerty(page, key):
    """Press a key of the row of digits on a French keyboard: the driver knows none."""
    page.evaluate(
        "key => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))",
        key,
    )


def settled(page, lead):
    """Wait until the focus is on this card and all is saved, and see that it can be seen."""
    expect(page.locator(".sending")).to_have_count(0)
    expect(page.locator(f"#card-{lead}")).to_be_focused()
    top = page.locator(f"#card-{lead}").bounding_box()["y"]
    assert -1 <= top < 700, f"{lead} at {top}"


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 1280), pytest.param("en", 360, marks=pytest.mark.slow)]
)
def test_thirty_by_keys_alone(browser, site, language, width):
    page = opened(browser, site, language=language, width=width)
    page.goto("/review")
    page.evaluate("window.stayed = true")
    keys = "aaagn1xalt" + "aagaaaxaaa" + "aaanaagaaa"
    for n, key in enumerate(keys):
        settled(page, f"i{n:02}")
        page.keyboard.press(key)
    settled(page, "i30")
    assert page.evaluate("window.stayed"), "all in place"
    known = decided(site)
    assert len(known) == 30
    states = [known[f"i{n:02}"].state for n in range(30)]
    assert states.count(State.KEPT) == 3
    assert [states[n] for n in (3, 4, 6, 8, 9)] == [
        State.KEPT, State.ASIDE, State.ASIDE, State.LATER, State.DISCUSS,
    ]  # fmt: skip
    assert known["i04"].value(Facet.RELEVANT) is False
    assert known["i05"].value(Facet.DOMAINS) == ("financial_engineering",)
    assert known["i00"].value(Facet.DOMAINS) == ("governance",)
    told = page.locator("#said").inner_text()
    assert told.endswith("Article 30"), told

    page.keyboard.press("u")  # the last one comes back, at its place
    settled(page, "i29")
    assert decided(site)["i29"].state is None
    page.keyboard.press("d")  # several domains: ticked, then accepted
    for french, english in (("é", "2"), ('"', "3")):
        azerty(page, french) if language == "fr" else page.keyboard.press(english)
    page.keyboard.press("a")
    settled(page, "i30")
    assert decided(site)["i29"].value(Facet.DOMAINS) == ("leadership",)

    page.keyboard.press("s")
    page.keyboard.press("j")
    settled(page, "i31")
    page.keyboard.press("s")
    page.keyboard.press("m")
    expect(page.locator("#card-i30")).to_contain_text("2 articles")
    expect(page.get_by_role("status").filter(has_text="Undo" if language == "en" else "Annuler")
           ).to_be_visible()  # fmt: skip
    settled(page, "i30")
    page.keyboard.press("u")  # the story comes apart again
    expect(page.locator("#card-i30")).not_to_contain_text("2 articles")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.faults == []


def test_keys_leave_those_who_write_in_peace(browser, site):
    page = opened(browser, site)
    page.goto("/review")
    page.keyboard.press("e")
    page.keyboard.type("a? gnu 123")
    note = page.locator("#n-i00")
    expect(note).to_be_focused()
    expect(note).to_have_value("a? gnu 123")
    page.keyboard.press("Escape")
    settled(page, "i00")
    page.keyboard.press("Control+a")
    page.keyboard.press("Alt+n")
    assert decided(site) == {}
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_label("Touches en service").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#card-i00").focus()
    page.keyboard.press("a")
    assert decided(site) == {}
    page.reload()
    page.keyboard.press("n")
    assert decided(site) == {}, "it is remembered"
    page.keyboard.press("?")
    page.get_by_label("Touches en service").check()
    page.keyboard.press("Escape")
    page.locator("#card-i00").focus()
    page.keyboard.press("r")
    page.keyboard.type("Atlantide")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#card-i00 .wrong")).to_contain_text("Atlantide")
    expect(page.locator("#card-i00 [name=place]")).to_be_focused()
    page.locator("#card-i00 [name=place]").fill("Gaspésie–Îles-de-la-Madeleine (QC-11)")
    page.keyboard.press("Escape")
    azerty(page, "à")
    settled(page, "i01")
    known = decided(site)["i00"]
    assert known.value(Facet.REGIONS) == ("QC-05", "QC-11")
    assert known.value(Facet.DOMAINS) == ()
    assert known.value(Facet.NOTE) is None, "the page was loaded anew since it was written"


def test_who_types_fast_loses_no_key(browser, site):
    page = opened(browser, site)
    page.goto("/review")
    page.keyboard.type("aaggaxna", delay=15)
    settled(page, "i08")
    page.keyboard.type("uu")
    settled(page, "i06")
    states = [decided(site)[f"i{n:02}"].state for n in range(8)]
    assert states == ["accepted", "accepted", "kept", "kept", "accepted", "aside", None, None]
    assert page.faults == []


SLOW = """
const real = window.fetch;
window.fetch = async (...asked) => {
  await new Promise((go) => { setTimeout(go, 250); });
  return real(...asked);
};
"""


def test_on_a_slow_network_two_keys_undo_two_and_whoever_leaves_is_asked(browser, site):
    page = opened(browser, site)
    page.add_init_script(SLOW)
    page.goto("/review")
    page.keyboard.type("aauu")
    expect(page.locator(".sending")).to_have_count(0)
    settled(page, "i00")
    expect(page.locator("#cases > .strip")).to_have_count(0)
    assert {one.state for one in decided(site).values()} == {None}
    assert page.locator("#waiting").get_attribute("data-n") == "35"
    asked = []
    page.on("dialog", lambda told: (asked.append(told.type), told.dismiss()))
    page.keyboard.type("aaa")
    page.evaluate("window.location.assign('/search')")
    settled(page, "i03")
    assert asked == ["beforeunload"]
    assert [decided(site)[f"i0{n}"].state for n in range(3)] == ["accepted"] * 3
    assert page.faults == []


def test_what_moved_up_because_others_decide_comes_too(browser, site):
    page = opened(browser, site)
    page.goto("/review")
    noe = signed_in(site, Role.EDITOR, "noe")
    theirs = [*range(4, 8), *range(11, MANY)]
    with noe.desk() as desk:
        wishes = [Wish(f"i{n:02}", Facet.STATE, "aside") for n in theirs]
        desk.decisions.decide(wishes, author="noe", now=NOW)
    for n in range(5):
        page.keyboard.press("a")
        settled(page, f"i{n + 1:02}")
    for n in (8, 9, 10):
        expect(page.locator(f"#card-i{n:02}:not(.strip)")).to_be_visible()


def test_in_place_the_second_hand_is_told(browser, site):
    page = opened(browser, site)
    page.goto("/review")
    noe = signed_in(site, Role.EDITOR, "noe")
    with noe.desk() as desk:
        desk.decisions.decide([Wish("i00", Facet.STATE, "kept")], author="noe", now=NOW)
    page.keyboard.press("n")
    strip = page.locator("#card-i00")
    expect(strip).to_contain_text("noe")
    expect(strip).to_contain_text("Gardé pour l’infolettre")
    settled(page, "i01")
    assert decided(site)["i00"].state is State.KEPT
    strip.get_by_role("link", name="Regarder de nouveau").click()
    page.get_by_role("button", name="Non pertinent").click()
    expect(page.locator(".flash")).to_contain_text("Écarté")
    assert decided(site)["i00"].state is State.ASIDE


def test_the_site_that_does_not_answer_loses_nothing(browser, site):
    page = opened(browser, site)
    page.goto("/review")
    page.route("**/review/decide", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.locator("#card-i00 .wrong")).to_contain_text("Pas enregistré")
    settled(page, "i01")
    page.unroute("**/review/decide")
    page.keyboard.press("k")
    settled(page, "i00")
    page.keyboard.press("a")
    settled(page, "i01")
    assert decided(site)["i00"].state is State.ACCEPTED


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), pytest.param("en", 1280, marks=pytest.mark.slow)]
)
def test_the_same_without_scripts(browser, site, language, width):
    said = {
        "fr": ("Accepter", "Garder pour l’infolettre", "Annuler", "Non pertinent",
               "Réunir en un récit", "Sortir du récit ceux qui sont cochés", "Écarter"),
        "en": ("Accept", "Keep for the bulletin", "Undo", "Not relevant",
               "Merge into one story", "Take the ticked ones out of the story", "Put aside"),
    }  # fmt: skip
    accept, keep, undo, irrelevant, merge, split, aside = said[language]
    page = opened(browser, site, scripts=False, width=width, language=language)
    page.goto("/review")

    def press(lead, name):
        page.locator(f"#card-{lead}").get_by_role("button", name=name).click()

    press("i00", accept)
    assert page.url.endswith("#card-i01")
    press("i01", irrelevant)
    page.locator("#card-i02").get_by_label("Leadership").check()
    page.locator("#card-i02").get_by_label("Gouvernance" if language == "fr" else "Governance"
                                           ).uncheck()  # fmt: skip
    press("i02", keep)
    known = decided(site)
    assert [known[f"i0{n}"].state for n in range(3)] == [State.ACCEPTED, State.ASIDE, State.KEPT]
    assert known["i02"].value(Facet.DOMAINS) == ("leadership",)
    page.get_by_role("status").get_by_role("button", name=undo).click()
    assert decided(site)["i02"].state is None
    assert page.url.endswith("#card-i02")
    for lead in ("i03", "i04"):
        page.locator(f"#card-{lead} [name=story]").check()
    page.locator("#bulk").get_by_role("button", name=merge).click()
    card = page.locator("#card-i03")
    expect(card).to_contain_text("2 articles")
    card.locator("summary", has_text="2 articles").click()
    card.locator("[name=part][value=i04]").check()
    card.get_by_role("button", name=split).click()
    expect(page.locator("#card-i04")).to_be_visible()
    for lead in ("i03", "i04"):
        page.locator(f"#card-{lead} [name=story]").check()
    page.locator("#bulk").get_by_role("button", name=aside).click()
    assert [decided(site)[one].state for one in ("i03", "i04")] == [State.ASIDE, State.ASIDE]
    page.goto("/review/done")
    both = page.locator(".acts li", has_text="Article 03").filter(
        has_text="et 1 autre" if language == "fr" else "and 1 other"
    )
    both.get_by_role("button", name=undo).click()
    assert decided(site)["i03"].state is None
    assert page.faults == []


THREE_CARDS = "document.querySelectorAll('.case:nth-child(n+4)').forEach((one) => one.remove())"
"""The others are as these are, and axe-core looks at each for a quarter of a second."""


@pytest.mark.parametrize(
    ("scheme", "width"), [pytest.param("light", 1280, marks=pytest.mark.slow), ("dark", 360)]
)
def test_axe_finds_nothing(browser, site, scheme, width):
    """axe-core's rules on every page of review: no violation of any weight."""
    noe, now = signed_in(site, Role.EDITOR, "noe"), site.clock.now()
    tagged = Labels(True, ("governance",), ("QC-05",))
    with noe.desk() as desk:
        for n in range(2):
            wishes = [Wish(f"i{n:02}", Facet.RELEVANT, True), Wish(f"i{n:02}", Facet.STATE, "kept")]
            desk.decisions.decide(wishes, author="noe", now=now)
        desk.readings.add("i00", first="noe", said=tagged, second="lea", read=Labels(False),
                          decision=2, now=now)  # fmt: skip
    page = opened(browser, site, scheme=scheme, width=width)
    for path in ("/review", "/review?state=kept", "/review/second", "/review/disagreements",
                 "/review/done", "/review/cards/i34", "/review?lang=en"):  # fmt: skip
        page.goto(path)
        if path == "/review":
            for one in page.locator("details").all()[:5]:
                one.evaluate("one => one.open = true")
            page.keyboard.press("s")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate(THREE_CARDS)
        assert violations(page) == [], path
    page.goto("/review")
    page.keyboard.press("?")
    assert violations(page) == []
    assert page.faults == []
