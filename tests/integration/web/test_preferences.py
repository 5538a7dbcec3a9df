"""One person's choices, behind their own link."""

import re
from datetime import date

import pytest
from fakes.readers import newcomer

from veille.subscribers.people import State


@pytest.fixture
def who(site, lise):
    def now():
        with site.readers() as readers:
            return readers.whose(lise)

    return now


def test_both_forms_of_the_link(site, lise):
    for path in (f"/preferences/{lise}", f"/preferences?t={lise}"):
        reply = site.get(path)
        assert reply.status == 200
        assert "l…@e….org" in reply.text
        assert "lise@" not in reply.text, "whoever was forwarded a message does not learn it"
        assert reply.headers["cache-control"] == "no-store"
        assert 'value="QC-05" checked' in reply.text


def test_change(site, lise, who):
    seen = re.search(r'name="seen" value="(\d+)"', site.get(f"/preferences/{lise}").text)[1]
    fields = {"do": "choices", "seen": seen, "domain": ["leadership"], "language": "en",
              "frequency": "monthly"}  # fmt: skip
    reply = site.post(f"/preferences/{lise}", fields.items())
    assert (reply.status, reply.headers["location"]) == (303, f"/preferences/{lise}?done=choices")
    assert who().choices.domains == ("leadership",)
    assert who().choices.regions == ()
    after = site.get(reply.headers["location"])
    assert "Your choices are kept." in after.text, "the page speaks the language chosen"
    again = site.post(f"/preferences/{lise}", fields.items())
    assert again.status == 409, "of two windows the second is told"


def test_pause_and_resume(site, lise, who):
    site.post(f"/preferences/{lise}", {"do": "pause", "weeks": "4"}.items())
    assert who().state is State.PAUSED
    assert "19\N{NO-BREAK SPACE}décembre 2026" in site.get(f"/preferences/{lise}").text
    site.post(f"/preferences/{lise}", {"do": "resume"}.items())
    assert who().state is State.ACTIVE
    site.post(f"/preferences/{lise}", {"do": "pause", "weeks": "99999999"}.items())
    assert who().paused_until is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "erase"},
        {"do": "choices", "region": "<b>"},
        {"do": "choices", "seen": "x"},
        {"do": "choices", "seen": "9" * 30},
    ],
)
def test_what_is_no_form_of_ours(site, lise, who, fields):
    before = who()
    assert site.post(f"/preferences/{lise}", fields.items()).status == 400
    assert who() == before


def test_a_link_that_went_astray_names_nobody(site, lise):
    with site.readers() as readers:
        person = readers.whose(lise)
        readers.change(person.subscriber_id, person.choices, name="Lise Tremblay")
    page = site.get(f"/preferences/{lise}").text
    assert "Tremblay" not in page


def test_implied_consent_is_renewed_by_a_button(site):
    with site.readers() as readers:
        arrival = newcomer("ben@example.org", since=date(2026, 5, 4), regions=["FR-BRE"])
        readers.bring([arrival], actor="staff", way="test", now=site.clock.now())
        ben = readers.find("ben@example.org")
        token = readers.link_token(ben.subscriber_id)
    page = site.get(f"/preferences/{token}").text
    assert "3\N{NO-BREAK SPACE}mai 2028" in page
    assert 'value="FR-BRE" checked' in page, "a region that is not usually offered"
    assert site.post(f"/preferences/{token}", {"do": "renew"}.items()).status == 303
    assert "prend fin" not in site.get(f"/preferences/{token}").text


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "é", "../../etc/passwd", "A" * 5000, "%00", "%0d%0aX-A:%20b"]
)
def test_links_that_are_nobodys(site, lise, token):
    from urllib.parse import quote

    for path in ("/preferences/", "/unsubscribe/", "/preferences?t=", "/subscribe/confirm?token="):
        address = path + quote(token, safe="/%.")
        for reply in (site.get(address), site.post(address, [("do", "pause")])):
            assert reply.status == 404
            assert "x-a" not in reply.headers
    altered = lise[:-5] + ("A" if lise[-5] != "A" else "B") + lise[-4:]
    assert site.get(f"/preferences/{altered}").status == 404


def test_who_left_is_told_so(site, lise):
    site.post(f"/unsubscribe/{lise}")
    reply = site.get(f"/preferences/{lise}")
    assert "Le désabonnement est fait" in reply.text
    assert "<form" not in reply.text
