"""From bytes to a tree: what kind of thing is it, in which encoding, with which structure?"""

import codecs
import re
from contextlib import suppress

from charset_normalizer import from_bytes
from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

from veille.errors import FailureKind, ReadError

_SIGNATURES = {  # how files begin that are no text
    b"%PDF": "pdf",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"RIFF": "riff",
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "office",
    b"ID3": "mp3",
    b"OggS": "ogg",
    b"\x1a\x45\xdf\xa3": "webm",
    b"wOF": "font",
}
_OTHER_XML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!doctype[^>]*>\s*|<!--.*?-->\s*)*"
    r"<(rss|feed|rdf:rdf|svg|urlset|sitemapindex|opml|oai-pmh)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[a-zA-Z!/]")
_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[0-8bcef]|1[0-9a-f])(?![0-9a-f]));?",
    re.IGNORECASE,
)
_CONTROL = bytes({*range(0x20)} - {*b"\t\n\r"})
_ONE_SPACE = bytes.maketrans(b"\t\n\r", b"   ")
_ODD = dict.fromkeys([*_CONTROL, 0xFFFD])  # what abounds in what is no text
# Codecs that are no character sets, or can spell what is not there.
_NO_CHARSET = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
_SAMPLE = 100_000  # bytes from which an undeclared encoding is guessed

# One class for all elements: lxml.html asks Python for the class of each, which is a tenth of the
# time that reading a page takes, and gives forms and their fields classes that nobody here needs.
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment)


def decode(body: bytes, charset: str | None, url: str) -> str:
    """Return the text of a body.

    A byte order mark decides; then what is UTF-8 without fault is UTF-8, whatever is declared;
    then what the server declares (`charset`), what the page does, and a guess.

    Raises ReadError: EMPTY for nothing, NOT_TEXT (with the kind of file) for other things than
    text, feeds and drawings among them.
    """
    if not body.strip():
        raise ReadError(FailureKind.EMPTY, url)
    for signature, kind in _SIGNATURES.items():
        if body.startswith(signature):
            raise ReadError(FailureKind.NOT_TEXT, url, kind)
    text = _decoded(body, charset)
    start = text[:5_000]
    if len(start[:1_000].translate(_ODD)) < len(start[:1_000]) * 0.95:
        raise ReadError(FailureKind.NOT_TEXT, url)
    if other := _OTHER_XML.match(start):
        raise ReadError(FailureKind.NOT_TEXT, url, other[1].lower())
    if start.lstrip()[:1] in {"{", "["} and not _TAG.search(start):
        raise ReadError(FailureKind.NOT_TEXT, url, "json")
    return text


def is_markup(text: str) -> bool:
    """Return whether a text holds any tag at all."""
    return _TAG.search(text) is not None


def parse(text: str) -> html.HtmlElement | None:
    """Return the tree of an HTML text; None when nothing can be made of it.

    Line ends are spaces, which they mean in HTML. Left out: what no tree can hold (control
    characters, and references to them), and what is nested more than 256 deep, the parser's limit.
    """
    data = _REFERENCE.sub("", text).encode("utf-8", "ignore").translate(_ONE_SPACE, _CONTROL)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.LxmlError:  # nothing but comments, say
        return None
    return tree if isinstance(tree, html.HtmlElement) else None


def _decoded(body: bytes, charset: str | None) -> str:
    marked, mark = read_bom(body)
    if marked and mark:
        return body[len(mark) :].decode(marked, "replace")
    # What is all ASCII may be meant as one of the encodings that write all with it.
    if not (body.isascii() or b"\0" in body):
        with suppress(UnicodeError):
            return body.decode()
    declared = [
        name
        for name in (charset and resolve_encoding(charset), html_body_declared_encoding(body))
        if name and name not in _NO_CHARSET and _is_known(name)
    ]
    for name in (*declared, "utf-8"):
        with suppress(UnicodeError):
            return body.decode(name)
    text = body.decode("utf-8", "replace")  # UTF-8 with a few faults, or cut off?
    beyond_ascii = sum(1 for character in text if character > "\x7f")
    if text.count("\ufffd") * 10 < beyond_ascii:
        return text
    others = [name for name in declared if name != "utf-8"]
    return body.decode(others[0] if others else _guessed(body), "replace")


def _is_known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # bytes to bytes: hex, zlib
    except LookupError:
        return False


def _guessed(body: bytes) -> str:
    """Return a likely encoding: Western, unless most letters are beyond ASCII."""
    sample = b"".join(re.sub(rb"<[^>]*>?", b" ", body[:_SAMPLE]).split())
    beyond_ascii = len(sample.translate(None, bytes(range(128))))
    best = from_bytes(sample).best() if beyond_ascii * 2 > len(sample) else None
    return best.encoding if best else "cp1252"
