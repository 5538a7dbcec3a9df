"""The rules by which the W3C's feed validator calls a feed valid, those that can matter to ours.

That validator is not packaged for Python 3 anywhere; these are its documented errors, and the
warnings that we care for, checked on the parsed document. Each function returns faults in words.
"""

import json
import re
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

from lxml import etree

ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
URI = re.compile(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.IGNORECASE)
URN = re.compile(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SAFE_TAGS = {"p", "blockquote", "ul", "li", "a"}
CHANNEL = {"title", "link", "description", "language", "lastBuildDate", f"{ATOM}link", "item"}
ITEM = {"title", "link", "description", f"{DC}creator", "pubDate", "guid", "category"}


def rss_faults(body: bytes, now: datetime) -> list[str]:
    root = etree.fromstring(body)
    if (
        root.tag != "rss"
        or root.get("version") != "2.0"
        or [one.tag for one in root] != ["channel"]
    ):
        return ["not RSS 2.0 with one channel"]
    [channel] = root
    found = _once(channel, {"title", "link", "description"}, CHANNEL, {"item"})
    found += _uri(channel.findtext("link"))
    found += _rfc822(channel.findtext("lastBuildDate"), now)
    found += _language(channel.findtext("language"))
    for link in channel.iter(f"{ATOM}link"):
        found += [] if link.get("rel") == "self" else ["a link that is not self"]
        found += _uri(link.get("href"))
    for item in channel.iter("item"):
        found += _once(item, {"title", "link", "guid"}, ITEM, {"category"})
        found += _uri(item.findtext("link"))
        found += _rfc822(item.findtext("pubDate"), now)
        found += _markup(item.findtext("description") or "")
        if item.find("guid").get("isPermaLink") != "false":
            found += ["a guid that says it is an address"]
    found += _unique([guid.text for guid in channel.iter("guid")])
    return found


def atom_faults(body: bytes, now: datetime) -> list[str]:
    root = etree.fromstring(body)
    if root.tag != f"{ATOM}feed":
        return ["not Atom 1.0"]
    required = {f"{ATOM}{name}" for name in ("id", "title", "updated")}
    known = required | {f"{ATOM}{name}" for name in ("link", "author", "subtitle", "entry")}
    found = _once(root, required, known, {f"{ATOM}link", f"{ATOM}entry"})
    found += _language(root.get(XML_LANG))
    known = required | {
        f"{ATOM}{name}" for name in ("link", "author", "summary", "category", "published")
    }
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        found += _once(entry, required, known, {f"{ATOM}category"})
        found += _markup(entry.findtext(f"{ATOM}summary") or "")
        found += [] if entry.find(f"{ATOM}link").get("rel") == "alternate" else ["no alternate"]
        found += _language(entry.get(XML_LANG, "fr"))
        found += [] if all(one.get("term") for one in entry.iter(f"{ATOM}category")) else ["term"]
        found += [] if entry.find(f"{ATOM}summary").get("type") == "html" else ["type"]
    for name in root.iter(f"{ATOM}name"):
        found += [] if (name.text or "").strip() else ["an author without a name"]
    for link in root.iter(f"{ATOM}link"):
        found += _uri(link.get("href"))
    for date in [*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")]:
        found += _rfc3339(date.text, now)
    for id_ in root.iter(f"{ATOM}id"):
        found += [] if URN.fullmatch(id_.text or "") else [f"id {id_.text}"]
    return found + _unique([entry.findtext(f"{ATOM}id") for entry in entries])


def json_faults(body: bytes, now: datetime) -> list[str]:
    """Return the faults of a JSON Feed 1.1, by its own specification."""
    feed = json.loads(body)
    found = [] if feed["version"] == "https://jsonfeed.org/version/1.1" else ["version"]
    found += [] if feed["title"] and isinstance(feed["items"], list) else ["title or items"]
    for name in ("home_page_url", "feed_url"):
        found += _uri(feed[name]) if name in feed else []
    for item in feed["items"]:
        found += [] if URN.fullmatch(item["id"]) else ["id"]
        found += _markup(item["content_html"])
        found += _rfc3339(item["date_published"], now) + _rfc3339(item["date_modified"], now)
        found += [] if all(isinstance(tag, str) for tag in item.get("tags", [])) else ["tags"]
        found += [] if all(value for value in item.values()) else ["something empty"]
    return found + _unique([item["id"] for item in feed["items"]])


def _once(element, required, known, repeated) -> list[str]:
    counted = Counter(child.tag for child in element)
    missing = [f"no {tag}" for tag in required if not (element.findtext(tag) or "").strip()]
    twice = [f"{tag} twice" for tag, n in counted.items() if n > 1 and tag not in repeated]
    return missing + twice + [f"unknown {tag}" for tag in counted if tag not in known]


def _unique(ids) -> list[str]:
    return [] if len(set(ids)) == len(ids) else ["an identifier twice"]


def _uri(text) -> list[str]:
    return [] if URI.fullmatch(text or "") else [f"address {text!r}"]


def _language(text) -> list[str]:
    return [] if LANGUAGE.fullmatch(text or "") else [f"language {text!r}"]


def _rfc822(text, now) -> list[str]:
    if not re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", text or ""):
        return [f"date {text!r}"]
    return [] if parsedate_to_datetime(text) <= now else [f"in the future: {text}"]


def _rfc3339(text, now) -> list[str]:
    if not RFC3339.fullmatch(text or ""):
        return [f"date {text!r}"]
    return [] if datetime.fromisoformat(text) <= now else [f"in the future: {text}"]


class _Markup(HTMLParser):
    """Collects what an HTML fragment should not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag not in SAFE_TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            if (tag, name) != ("a", "href") or not re.match("https?://", value or "", re.I):
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}>")


def _markup(html: str) -> list[str]:
    parser = _Markup()
    parser.feed(html)
    parser.close()
    return parser.found + [f"<{tag}> left open" for tag in parser.open]
