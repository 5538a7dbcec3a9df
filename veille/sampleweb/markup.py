"""The light Markdown of the sample texts, as HTML and as plain text.

Paragraphs are separated by blank lines; `## ` opens a heading, `- ` a list item, `> ` a quotation;
`**bold**`, `*emphasis*` and `[words](address)` work inside them. Nothing more is needed here.
"""

import re

from markupsafe import Markup, escape

_BLANKS = re.compile(r"\n[ \t]*\n")
_INLINE = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*(.+?)\*"), r"<em>\1</em>"),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)"), r'<a href="\2">\1</a>'),
)


def to_html(text: str) -> Markup:
    """`text` as a run of HTML blocks."""
    return Markup("\n").join(_block(block) for block in _BLANKS.split(text.strip()))


def to_text(text: str) -> str:
    """`text` without its marks, one line a paragraph."""
    blocks = (_one_line(block) for block in _BLANKS.split(text.strip()))
    bare = (re.sub(r"^(## |> |- )", "", block).replace("*", "") for block in blocks)
    return "\n".join(re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", block) for block in bare)


def _block(block: str) -> Markup:
    if block.startswith("- "):
        items = (_inline(item) for item in re.split(r"\n?^- ", block, flags=re.M) if item)
        return Markup("<ul>%s</ul>") % Markup("").join(Markup("<li>%s</li>") % i for i in items)
    if block.startswith("## "):
        return Markup("<h2>%s</h2>") % _inline(block[3:])
    if block.startswith("> "):
        return Markup("<blockquote><p>%s</p></blockquote>") % _inline(
            re.sub(r"^> ?", "", block, flags=re.M)
        )
    return Markup("<p>%s</p>") % _inline(block)


def _inline(text: str) -> Markup:
    html = str(escape(_one_line(text)))
    for pattern, shape in _INLINE:
        html = pattern.sub(shape, html)
    return Markup(html)


def _one_line(text: str) -> str:
    """`text` with its line ends made spaces; non-breaking spaces stay (`str.split` eats them)."""
    return re.sub(r"[ \t\n]+", " ", text)
