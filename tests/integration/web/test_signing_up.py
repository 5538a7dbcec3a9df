"""Signing up by the pages: one answer for everybody, nobody subscribed without their own word."""

import re
from html import unescape

import pytest
from fakes.pages import CONFIG, made_workspace, served

from veille.model.deliveries import Answer, Outcome
from veille.subscribers.people import State
from veille.web.signing_up import why_closed

ADA = "ada@example.org"


def person(site, address=ADA):
    with site.readers() as readers:
        return readers.find(address)


def test_from_the_form_to_the_bulletin(site):
    form = site.get("/subscribe")
    assert form.status == 200
    assert "J’accepte de recevoir" in form.text
    asked = site.sign_up(ADA, domain=["governance"], region=["QC-05", "FR"], frequency="monthly")
    assert (asked.status, asked.headers["location"]) == (303, "/subscribe/asked")
    assert "Regardez vos courriels" in site.get("/subscribe/asked").text

    message, text = site.letter()
    assert message["To"] == ADA
    assert message["Subject"] == "Confirmez votre abonnement : Veille ÉSS"
    assert message["Auto-Submitted"]
    assert message["List-Unsubscribe"] is None
    for told in ("Le Pôle", "1, rue du Marché", "veille@pole.example.org", "60 jours"):
        assert told in text
    path = site.path_in(text)

    assert person(site).state is State.PENDING
    assert "a…@e….org" in site.get(path).text
    assert person(site).state is State.PENDING, "looking is not confirming"
    done = site.post(path)
    assert done.status == 200
    subscribed = person(site)
    assert subscribed.state is State.ACTIVE
    assert subscribed.choices.regions == ("FR", "QC-05")
    assert subscribed.choices.frequency == "monthly"
    with site.readers() as readers:
        [consent] = readers.ledger(subscribed.subscriber_id)
        [words] = readers.texts([consent]).values()
        assert words.words in unescape(form.text), "the words kept are those that were shown"
        assert readers.link_token(subscribed.subscriber_id) in done.text
    assert site.post(path).status == 200, "pressing twice does no harm"


def test_the_answer_tells_nobody_who_is_known(site, lise):
    replies = [
        site.sign_up("lise@example.org"),
        site.sign_up("nobody@example.org"),
        site.sign_up(ADA, website="https://spam.example"),
        *(site.sign_up("bombed@example.org") for _ in range(5)),
    ]
    for one in replies:
        one.headers.pop("date")
    assert all(one == replies[0] for one in replies)

    _message, to_lise = site.letter(1)
    assert f"/preferences/{lise}" in to_lise
    site.letter(5)
    assert sorted(one.recipient for one in site.bag.letters) == [
        "bombed@example.org"] * 3 + ["lise@example.org", "nobody@example.org"]  # fmt: skip
    assert person(site, "lise@example.org").choices.domains == ("governance",)
    assert person(site) is None, "what a robot sends is dropped"


def test_one_origin_has_ten_an_hour(site):
    for n in range(12):
        assert site.sign_up(f"p{n}@example.org").status == 303
    assert person(site, "p9@example.org")
    assert person(site, "p10@example.org") is None
    site.clock.advance(minutes=61)
    site.sign_up("p11@example.org")
    assert person(site, "p11@example.org")


def test_where_it_comes_from_is_not_what_a_header_says(site):
    for n in range(12):
        site.post(
            "/subscribe", {"email": f"p{n}@example.org"}.items(), X_Forwarded_For=f"10.0.0.{n}"
        )
    assert person(site, "p10@example.org") is None


def test_a_form_sent_at_once_is_a_robots(site):
    shown = re.search(r'name="shown" value="(\d+)"', site.get("/subscribe").text)[1]
    assert site.sign_up(ADA, shown=shown).status == 303
    assert person(site) is None
    site.clock.advance(seconds=30)
    site.sign_up(ADA, shown=shown)
    assert person(site)


