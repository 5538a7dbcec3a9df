"""Plain text: markup taken off, tidied, and rid of e-mail addresses before it is kept anywhere.

Sources and pages hand us anything at all, so every function here is total (no text makes it
raise), bounded, and linear in the length of what it is given.
"""

import re
import unicodedata

MARKUP_LIMIT = 2_000_000
"""Characters of markup that `plain` reads; what follows is left out."""

REDACTED = "[courriel]"
"""What stands in a text where an e-mail address stood."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PARAGRAPH = re.compile(
    "address|article|aside|blockquote|details|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main"
    "|nav|ol|p|pre|section|table|ul"
)
_LINE = re.compile("br|caption|dd|div|dt|figcaption|legend|li|option|summary|tr")
_CELL = re.compile("t[dh]")
_SILENT = re.compile("head|iframe|math|noembed|noframes|object|script|style|svg|template|textarea")


def plain(markup: str) -> str:
    """Return the text of an HTML fragment (or of a plain text), tidied, paragraphs apart.

    Entities are decoded; blocks become paragraphs or lines; scripts, styles and the like go. It
    takes off one layer of markup: what was escaped on purpose stays to be read.
    """
    markup = _printable(markup[:MARKUP_LIMIT])
    if not ("<" in markup or "&" in markup):
        return tidy(markup)
    from lxml import etree  # not for what has no markup: addresses, a robots.txt

    target = _Text()
    parser = etree.HTMLParser(target=target, huge_tree=True)  # type: ignore[arg-type]
    parser.feed("<html><body><div>" + markup)  # so that no tag of the text's opens a head
    parser.close()
    return tidy(target.text)


def storable(text: str) -> str:
    """Drop what neither XML nor a database takes: control characters and halves of characters."""
    return _UNSTORABLE.sub("", text)


def line(markup: str) -> str:
    """Return the text of an HTML fragment as one line: for titles and names."""
    return " ".join(plain(markup).split())


def tidy(text: str) -> str:
    """Return `text` in NFC, without unprintable characters, with its whitespace in order.

    Within a line, whitespace becomes one space: no-break spaces too, so that texts compare and
    are found alike whoever typed them. Paragraphs stay apart by one blank line. Idempotent.
    """
    lines = _lines(text)
    if not all(map(str.isprintable, lines)):
        lines = _lines(_printable(text))
    kept: list[str] = []
    for line in map(_composed, lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def redact(text: str) -> str:
    """Return `text` with every e-mail address replaced by « [courriel] ».

    Text or markup: disguised ones go too (`nom (at) domaine.ca`, `nom [à] domaine [point] ca`,
    `%40`, references such as `&#64;`, mailto: links). Handles (`@nom`, `@nom@instance.org`), image
    names (`logo@2x.png`) and the like stay. Idempotent. Call it on tidied text: invisible
    characters inside an address hide it.
    """
    text = _decoded(text)
    if "mailto:" in text.casefold():
        text = _MAILTO.sub(rf"\1{REDACTED}", text)
    if not _may_hold_address(text):
        return text
    return "\n".join(
        _ADDRESS.sub(lambda found: found["handle"] or REDACTED, line)
        if _may_hold_address(line)
        else line
        for line in text.split("\n")
    )


def words(text: str) -> int:
    """Count the words of a plain text; each Chinese or Japanese character counts as one."""
    if _IDEOGRAPH.search(text):
        text = _IDEOGRAPH.sub(r" \g<0> ", text)
    return sum(1 for token in text.split() if token.isalnum() or _LETTER.search(token))


class _Text:
    """Receives a document's tags and text from the parser and keeps the text.

    No tree is built: a tree costs quadratic time on a tag with very many attributes (8 minutes for
    200,000 of them), and leaves out what is nested too deep.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._silent = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def start(self, tag: str, attributes: object) -> None:
        self._silent += bool(_SILENT.fullmatch(tag))
        self._parts.append(_gap(tag))

    def end(self, tag: str) -> None:
        self._silent -= bool(_SILENT.fullmatch(tag))
        self._parts.append(_gap(tag) if tag != "br" else "")

    def data(self, text: str) -> None:
        if not self._silent:
            self._parts.append(re.sub(r"\s", " ", text))

    def comment(self, text: str) -> None:
        """Comments are not text."""

    def close(self) -> None:
        """The text is kept in `text`."""


