"""Lists of subscriptions: OPML in (any dialect that listparser knows), OPML 2.0 out."""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import listparser
from lxml import etree, html

from veille.errors import FailureKind, ReadError
from veille.model import Source, SourceKind
from veille.sources.documents import MAX_BYTES, decoded, html_root
from veille.sources.entries import line
from veille.sources.links import web_link
from veille.text import storable


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription: a feed, the site it belongs to, and the paths of groups it stands in."""

    title: str
    url: str
    site: str = ""
    categories: tuple[tuple[str, ...], ...] = ()
    language: str = ""  # ISO 639-1

    @property
    def category(self) -> str:
        """The innermost group that it stands in first; empty when it stands in none."""
        return self.categories[0][-1] if self.categories else ""


@dataclass(frozen=True, slots=True)
class OpmlList:
    """What an OPML file holds: feeds, and the names of what is left out.

    `without_url` names each outline that is no feed and groups none.
    """

    feeds: tuple[Outline, ...]
    without_url: tuple[str, ...] = ()
    title: str = ""


def read_opml(data: bytes) -> OpmlList:
    """Return the subscriptions of an OPML file, malformed or not.

    Raises ReadError (subject `OPML`): EMPTY, TOO_LARGE, or NOT_A_FEED when it is no list.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(FailureKind.TOO_LARGE, "OPML", str(MAX_BYTES))
    if not data.strip():
        raise ReadError(FailureKind.EMPTY, "OPML")
    text = decoded(data)
    try:
        # As bytes, since a text that begins like an address would be fetched; marked as UTF-8.
        parsed, tree = listparser.parse(codecs.BOM_UTF8 + text.encode()), html_root(text)
    except (etree.XMLSyntaxError, IndexError, KeyError) as error:  # listparser on unbalanced tags
        raise ReadError(FailureKind.NOT_A_FEED, "OPML", type(error).__name__) from None
    nodes = list(tree.iter("outline")) if tree is not None else []
    by_feed = {_feed_of(node): node for node in reversed(nodes)}
    feeds = {item["url"]: outline for item in parsed.feeds if (outline := _outline(item, by_feed))}
    if not (parsed.version or nodes or feeds):
        raise ReadError(FailureKind.NOT_A_FEED, "OPML")
    left_out = [node for node in nodes if _is_left_out(node, feeds)]
    return OpmlList(
        tuple(feeds.values()),
        without_url=tuple(map(_name, left_out)),
        title=line(parsed.meta.get("title", "")),
    )


def write_opml(sources: Iterable[Source], *, title: str) -> bytes:
    """Return the sources as OPML 2.0, grouped by category.

    Only feeds get an `xmlUrl`, since other readers understand nothing else; the others keep the
    address of their site.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = storable(title)
    body = etree.SubElement(root, "body")
    ordered = sorted(sources, key=lambda source: source.category)
    for category, members in groupby(ordered, key=lambda source: source.category):
        group = etree.SubElement(body, "outline", text=storable(category)) if category else body
        for source in members:
            etree.SubElement(group, "outline", _attributes(source))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _attributes(source: Source) -> dict[str, str]:
    attributes = {"text": source.name, "title": source.name, "htmlUrl": source.url}
    if source.kind is SourceKind.FEED:
        attributes |= {"type": "rss", "xmlUrl": source.address}
    if source.languages:
        attributes["language"] = source.languages[0]
    return {name: storable(value) for name, value in attributes.items()}


def _outline(
    item: Any,  # noqa: ANN401 - what listparser gives
    by_feed: Mapping[str, html.HtmlElement],
) -> Outline | None:
    url = web_link("", item["url"].removeprefix("feed:"))
    if url is None:
        return None
    node = by_feed.get(item["url"])
    said = node.attrib if node is not None else {}
    language = re.match(r"[a-z]{2,3}(?![a-z])", said.get("language", "").strip().lower())
    return Outline(
        title=line(escape(item["title"])) or url,
        url=url,
        site=web_link("", said.get("htmlurl")) or "",
        categories=tuple(tuple(map(line, map(escape, path))) for path in item["categories"]),
        language=language[0] if language else "",
    )


def _feed_of(node: html.HtmlElement) -> str:
    return str(node.get("xmlurl", "")).strip()


def _name(node: html.HtmlElement) -> str:
    return line(escape(node.get("text") or node.get("title") or node.get("htmlurl") or "-"))


def _is_left_out(node: html.HtmlElement, feeds: Mapping[str, Outline]) -> bool:
    return node.find("outline") is None and _feed_of(node) not in feeds