@pytest.mark.parametrize(
    "typed", ["", "lise", '"><script>alert(1)</script>@x', "a@b\r\nBcc: c@d.org"]
)
def test_a_wrong_address_is_told_beside_its_field(site, typed):
    reply = site.sign_up(typed, region=["QC-05"])
    assert reply.status == 422
    assert "<script" not in reply.text
    assert 'aria-invalid="true" aria-describedby="email-wrong"' in reply.text
    assert 'id="email-wrong"' in reply.text
    assert 'value="QC-05" checked' in reply.text, "what was chosen stays"


@pytest.mark.parametrize(
    "fields",
    [
        {"region": "<script>alert(1)</script>"},
        {"region": "ZZ-99"},
        {"domain": "x' OR 1=1"},
        {"language": '"><b>'},
        {"frequency": "hourly"},
        {"region": ["QC-05\r\nSet-Cookie: a=b"]},
    ],
)
def test_choices_that_are_not_offered(site, fields):
    reply = site.sign_up(ADA, **fields)
    assert reply.status == 400
    assert not any(str(value) in reply.text for value in fields.values())
    assert person(site) is None


def test_all_domains_are_none(site):
    site.sign_up(ADA, domain=["governance", "leadership", "financial_engineering"])
    assert person(site).choices.domains == ()


def test_in_english(site):
    form = site.get("/subscribe", Accept_Language="en-CA,en;q=0.9,fr;q=0.5")
    assert '<html lang="en-CA"' in form.text
    assert "I agree to receive" in form.text
    reply = site.post("/subscribe?lang=en", {"email": ADA, "language": "en"}.items())
    assert reply.headers["location"] == "/subscribe/asked?lang=en"
    message, text = site.letter()
    assert message["Subject"] == "Confirm your subscription: Veille ÉSS"
    site.post(site.path_in(text))
    with site.readers() as readers:
        [consent] = readers.ledger(readers.find(ADA).subscriber_id)
        [words] = readers.texts([consent]).values()
        assert words.language == "en"


def test_links_are_the_configured_ones_whatever_the_request_says(site):
    site.post(
        "/subscribe", {"email": ADA}.items(), Host="evil.example", X_Forwarded_Host="evil.example"
    )
    _message, text = site.letter()
    assert "evil" not in text
    assert text.count("https://") == text.count("https://veille.example.org/")


def test_a_letter_put_off_goes_later(site):
    site.bag.answers = [Answer(Outcome.DEFERRED, 451)]
    site.sign_up(ADA)
    while site.bag.answers:
        pass
    site.clock.advance(minutes=10)
    site.sign_up("bob@example.org")
    site.letter(2)
    assert sorted(one.recipient for one in site.bag.letters) == [ADA, "bob@example.org"]


def test_a_link_too_old(site):
    site.sign_up(ADA)
    path = site.path_in(site.letter()[1])
    site.clock.advance(days=61)
    for reply in (site.get(path), site.post(path)):
        assert reply.status == 404
        assert "trop ancien" in reply.text
    assert person(site).state is State.PENDING


def test_without_a_mail_server_visitors_learn_no_more_than_that(tmp_path):
    config = CONFIG.replace("  host: 127.0.0.1\n", "")
    with served(made_workspace(tmp_path / "w", config)) as site:
        for reply in (site.get("/subscribe"), site.sign_up(ADA)):
            assert reply.status == 503
            assert "deliver" not in reply.text
        assert "deliver.host" in str(why_closed(site.app.state.site)), "what staff is told"


def test_behind_a_proxy_that_is_trusted_visitors_are_told_apart(tmp_path):
    config = CONFIG + "web: {trusted_proxies: [127.0.0.1]}\n"
    with served(made_workspace(tmp_path / "w", config)) as site:
        for n in range(12):
            fields = {"email": f"p{n}@example.org"}.items()
            site.post("/subscribe", fields, X_Forwarded_For=f"203.0.113.{n}")
        assert person(site, "p11@example.org")
        for n in range(12):
            fields = {"email": f"q{n}@example.org"}.items()
            site.post("/subscribe", fields, X_Forwarded_For=f"10.9.9.{n}, 198.51.100.7")
        assert person(site, "q11@example.org") is None, "what a visitor puts before is not believed"
