"""Renderings: equal in content, within each source's policy, whatever a title or a note holds."""

import re
from datetime import date
from html import unescape
from itertools import pairwise

import pytest
from fakes.issues import MASTHEAD, NAMES, NOW, TODAY, WEEK, candidate, issue
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from veille.digest.calendar import calendar
from veille.digest.draft import Line
from veille.digest.editions import edition_of
from veille.digest.feed import issues_feed
from veille.digest.render import render_mail, render_web, template_faults
from veille.errors import ConfigError
from veille.model.bulletin import PERSONAL_LINK, Approved, Masthead

DEADLINE = date(2026, 12, 1)
PASSAGE = {"fr": "« Le texte. Le texte. Le … »", "en": "“Le texte. Le texte. Le …”"}


def forms(made, language="fr", masthead=MASTHEAD, **given):
    """The mail's HTML and text, the page, the calendar and the feed of an issue's whole edition."""
    edition = edition_of(made, language=language)
    mail = render_mail(edition, masthead, NAMES, **given)
    web = render_web(edition, masthead, NAMES, **given)
    ical = calendar(edition, masthead, NOW).decode().replace("\r\n ", "")
    return mail, web, ical, issues_feed([Approved(made, "Jeanne", NOW)], masthead, NAMES, language)


def words_of(markup: str) -> str:
    tree = lxml_html.fromstring(re.sub(r"(?s)<style.*?</style>|<title.*?</title>", "", markup))
    return " ".join(tree.text_content().split())