def _gap(tag: str) -> str:
    if _PARAGRAPH.fullmatch(tag):
        return "\n\n"
    if _LINE.fullmatch(tag):
        return "\n"
    return " " if _CELL.fullmatch(tag) else ""


def _lines(text: str) -> list[str]:
    """Return the lines of a text, whitespace of all kinds made single spaces."""
    return [" ".join(line.split()) for line in text.splitlines()]


# Controls, halves of surrogate pairs, non-characters, and what is there to be invisible or to turn
# text around. The joiners U+200C and U+200D stay: scripts and emoji need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001fffe\U0001ffff\U000e0000\U000e0001\U0010fffe\U0010ffff]"
)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


# Putting combining marks in canonical order takes quadratic time in the length of their run (0.8 s
# for 32,000 of them); no writing needs more than a few on one letter.
_MARKS = 8
_LONG = 1_000  # characters of a line in which such a run is looked for
_CROWD = re.compile(rf"[^\w\s\x00-\x7f]{{{_MARKS + 1},}}")


def _composed(line: str) -> str:
    """Return a line in NFC."""
    if line.isascii():
        return line
    line = unicodedata.normalize("NFC", _thin(line) if len(line) > _LONG else line)
    return _thin(line) if len(line) > _LONG else line


def _thin(line: str) -> str:
    return _CROWD.sub(_fewer_marks, line)


def _fewer_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in found[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


# Numeric references of the characters that addresses are made of. Decoding them changes nothing
# of what a reader sees; WordPress writes addresses this way to hide them.
_CODED = re.compile(
    r"&(?:amp;)*(?:#0{0,8}(\d{2,3})|#x0{0,8}([0-9a-f]{2})|(commat)|(period));?", re.IGNORECASE
)


def _decoded(text: str) -> str:
    for _ in range(4):  # references made of references: no honest text has two layers
        if "&" not in text or (plainer := _CODED.sub(_character, text)) == text:
            return text
        text = plainer
    return _CODED.sub(lambda found: _replaced(found, "\ufffd"), text)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, at, _ = found.groups()
    if decimal or hexadecimal:
        character = chr(int(decimal) if decimal else int(hexadecimal, 16))
    else:
        character = "@" if at else "."
    is_ours = character.isascii() and (character.isalnum() or character in "@._+-%")
    return character if is_ours else found[0]


def _replaced(found: re.Match[str], by: str) -> str:
    return by if _character(found) != found[0] else found[0]


def _may_hold_address(text: str) -> bool:
    """Return whether any of the signs of an address is there: quicker than to look for one."""
    return (
        any(sign in text for sign in ("@", "%40", "%2540", "＠", "﹫"))
        or "arobase" in text.casefold()
        or _BRACKETED_AT.search(text) is not None
    )


_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LETTER = re.compile(r"\w")
_MAILTO = re.compile(r"\b(mailto:)\s?[^\s\"'<>?]++", re.IGNORECASE)
_BRACKETED_AT = re.compile(r"[(\[{<]\s?(?:at|à|@)\s?[)\]}>]", re.IGNORECASE)
# A run of characters is tried from its start only (the lookbehind) and never given back (`++`),
# and what follows the sign is bounded: linear time.
_ADDRESS = re.compile(
    r"""
    (?P<handle> (?<![\w.+-]) @ [\w.+-]{1,64} @ (?:[\w-]{1,63}\.){1,8} \w{2,24} )
    |
    (?: (?<![\w.+-]) [\w.+-]++ | "[^"\n]{1,64}" )
    (?: [@＠﹫] | %40 | %2540 | \s @ \s | \s arobase \s
      | \s? [(\[{<] \s? (?:at|à|arobase|@) \s? [)\]}>] \s? )
    (?: [\w-]{1,63} (?: [.．] | \s point \s
                      | \s? [(\[{<] \s? (?:dot|point|\.) \s? [)\]}>] \s? ) ){1,8}
    (?! (?:html?|php|aspx?|png|jpe?g|gif|webp|svg|pdf|js|css|json|xml)\b )
    (?: xn--[\w-]{1,59} | [^\W\d_]{2,24} )
    |
    (?<![\w.+-]) [\w.+-]++
    \s? (?: \( \s? (?:at|arobase) \s? \) | [\[{] \s? arobase \s? [\]}] ) \s? [\w-]{2,63}
    """,
    re.VERBOSE | re.IGNORECASE,
)
