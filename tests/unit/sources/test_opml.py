"""OPML in and out: what goes out comes back, and nothing is lost without a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from veille.errors import FailureKind, ReadError
from veille.model import Source, SourceKind
from veille.sources.opml import read_opml, write_opml
from veille.text import line, redact

NESTED = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Mes abonnements</title></head><body>
<outline text="Économie sociale">
  <outline text="Québec">
    <outline text="Le Pôle" type="rss" xmlUrl="https://pole.example.org/feed/" htmlUrl="https://pole.example.org/"/>
    <outline title="Le Pôle, encore" type="rss" xmlUrl="https://pole.example.org/feed/"/>
  </outline>
  <outline text="Sans adresse"/>
  <outline text="Courriel" type="rss" xmlUrl="mailto:a@example.org"/>
</outline>
<outline text="Un site" htmlUrl="https://site.example.org/"/>
<outline text="Une liste" type="link" url="https://liste.example.org/liste.opml"/>
<outline text="Vieux lecteur" xmlUrl="feed:https://vieux.example.org/rss" category="/Presse/Locale,Divers"/>
</body></opml>
"""  # noqa: E501


def test_nested_groups_are_kept_and_what_is_left_out_is_told():
    found = read_opml(NESTED.encode())
    pole, old = found.feeds
    assert (pole.title, pole.url) == ("Le Pôle", "https://pole.example.org/feed/")
    assert (pole.site, pole.category) == ("https://pole.example.org/", "Québec")
    assert pole.categories == (("Économie sociale", "Québec"),)
    assert (old.url, old.category) == ("https://vieux.example.org/rss", "Locale")
    assert found.without_url == ("Sans adresse", "Courriel", "Un site", "Une liste")
    assert found.title == "Mes abonnements"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_an_opml_file_says_its_encoding(encoding):
    text = NESTED.replace('"UTF-8"', f'"{encoding}"')
    assert read_opml(text.encode(encoding)).feeds[0].categories == (("Économie sociale", "Québec"),)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", FailureKind.EMPTY),
        (b" \n", FailureKind.EMPTY),
        (b"<p>Bonjour</p>", FailureKind.NOT_A_FEED),
        (b"%PDF-1.7", FailureKind.NOT_A_FEED),
        (b"x" * 10_000_001, FailureKind.TOO_LARGE),
    ],
)
def test_what_is_no_list_is_refused(data, kind):
    with pytest.raises(ReadError) as raised:
        read_opml(data)
    assert raised.value.kind is kind


def test_what_is_written_is_opml_2():
    source = Source("a", "A", "https://a.example.org/", SourceKind.FEED, languages=("fr",))
    root = etree.fromstring(write_opml([source], title="Veille"))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [child.tag for child in root] == ["head", "body"]
    [outline] = root.iter("outline")
    assert dict(outline.attrib) == {
        "text": "A",
        "title": "A",
        "type": "rss",
        "xmlUrl": "https://a.example.org/",
        "htmlUrl": "https://a.example.org/",
        "language": "fr",
    }


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: text == " ".join(text.split()) == redact(line(text)) and "&" not in text
)
sources = st.builds(
    Source,
    id=st.just("x"),
    name=words,
    url=st.integers(0, 99).map("https://site{}.example.org/".format),
    kind=st.sampled_from([SourceKind.FEED, SourceKind.LISTING]),
    feed=st.one_of(st.none(), st.integers(0, 99).map("https://fil.example.org/{}?a=1&b=é".format)),
    category=st.one_of(st.just(""), words),
    languages=st.sampled_from([(), ("fr",), ("ko",)]),
)


@given(st.lists(sources, unique_by=lambda source: source.address, max_size=8))
def test_what_goes_out_comes_back(exported):
    feeds = [source for source in exported if source.kind is SourceKind.FEED]
    text = write_opml(exported, title="Veille")
    found = read_opml(text)
    back = {(one.title, one.url, one.site, one.category, one.language) for one in found.feeds}
    assert back == {(s.name, s.address, s.url, s.category, "".join(s.languages)) for s in feeds}
    assert len(found.without_url) == len(exported) - len(feeds)
