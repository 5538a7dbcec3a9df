"""Plain text from anything: tidy, bounded, and without e-mail addresses."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.text import line, plain, redact, tidy, words

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("Sans balise", "Sans balise"),
        ("<p>Un</p><p>Deux<br>Trois</p>", "Un\n\nDeux\nTrois"),
        ("<ul><li>a<li>b</ul>", "a\n\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc"),
        ("L&rsquo;&eacute;conomie &amp; l'&#233;quit&#xE9;", "L’économie & l'équité"),
        ("d&eacute;j&agrave;&nbsp;vu\u202f!", "déjà vu !"),
        ("a < b & c > d", "a < b & c > d"),
        ("&lt;p&gt; reste écrit", "<p> reste écrit"),
        ("<title>Titre</title> texte", "Titre texte"),
        ("a<script>alert(1)</script><style>p{}</style>b<!-- c -->", "ab"),
        ("<p>non fermé <b>gras", "non fermé gras"),
        ("a\0b\ud800c<i>d</i>", "abcd"),
        ("<", "<"),
        ("<!-- rien -->", ""),
    ],
)
def test_plain_takes_markup_off(markup, text):
    assert plain(markup) == text


def test_a_line_is_one_line():
    assert line("<h1>Un\n titre</h1>\n<p>et plus") == "Un titre et plus"


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  a \t b \r\n\r\n\r\n\r\n c\n", "a b\n\nc"),
        ("e\u0301te\u0301", "été"),
        ("\ufeffa\u200bb\u00adc\x07d\u202ee", "abcde"),
        ("10\u00a0000\u202f$", "10 000 $"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("un\u2028deux\u2029trois\x85quatre", "un\ndeux\ntrois\nquatre"),
    ],
)
def test_tidy(text, tidied):
    assert tidy(text) == tidied


@given(ANYTHING)
def test_tidy_is_idempotent_and_storable(text):
    once = tidy(text)
    assert tidy(once) == once
    assert not re.search("[\x00-\x09\x0b-\x1f\ud800-\udfff]|\n{3}| {2}", once)


@given(ANYTHING)
def test_plain_never_raises_and_gives_tidy_text(text):
    assert tidy(plain(text)) == plain(text)
    assert "\n" not in line(text)


@pytest.mark.parametrize(
    "text",
    [
        *("info@example.org", "prenom.nom+veille@courriel.exemple.qc.ca", "x_y-z@EXAMPLE.ORG"),
        *("info＠example.org", "info%40example.org", "info%2540example.org", "info @ example.org"),
        *("info&#64;example.org", "info&#x40;example&#46;org", "info&commat;example.org"),
        *("info&amp;#64;example.org", "&#105;&#110;fo&#64;&#x65;xample.org"),
        *("info (at) example.org", "info[at]example[dot]org", "nom (at) domaine", "nom {at} a.org"),
        *("nom [à] exemple.ca", "nom (à) exemple [point] ca", "nom arobase exemple point ca"),
        *("nom [arobase] exemple.ca", "hélène@économie.québec", '"Une Personne"@example.org'),
        *("a@xn--conomie-9ua.xn--qubec-csa", "1@2.info", "x@a.b.c.d.e.museum"),
    ],
)
def test_every_form_of_address_is_redacted(text):
    assert redact(text) == "[courriel]"
    assert redact(f"Écrire à {text}, merci. ({text})").count("[courriel]") == 2


@pytest.mark.parametrize(
    "text",
    [
        *("@nom", "suivez @nom, @autre", "@nom@instance.social", "x @user.bsky.social"),
        *("https://example.org/@nom", "https://example.org/@nom@instance.social/1"),
        *(
            "tag:example.org,2024-01-26:/a",
            "logo@2x.png",
            "vue@2.6.14/dist/vue.js",
            "root@localhost",
        ),
        *("il dit [à] ses membres", "ils sont [at] noon", "50 % @ 3 h", "AT&T", "a@b", "mailto:"),
        *("R&amp;D &#233;t&eacute; &#8217;", "https://example.org/carte/@45.5,-73.6,15z"),
    ],
)
def test_what_is_no_address_stays(text):
    assert redact(text) == text


def test_links_in_markup_keep_their_form():
    markup = "<a href='mailto:%69nfo%40example.org?subject=Bonjour'>écrire</a>"
    assert redact(markup) == "<a href='mailto:[courriel]?subject=Bonjour'>écrire</a>"
    assert redact("tag:moi@example.org,2024-01-26:a") == "tag:[courriel],2024-01-26:a"
    assert redact("https://example.org/?c=a@b.org&d=1") == "https://example.org/?c=[courriel]&d=1"


@given(st.text(st.sampled_from('ab.@-+_ ()[]at&#64;x%0\n"<>ＡＴà＠')))
def test_redact_is_idempotent(text):
    once = redact(text)
    assert redact(once) == once


@given(
    st.text(st.characters(exclude_characters="@")),
    st.from_regex(r"\A[a-z0-9][a-z0-9._+-]{0,20}@([a-z0-9-]{1,10}\.){1,3}(org|ca|québec)\Z"),
    st.text(st.characters(exclude_characters="@.")),
)
def test_no_address_survives(before, address, after):
    text = tidy(f"{before} {address} {after}")
    assert not PLAIN_ADDRESS.search(redact(text))


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "a@", "a.", "@a", "@a@", '"a', "&#97;", "a (at) ", "a arobase ", "mailto:", "%40a"),
        *("a@b.", "\n", "<", "<p>", "<div>", "<!--", "&", "&#&#", "\u0300\u0316", "\xa0", "<svg>"),
    ],
)
@pytest.mark.parametrize("function", [plain, tidy, redact, words])
def test_hostile_texts_take_linear_time(function, piece):
    text = piece * (400_000 // len(piece))
    before = time.process_time()
    function(text)
    assert time.process_time() - before < 2  # 0.3 s or less; anything quadratic takes minutes


def test_a_tag_with_very_many_attributes_is_quick():
    before = time.process_time()
    assert plain(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>texte") == "texte"
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("« L’économie » : 3 mots", 3), ("a - b", 2), ("사회적 경제", 2), ("社会的 x", 4)],
)
def test_words(text, count):
    assert words(text) == count
