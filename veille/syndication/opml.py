"""Lists of feeds as OPML 2.0: the sources of an edition by domain, the feeds that it gives."""

from collections.abc import Iterable, Mapping

from lxml import etree

from veille.sources.opml import Outline
from veille.text import tidy


def opml(title: str, groups: Mapping[str, Iterable[Outline]]) -> bytes:
    """Return these lists of feeds, each under its name; under no name they stand by themselves."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = tidy(title)
    body = etree.SubElement(root, "body")
    for name, outlines in groups.items():
        told = [_attributes(outline) for outline in outlines]
        place = etree.SubElement(body, "outline", text=tidy(name)) if name and told else body
        for attributes in told:
            etree.SubElement(place, "outline", attributes)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _attributes(outline: Outline) -> dict[str, str]:
    told = {
        "type": "rss",
        "text": outline.title,
        "title": outline.title,
        "xmlUrl": outline.url,
        "htmlUrl": outline.site,
        "language": outline.language,
    }
    return {name: tidy(value) for name, value in told.items() if value}
