"""What bytes are: other things than text, encodings, and trees that hold what they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.errors import FailureKind, ReadError
from veille.extract.markup import decode, parse

URL = "https://example.org/a"
FRENCH = "<html><p>L’été à Québec : « déjà » l’œuvre d’une coopérative — 10 €</p></html>"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "jpeg"),
        (b"GIF89a", "gif"),
        (b"PK\x03\x04\x14", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\0\x01\x02\x03" * 100, ""),
        (b'{"a": 1}', "json"),
        (b'<?xml version="1.0"?><!-- x --><rss version="2.0"/>', "rss"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "feed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "svg"),
    ],
)
def test_other_things_than_pages(body, detail):
    with pytest.raises(ReadError) as failure:
        decode(body, None, URL)
    assert (failure.value.kind, failure.value.detail) == (FailureKind.NOT_TEXT, detail)


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_nothing(body):
    with pytest.raises(ReadError) as failure:
        decode(body, None, URL)
    assert failure.value.kind is FailureKind.EMPTY


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8", None),
        ("utf-8-sig", "iso-8859-1"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "nonsense"),
        ("cp1252", None),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", "idna"),
        ("cp1252", "hex"),
        ("utf-16", None),
        ("utf-16-le", "utf-16-le"),
        ("mac-roman", "macintosh"),
    ],
)
def test_encodings(encoding, charset):
    assert decode(FRENCH.encode(encoding), charset, URL) == FRENCH


def test_a_declaration_in_the_page_counts_where_the_server_is_silent():
    page = '<meta charset="windows-1251"><p>Кооператив</p>'
    assert decode(page.encode("cp1251"), None, URL) == page
    japanese = '<meta charset="iso-2022-jp"><p>協同組合</p>'
    assert decode(japanese.encode("iso-2022-jp"), None, URL) == japanese


def test_a_few_faults_do_not_undo_an_encoding():
    body = FRENCH.encode() * 10 + b"\xe9t\xe9"
    assert decode(body, None, URL) == FRENCH * 10 + "\ufffdt\ufffd"


def test_the_tree_holds_no_control_characters():
    tree = parse("<p>a\x01b&#1;c&#x0;d&#8217;&#39;e\x0c</p>")
    assert tree.text_content() == "abcd’'e"


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_a_tree_none_or_a_named_error(body):
    try:
        text = decode(body, None, URL)
    except ReadError as error:
        assert error.kind in {FailureKind.EMPTY, FailureKind.NOT_TEXT}  # noqa: PT017
    else:
        parse(text)