def full_issue():
    one = candidate(
        "a", "Une SCIC « ouverte » : dix ans", "Le texte. " * 40, policy="quote", quote=5,
        story_ids=("st",), regions=("QC-05", "QC-06"),
    )  # fmt: skip
    other = candidate("b", "Reprise", story_ids=("st",), place=2, url="https://autre.example/b")
    spanish = candidate("c", "La cooperativa crece", "Cien socias", language="es", regions=())
    call = candidate(
        "d", "Appel : immeubles", domains=("leadership",), url="https://x.example/?a=1&b=2"
    )
    lines = (
        Line(
            "a", True, "governance", "Une SCIC « ouverte » : dix ans", note="Notre avis.\n\nSuite."
        ),
        Line("c", True, "governance", "La cooperativa crece", note_en="Worth it."),
        Line("d", True, "calls", "Appel : immeubles", deadline=DEADLINE),
    )
    return issue(
        one, other, spanish, call, lines=lines, editorial="Bonjour à vous.\n\nBonne lecture."
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_html_text_and_page_say_the_same(language):
    mail, web, _ical, _feed = forms(full_issue(), language)
    text, html, page = " ".join(mail.text.split()), words_of(mail.html), words_of(web)
    expected = [
        "Une SCIC « ouverte » : dix ans", "Source a", PASSAGE[language], "Notre avis.",
        "Suite.", "Source b", "La cooperativa crece", "Cien socias", "Worth it.",
        "Appel : immeubles",
        "Bonjour à vous.", "Bonne lecture.", "Estrie", "Montréal",
        *{"fr": ["16 novembre", "Date limite : mardi 1er décembre 2026", "Appels et financement"],
          "en": ["November 16", "Deadline: Tuesday, December 1, 2026",
                 "Calls and funding"]}[language],
    ]  # fmt: skip
    for words in expected:
        plain = " ".join(words.split())
        assert plain.upper() in text.upper(), words
        assert plain in html, words
        assert plain in page, words
    for url in ("https://example.org/a", "https://autre.example/b", "https://x.example/?a=1&b=2"):
        assert url in mail.text
        assert url in unescape(mail.html)
        assert url in unescape(web)
    for words in ("Le Pôle", "1, rue du Marché", "veille@pole.example.org"):
        assert words in mail.text
        assert words in mail.html


def test_the_mail_is_fit_to_be_read_by_anyone():
    mail, web, *_rest = forms(full_issue())
    for markup in (mail.html, web):
        tree = lxml_html.fromstring(markup)
        assert tree.get("lang") == "fr-CA"
        assert not tree.xpath(
            "//table|//script|//img[not(@alt)]|//*[@style and contains(@style,'url(')]"
        )
        levels = [int(each.tag[1]) for each in tree.iter("h1", "h2", "h3", "h4")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert tree.xpath("//main")
        assert tree.xpath("//h4[@lang='es']")
        assert tree.xpath("//blockquote[@lang='es']")
        assert tree.xpath("//div[@class='note'][@lang='en']")
        assert "prefers-color-scheme: dark" in markup
    assert lxml_html.fromstring(mail.html).xpath("//h4[contains(@style,'font-size')]")
    page = lxml_html.fromstring(web)
    assert page.xpath("//body/a[1]/@href") == ["#contenu"]
    assert page.xpath("//main[@id='contenu']")
    assert page.xpath("//nav[@aria-label]")
    assert "prefers-reduced-motion" in web
    assert ":focus-visible" in web
    assert "calendar.ics" in web


def test_the_personal_link_stands_once_in_each_body_and_nowhere_else():
    mail, web, ical, feed = forms(full_issue())
    assert mail.html.count(PERSONAL_LINK) == mail.text.count(PERSONAL_LINK) == 1
    for other in (web, ical, feed, mail.subject):
        assert "personal-link" not in other


def test_a_hundred_pieces_weigh_less_than_gmail_cuts():
    many = [
        candidate(
            f"i{n}", f"Un titre assez long pour en être un, le {n}e", "Dix mots d’un texte. " * 20
        )
        for n in range(40)
    ]
    assert len(forms(issue(*many))[0].html.encode()) < 100_000


def test_the_calendar_and_the_feed():
    _mail, _web, ical, feed = forms(full_issue())
    assert "DTSTART;VALUE=DATE:20261201" in ical
    assert "SUMMARY:Date limite\u00a0: Appel\u00a0: immeubles" in ical.replace(
        "Appel :", "Appel\u00a0:"
    )
    assert ical.splitlines().count("BEGIN:VEVENT") == 1
    assert f"https://veille.example.org/archive/{WEEK}" in feed
    assert "Une SCIC" in feed


HOSTILE = [
    "<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>", '" onmouseover="alert(1)',
    "{{ 7 * 7 }}{% include 'x' %}", "{edition.__class__}", "a\r\nBcc: x@y.z",
    "a\u2028b\u0085c",
    "\u202eesrever\u202c", "abc\u2066def\u2069", "\x00\x1b[31mrouge", PERSONAL_LINK,
    "&lt;b&gt;", "%s %(x)s",
    "BEGIN:VEVENT\r\nSUMMARY:faux", "]]><b>",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_others_acts(hostile):
    one = candidate(
        "a", f"T {hostile}", f"Texte {hostile}", source=f"S {hostile}", url="https://example.org/a"
    )
    line = Line("a", True, "calls", f"T {hostile}", note=f"N {hostile}", deadline=TODAY)
    made = issue(one, lines=(line,), editorial=f"É {hostile}")
    masthead = Masthead(f"V {hostile}", f"O {hostile}", f"A {hostile}", f"C {hostile}")
    mail, web, ical, feed = forms(made, masthead=masthead)
    for markup in (mail.html, web):
        tree = lxml_html.fromstring(markup)
        assert not tree.xpath("//script|//img|//b[not(@class)]|//*[@onmouseover or @onerror]")
        assert all(
            url.startswith(("https://example.org/", "#", "calendar.ics", "mailto:", PERSONAL_LINK))
            for url in tree.xpath("//@href")
        )
    assert mail.html.count("personal-link") == mail.text.count("personal-link") == 1
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject + mail.text
    assert ical.splitlines().count("BEGIN:VEVENT") == 1
    for form in (mail.subject, mail.text, mail.html, web, ical, feed):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", form)
    if "{{" in hostile:
        assert "{{ 7 * 7 }}" in mail.text


WORD = st.text("abcdeéèghijklmnopqrstuvwxyz", min_size=4, max_size=9)


@settings(max_examples=40)
@given(
    st.lists(WORD, min_size=3, max_size=80, unique=True),
    st.sampled_from(["none", "title", "quote", "full"]),
    st.integers(0, 60),
    st.booleans(),
)
def test_no_rendering_passes_on_more_than_the_source_lets(words, policy, quote, with_lead):
    words = [f"x{word}z" for word in words]
    lead = " ".join(words[:3]) if with_lead else ""
    one = candidate("a", "Titre", " ".join(words), policy=policy, quote=quote, lead=lead)
    made = issue(one, candidate("b", "Autre"))
    allowed = {"none": 0, "title": 0, "quote": quote, "full": 45}[policy]
    mail, web, ical, feed = forms(made)
    for form in (mail.text, mail.html, web, ical, feed):
        assert sum(form.count(word) > 0 for word in words) <= allowed
    assert ("Source a" in mail.text) == (policy != "none")


def test_a_workspace_overrides_one_template_and_keeps_the_others(tmp_path):
    (tmp_path / "mail.txt.j2").write_text("{{ edition.name }} <&> {{ personal_link }}", "utf-8")
    mail, web, *_rest = forms(full_issue(), overrides=tmp_path)
    assert mail.text == f"Veille ÉSS <&> {PERSONAL_LINK}\n"
    assert "<main" in mail.html
    assert "<nav" in web


@pytest.mark.parametrize(
    "template",
    ["{{ edition.nothing }}", "{% if %}", "{{ ''.__class__.__mro__ }}", "{{ edition.name }}"],
)
def test_a_template_at_fault_or_without_the_personal_link_is_named(tmp_path, template):
    (tmp_path / "mail.html.j2").write_text(template, "utf-8")
    with pytest.raises(ConfigError, match=r"mail\.html\.j2"):
        forms(full_issue(), overrides=tmp_path)


def test_checking_templates_tells_file_and_line(tmp_path):
    (tmp_path / "mail.html.j2").write_text("a\n{% if %}", "utf-8")
    (tmp_path / "mail.htm.j2").write_text("", "utf-8")
    stray, fault = template_faults(tmp_path)
    assert "mail.htm.j2: " in stray
    assert "mail.html.j2:2" in fault


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "«\u00a0Un texte\u00a0»"), ("en", "“Un texte”")]
)
def test_passages_stand_between_the_quotation_marks_of_the_edition(language, words):
    made = edition_of(issue(candidate("a", text="Un texte")), language=language)
    mail = render_mail(made, MASTHEAD, NAMES)
    assert words in mail.text
    assert words in mail.html.replace("&nbsp;", "\u00a0")
    assert words in render_web(made, MASTHEAD, NAMES).replace("&nbsp;", "\u00a0")
