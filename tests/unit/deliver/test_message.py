"""Messages: read back as sent, with every header in order, whatever the texts hold."""

import email
import email.policy
from dataclasses import replace
from email.header import decode_header, make_header

import pytest
from fakes.letters import AT, LEAVE, LINK, SETTINGS, mail, written
from hypothesis import given
from hypothesis import strategies as st

from veille.deliver.addresses import read_mailbox
from veille.deliver.letter import Letter, write_letter
from veille.deliver.message import letterhead, one_line
from veille.model.bulletin import PERSONAL_LINK
from veille.model.deliveries import message_key
from veille.settings.mail import DeliverSettings


def read(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def test_headers():
    message = read(written(mail("Économie sociale : « gouvernance » — n° 12"), name="Lise Bé"))
    assert not message.defects
    assert message["Subject"] == "Économie sociale : « gouvernance » — n° 12"
    assert str(message["From"]) == "Veille ÉSS <bulletin@exemple.org>"
    assert str(message["To"]) == "Lise Bé <lise@exemple.org>"
    assert message["Reply-To"] == "equipe@exemple.org"
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == f"<{message_key('2026-W48', 's1')}@exemple.org>"
    assert message["List-Id"] == "<veille.exemple.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Content-Type"].startswith("multipart/alternative")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_long_links_are_not_broken_up():
    """The library writes a long List-Unsubscribe as encoded words, which no program unpacks."""
    assert f"\r\nList-Unsubscribe: <{LEAVE}>\r\n".encode() in written()


def test_the_personal_link_is_put_in_each_part():
    made = mail(text=f"Vos choix : {PERSONAL_LINK}", html=f'<a href="{PERSONAL_LINK}">choix</a>')
    text, html = read(written(made)).iter_parts()
    assert text.get_content().strip() == f"Vos choix : {LINK}"
    assert f'href="{LINK.replace("&", "&amp;")}"' in html.get_content()
    assert PERSONAL_LINK.encode() not in written(made)


@pytest.mark.parametrize(
    "hostile",
    [
        f'<a href="https://mechant.example/?u={PERSONAL_LINK}">x</a>',
        f"<a href=\"https://mechant.example/?u='{PERSONAL_LINK}'\">x</a>",
        f'<a href="https://mechant.example/#({PERSONAL_LINK})">{PERSONAL_LINK}x</a>',
        f"https://mechant.example/?u={PERSONAL_LINK}&v=2",
    ],
)
def test_no_article_s_address_is_given_the_personal_link(hostile):
    """Its site would read the token of whoever follows it."""
    sent = read(written(mail(text=hostile, html=hostile))).iter_parts()
    assert [part.get_content().strip() for part in sent] == [hostile, hostile]


def test_letters():
    """Of them, only a reminder has a way to leave in its headers; long subjects keep spaces."""
    subject = "Désirez-vous continuer à recevoir « La veille de l’économie sociale québécoise »?"
    letter = Letter("lise@exemple.org", "fr", subject, "Bonjour\n")
    head = letterhead(DeliverSettings(**SETTINGS))
    answer = read(write_letter(letter, head, key="c1", at=AT))
    reminder = read(write_letter(replace(letter, leave=LEAVE), head, key="c1", at=AT))
    assert answer["Subject"] == reminder["Subject"] == subject
    assert answer["List-Unsubscribe"] is None
    assert answer["Auto-Submitted"] == "auto-replied"
    assert reminder["List-Unsubscribe"] == f"<{LEAVE}>"
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reminder["Auto-Submitted"] == "auto-generated"


def test_the_same_message_has_the_same_bytes():
    assert written() == written()


def test_domains_beyond_ascii_need_nothing_of_the_server():
    data = written(address="lise@économie.exemple")
    assert b"\r\nTo: lise@xn--conomie-9xa.exemple\r\n" in data
    assert data.isascii()


def test_a_local_part_beyond_ascii_goes_as_utf8():
    data = written(address="éloïse@exemple.org", name="Éloïse")
    assert "To: Éloïse <éloïse@exemple.org>\r\n".encode() in data


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b", "a@b.org\r\nBcc: c@d.org", "a b@c.org", "a@b.org, c@d.org", "<a@b.org>",
     "a@" + "x" * 300 + ".org", "a@..org", "a@b.org\n", "a\u202e@b.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(address):
    with pytest.raises(ValueError, match=r"^not an address$"):
        read_mailbox(address)


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_adds_a_header_or_a_part(subject, name):
    data = written(mail(subject, text=name, html=subject), name=name)
    message = read(data)
    assert message.keys() == read(written()).keys()
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "lise@exemple.org"
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=150))
def test_subjects_are_read_back(subject):
    assert read(written(mail(subject)))["Subject"] == one_line(subject)


def test_return_addresses_of_their_own():
    head = letterhead(DeliverSettings(**SETTINGS, return_path="rebonds@exemple.org", verp=True))
    assert head.return_to("abc") == "rebonds+abc@exemple.org"
    head = letterhead(DeliverSettings(**SETTINGS))
    assert head.return_to("abc") == "bulletin@exemple.org"


@given(st.text("ab é–«» :,.’", max_size=150))
def test_spaces_between_words_are_kept(words):
    """Read by the older parser: the newer one puts spaces between encoded words of a name."""
    message = email.message_from_bytes(written(mail(words), name=f"É {words}"))
    told = {name: str(make_header(decode_header(message[name]))) for name in ("Subject", "To")}
    assert told == {
        "Subject": one_line(words),
        "To": f"{one_line(f'É {words}')} <lise@exemple.org>",
    }
