"""The bytes of an answer, made safe to read: unpacked, decoded, without traps in the prologue."""

import re
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree, html
from w3lib.encoding import read_bom, resolve_encoding
from w3lib.html import get_base_url

from veille.errors import FailureKind, ReadError
from veille.model import Fetched
from veille.text import storable

MAX_BYTES = 10_000_000  # the default of fetch.max_bytes: a body packed in gzip obeys it too

_GZIP = b"\x1f\x8b"
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)")
_UNMARKED = {  # how « <?xm » begins without a byte order mark: XML 1.0, appendix F
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
    b"\x4c\x6f\xa7\x94": "cp037",
}
# What servers declare of documents that are UTF-8 in truth; the reverse error is met, but never
# passes for valid UTF-8.
_WESTERN = {"cp1252", "cp1254", "iso8859-15", "iso8859-1"}
_WIDE = ("utf-16", "utf-32")
# Codecs that are no character sets: quadratic in time, or able to spell what is not there.
_NO_CHARSET = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
_DECLARATION = re.compile("<!(?:ENTITY|ATTLIST)")
_HTML = re.compile(  # atomic, so that a row of comments is not tried in every way
    r"(?:<\?xml[^>]*>|<!--(?>.*?-->)|\s)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Document:
    """A text, where it came from, and whose it is (the subject of what may be wrong with it)."""

    subject: str
    url: str
    text: str

    @property
    def is_html(self) -> bool:
        """Whether this is a web page rather than a document for machines."""
        return _HTML.match(self.text) is not None

    def fault(self, kind: FailureKind, detail: str = "") -> ReadError:
        """Make the error that says what is wrong with this document."""
        return ReadError(kind, self.subject, detail)


def open_document(subject: str, fetched: Fetched, *, max_bytes: int = MAX_BYTES) -> Document:
    """Unpack and decode an answer.

    Raises ReadError: EMPTY for 0 bytes, TOO_LARGE for a gzip body that unpacks to more than
    `max_bytes`, MALFORMED for one that does not unpack, NOT_TEXT for bytes that hold no text,
    ENTITIES for a document type that declares entities or default attributes.
    """
    body = _unpacked(subject, fetched.body, max_bytes)
    if not body.strip():
        raise ReadError(FailureKind.EMPTY, subject)
    text = decoded(body, fetched.charset)
    if not text:
        raise ReadError(FailureKind.NOT_TEXT, subject)
    _refuse_declarations(subject, text)
    return Document(subject, fetched.url, text)


def decoded(body: bytes, charset: str | None = None) -> str:
    """Return the text that bytes are, by their mark, HTTP's charset, their declaration, or a guess.

    Without control characters, nor blanks before it.
    """
    for name in _encodings(body, charset):
        try:
            text = body.decode(name)
            break
        except (UnicodeError, LookupError):  # LookupError: a codec from bytes to bytes, hex say
            continue
    else:
        text = body.decode("latin-1")
    return storable(text).lstrip("\ufeff \t\r\n")


def xml_root(document: Document) -> tuple[etree._Element | None, bool]:
    """Return the root of an XML document, and whether it was well formed.

    A malformed one is read as far as it goes; None when nothing can be made of it. Entities are
    not expanded, nothing is loaded from elsewhere.
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    # The declaration would contradict the encoding we decoded from.
    text = re.sub(r"^<\?xml[^>]*\?>", "", document.text)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return None, False
    fatal = (entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log)
    return root, not any(fatal)


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace, whether that is declared or not."""
    return re.split("[}:]", str(element.tag))[-1]


def html_root(text: str) -> html.HtmlElement | None:
    """Return the root of a web page; None when there is no markup in it."""
    try:
        parser = html.HTMLParser(encoding="utf-8")
        return html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        return None


def is_cut_off(document: Document, *, items: str, roots: str) -> bool:
    """Return whether the document ends inside one of its items: the last one is but a half.

    `items` and `roots` are names of elements, alternatives of a regular expression.
    """
    start = 0
    opening = re.compile(rf"<(?:[\w.-]+:)?(?:{items})(?:\s[^<>]*)?(?<!/)>", re.I)
    for match in opening.finditer(document.text):
        start = match.end()
    closing = re.compile(rf"</(?:[\w.-]+:)?(?:{items}|{roots})\s*>", re.I)
    return start > 0 and closing.search(document.text, start) is None


def page_base(text: str, url: str) -> str:
    """Return the address that the links of a web page at `url` are relative to."""
    try:
        return get_base_url(text, url)
    except ValueError:  # its <base> is no address
        return url


def _unpacked(subject: str, body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise ReadError(FailureKind.MALFORMED, subject, f"gzip: {error}") from None
    if len(unpacked) > max_bytes:
        raise ReadError(FailureKind.TOO_LARGE, subject, str(max_bytes))
    return unpacked


def _encodings(body: bytes, charset: str | None) -> list[str]:
    """List the encodings to try: what is certain, what is declared, what is likely."""
    marked = read_bom(body)[0]
    names = [marked] if marked else [_UNMARKED[mark] for mark in _UNMARKED if body.startswith(mark)]
    declared = _DECLARED.match(body)
    for label in (charset, declared and declared[1].decode()):
        name = resolve_encoding(label) if label else None
        if not name or name in _NO_CHARSET:
            continue
        if name.startswith(_WIDE) and b"\0" not in body[:4]:
            continue  # .NET writes encoding="utf-16" before what is then sent as UTF-8
        names += ["utf-8", name] if name in _WESTERN else [name]
    return [*names, "utf-8", "cp1252"]


def _refuse_declarations(subject: str, text: str) -> None:
    """Refuse entities and default attributes declared before the root element.

    A 206 kB feed can hold 400 million characters in entities (20 s and 1.2 GB), or as much in
    default attributes. feedparser takes declarations even from comments, so that any mention
    before the root counts; in a prologue that cannot be read, any mention at all.
    """
    mention = _DECLARATION.search(text)
    if mention and mention.start() < _root_position(text):
        raise ReadError(FailureKind.ENTITIES, subject, mention[0])


class _RootFound(Exception):
    pass


def _root_position(text: str) -> int:
    """Return where the root element starts; the end of the text when that cannot be told."""
    data = text.encode()
    parser = expat.ParserCreate("utf-8")

    def stop(_name: str, _attributes: dict[str, str]) -> None:
        raise _RootFound

    parser.StartElementHandler = stop
    try:
        parser.Parse(data, True)
    except _RootFound:
        return len(data[: parser.CurrentByteIndex].decode())
    except expat.ExpatError:
        pass
    return len(text)
