"""Second readings by the pages: blind, counted, settled by those who may; texts made to harm."""

import re

import pytest
from fakes.morning import governed, morning, piece
from fakes.pages import served, signed_in
from lxml import etree, html

from veille.model.decisions import Facet
from veille.staff.accounts import Role

FRENCH = {"Accept_Language": "fr"}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    workspace = morning(
        tmp_path_factory.mktemp("second") / "w", piece(0), piece(1), tags=governed(0),
        config="review: {audit: 0, read_twice: 1.0}\n",
    )  # fmt: skip
    with served(workspace) as running:
        yield running


@pytest.fixture
def people(running):
    """Léa and Noé review, Ève edits."""
    yield {
        "lea": signed_in(running, Role.REVIEWER, "lea"),
        "noe": signed_in(running, Role.REVIEWER, "noe"),
        "eve": signed_in(running, Role.EDITOR, "eve"),
    }
    for file in running.workspace.var.glob("desk.sqlite*"):
        file.unlink()


def decided(who, item_id="i00", *more):
    sent = [("do", "accept"), ("relevant", "yes"), ("domain", "governance"), ("region", "QC-05")]
    answer = who.post("/review/decide", [*sent, ("seen", f"{item_id} 0 1"), *more])
    assert answer.status == 303


def read(who, item_id="i00", **fields):
    sent = {"item": item_id, "relevant": "yes", "domain": "leadership", **fields}
    return who.post("/review/second", sent)


def test_the_second_reader_does_not_see_what_the_first_decided(people):
    decided(people["lea"], "i00", ("note", "SECRET"), ("reason", "RAISON"))
    assert "Rien à relire" in people["lea"].get("/review/second", **FRENCH).text
    page = people["noe"].get("/review/second", **FRENCH).text
    assert "Article 00" in page
    for hidden in (">Lea<", "SECRET", "RAISON", "<mark", " checked", "80\u00a0%", "70\u00a0%"):
        assert hidden not in page, hidden
    for path in ("/review?state=accepted", "/review/done"):
        told = people["noe"].get(path, **FRENCH).text
        assert "Article 00" not in told, path
    assert people["noe"].get("/review/cards/i00").headers["location"] == "/review/second?item=i00"


@pytest.mark.parametrize("path", ["/items/i00", "/search?q=coop%C3%A9rative", "/sources/s"])
def test_no_page_tells_the_second_reader_until_they_read(people, path):
    decided(people["lea"], "i00", ("note", "SECRET"), ("reason", "RAISON"))
    told = ("SECRET", "RAISON", ">Lea", "<mark", "badge governance", "checked", "by-hand")
    page = people["noe"].get(path, **FRENCH).text
    [card] = html.fromstring(page).xpath(
        "//main[not(.//article[@class='hit'])]"
        " | //article[@class='hit'][.//a[contains(@href, 'i00')]]"
    )
    shown = etree.tostring(card, encoding="unicode")
    assert [one for one in told if one in shown] == []
    assert "/review/second?item=i00" in shown
    assert "by-hand" in people["lea"].get(path).text
    read(people["noe"])
    assert "by-hand" in people["noe"].get(path).text


def test_two_who_agree_have_nothing_to_settle(people):
    decided(people["lea"])
    read(people["noe"], domain="governance", place="Estrie")
    page = people["eve"].get("/review/disagreements", **FRENCH).text
    assert "Rien à trancher" in page
    assert "Rien à relire" in people["noe"].get("/review/second", **FRENCH).text
    assert "Rien à relire" in people["eve"].get("/review/second", **FRENCH).text, "twice is enough"


def test_a_reading_is_asked_for_whole_and_only_of_what_is_due(people):
    decided(people["lea"])
    for fields in ({"relevant": ""}, {"place": "Atlantide"}):
        read(people["noe"], **fields)
    read(people["noe"], item_id="i01")
    read(people["lea"])
    with people["lea"].desk() as desk:
        assert desk.readings.all() == []


def settle(who, take, **fields):
    return who.post("/review/disagreements", {"item": "i00", "take": take, **fields})


def test_either_may_come_round_and_an_editor_may_decide_otherwise(people):
    decided(people["lea"])
    read(people["noe"])
    page = people["lea"].get("/review/disagreements", **FRENCH).text
    assert "Je m’y rallie" in page
    for name, take in (("lea", "said"), ("noe", "read"), ("lea", "other"), ("noe", "other")):
        assert settle(people[name], take).status == 403, (name, take)
    assert settle(people["lea"], "read").status == 303
    with people["lea"].desk() as desk:
        known = desk.decisions.current(["i00"])["i00"]
        assert known.value(Facet.DOMAINS) == ("leadership",)
        assert known.facets[Facet.DOMAINS].shown_for == "adjudication"
        assert known.state == "accepted", "what becomes of it was not in question"
    assert "Rien à trancher" in people["eve"].get("/review/disagreements", **FRENCH).text
    assert settle(people["eve"], "other", relevant="no").status == 303, "too late: told so"
    with people["lea"].desk() as desk:
        assert desk.decisions.current(["i00"])["i00"].value(Facet.RELEVANT) is True


def test_an_editor_settles_it_in_a_third_way(people):
    decided(people["lea"])
    read(people["noe"])
    settle(people["eve"], "other", relevant="yes", domain="financial_engineering", place="Laval")
    with people["eve"].desk() as desk:
        known = desk.decisions.current(["i00"])["i00"]
    assert known.value(Facet.DOMAINS) == ("financial_engineering",)
    assert known.value(Facet.REGIONS) == ("QC-13",)
    assert settle(people["eve"], "fly").status == 403
    assert people["eve"].post("/review/disagreements", {"item": "none"}).status == 404


ATTACKS = "realworld/faults/PayloadsAllTheThings/XSS_Injection/Intruders"
NAUGHTY = "realworld/faults/big-list-of-naughty-strings/blns.txt"


def test_texts_made_to_harm_come_out_inert(tmp_path, shared):
    """Every title, source and beginning of text is an attack; the page holds our elements alone."""
    files = [*sorted(shared.joinpath(ATTACKS).glob("*.txt")), shared / NAUGHTY]
    lines = [line for file in files
             for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
             if "<" in line or ":" in line or "{{" in line]  # fmt: skip
    assert len(lines) > 500
    step = len(lines) // 50
    items = [
        piece(n, title=lines[n * step], lead=lines[n * step], source=f"s{n}",
              text="\n\n".join(lines[n * step : (n + 1) * step]))
        for n in range(50)
    ]  # fmt: skip
    workspace = morning(tmp_path / "w", *items, config="review: {audit: 0, cards: 50}\n")
    with served(workspace) as site:
        lea = signed_in(site, Role.REVIEWER, "lea")
        decided(lea)
        strip = lea.post("/review/decide", [("do", "later"), ("seen", "i01 0 1")], X_Fragment="1")
        for path in ("/review", "/review?state=accepted", "/review/cards/i02", "/review/done"):
            answer = lea.get(path)
            assert answer.status == 200
            inert(answer.text)
            policy = answer.headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
        inert(strip.text)


def inert(page):
    tree = html.document_fromstring(page)
    scripts = [one.get("src").partition("?")[0] for one in tree.iter("script")]
    assert set(scripts) <= {"/static/staff.js"}
    assert not list(tree.iter("img", "iframe", "object", "embed", "style", "base", "math", "video"))
    for one in tree.iter(etree.Element):
        assert not [name for name in one.attrib if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction"):
            assert re.match(r"(?:https?://example\.org/|/|#|$)", one.get(name, "")), one.get(name)
