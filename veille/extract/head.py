"""What a page says of itself: `<meta>`, JSON-LD, `<link>`, `<html lang>`."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, TypeGuard
from urllib.parse import urljoin

from lxml.html import HtmlElement

from veille.errors import FetchError
from veille.text import line, redact
from veille.urls import canonical, identity, same_site

LONGEST_FACT = 500
"""Characters kept of a title or a name that a page gives."""

_TITLES = (
    *("dc:title", "dc.title", "dcterms.title", "citation_title", "og:title", "headline"),
    *("twitter:title", "title"),
)
_AUTHORS = ("dc:creator", "dc.creator", "dcterms.creator", "citation_author", "author", "byl")
_SITES = ("og:site_name", "citation_journal_title", "application-name", "dc.publisher")
_LANGUAGES = ("content-language", "language", "dc.language", "dcterms.language", "og:locale")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?=$|[-_,;\s])")
_ARTICLE = re.compile(r"(?:\w*article|\w*posting|report|review|pressrelease)", re.IGNORECASE)
_GATHERING = re.compile(r"collectionpage|searchresultspage", re.IGNORECASE)
_REMARK = re.compile(r"comment|\w*review|answer|\w*object|person|organization", re.IGNORECASE)
_NODES = 2_000  # objects looked at in a page's JSON-LD
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*$")
_SEPARATED = re.compile(r"(.+)\s+[|–—·•»>:-]\s+([^|–—·•»]+)")
Thing = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """What a page says of itself, read when asked for; what it does not say is empty or None."""

    tree: HtmlElement
    url: str

    @cached_property
    def meta(self) -> Mapping[str, list[str]]:
        """Contents of `<meta>` by name or property in lower case, in the order given."""
        found: dict[str, list[str]] = {}
        elements = [(element, element.get("content") or "") for element in self.tree.iter("meta")]
        for key in ("property", "itemprop", "name", "http-equiv"):
            for element, content in elements:
                for name in (element.get(key) or "").lower().split() if content else ():
                    found.setdefault(name, []).append(content)
        return found

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """The objects of the page's JSON-LD, outer ones first."""
        return tuple(
            thing
            for script in self.tree.iter("script")
            if "ld+json" in (script.get("type") or "").lower()
            for thing in _objects(script.text or "")
        )

    @cached_property
    def article(self) -> Thing | None:
        """The JSON-LD object that describes the page's article, if there is one.

        A listing may describe all articles that it lists: then only one that bears the page's own
        address counts.
        """
        articles = [thing for thing in self.things if _is_a(thing, _ARTICLE)]
        if len({str(thing.get("headline")) for thing in articles}) > 1:
            articles = [thing for thing in articles if self._is_own(thing)]
        return articles[0] if articles else None

    def _is_own(self, thing: Thing) -> bool:
        main = thing.get("mainEntityOfPage")
        links = (thing.get("url"), thing.get("@id"), main.get("@id") if _is_object(main) else main)
        for link in links:
            with suppress(FetchError, ValueError):
                if isinstance(link, str) and identity(urljoin(self.url, link)) == identity(
                    self.url
                ):
                    return True
        return False

    @property
    def is_gathering(self) -> bool:
        """Whether the page says that it gathers other pages."""
        return any(_is_a(thing, _GATHERING) for thing in self.things)

    @property
    def dated_things(self) -> Iterator[Thing]:
        """The JSON-LD objects that may say when the page was published: its article first."""
        if self.article:
            yield self.article
        for thing in self.things:
            if not _is_a(thing, _ARTICLE) and not _is_a(thing, _REMARK):
                yield thing

    def first(self, names: tuple[str, ...]) -> str:
        """Return the first content of these `<meta>`, as one line of text."""
        said = (_fact(self.meta[name][0]) for name in names if name in self.meta)
        return next(filter(None, said), "")

    @property
    def site(self) -> str:
        """The name of the site."""
        return self.first(_SITES) or _name((self.article or {}).get("publisher"))

    @property
    def author(self) -> str:
        """Who wrote the article; empty when that is but the site itself."""
        said = self.first(_AUTHORS)
        name = _name((self.article or {}).get("author")) if not said or "://" in said else said
        return "" if name.casefold() == self.site.casefold() else name

    @cached_property
    def title(self) -> str:
        """The page's title, without the site's name where that can be told.

        The longest of those that it gives itself which is also in its `<title>`; else the first.
        """
        named = next(filter(None, (_fact(one.text) for one in self.tree.iter("title"))), "")
        article = self.article or {}
        said = [
            *(_fact(self.meta[name][0]) for name in _TITLES if name in self.meta),
            *(_fact(article.get(name)) for name in ("headline", "name")),
        ]
        shown = [_fact(heading.text_content()) for heading in islice(self.tree.iter("h1"), 5)]
        parts = _SEPARATED.fullmatch(named)
        names = {"", self.site.casefold(), parts[2].casefold() if parts else ""}
        agreed = [
            title
            for title in (*said, *shown)
            if title.casefold() in named.casefold() and title.casefold() not in names
        ]
        shorter = parts[1] if parts and not any(said) else named
        title = max(agreed, key=len, default=next(filter(None, (*said, shorter, *shown)), ""))
        ends = _SEPARATED.fullmatch(title)
        return ends[1] if ends and ends[2].casefold() == self.site.casefold() else title

    @cached_property
    def language(self) -> str | None:
        """The two or three letters of the page's language."""
        return (
            _code(self.tree.get("lang"))
            or _code(self.tree.get("xml:lang"))
            or _code(self.first(_LANGUAGES))
        )

    @property
    def canonical(self) -> str | None:
        """The address that the page gives itself, canonical; None unless on the same site."""
        links = [
            element.get("href")
            for element in self.tree.iter("link")
            if "canonical" in (element.get("rel") or "").lower().split()
        ]
        for link in (*links, *self.meta.get("og:url", ())):
            try:
                address = canonical(urljoin(self.url, link or ""))
            except (FetchError, ValueError):
                continue
            if link and same_site(address, self.url):
                return address
        return None


def _objects(script: str) -> Iterator[Thing]:
    """Yield the objects of a JSON-LD text, and those inside them; none when it is no JSON."""
    try:
        waiting = deque([json.loads(_WRAPPED.sub("", script), strict=False)])
    except (ValueError, RecursionError):
        return
    for _ in range(_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node[:_NODES])


def _is_object(value: object) -> TypeGuard[Thing]:
    return isinstance(value, dict)


def _is_a(thing: Thing, kind: re.Pattern[str]) -> bool:
    types = thing.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and kind.fullmatch(name) for name in names)


def _name(whom: object) -> str:
    """Return the names of what JSON-LD gives as a text, an object, or a list of them."""
    if isinstance(whom, list):
        names = dict.fromkeys(filter(None, (_name(one) for one in whom[:20])))
        return ", ".join(names)[:LONGEST_FACT]
    if isinstance(whom, dict):
        return _fact(whom.get("name"))
    return "" if "://" in (name := _fact(whom)) else name


def _code(said: str | None) -> str | None:
    found = _LANGUAGE.match(said or "")
    return found[1].lower() if found else None


def _fact(value: object) -> str:
    """Return what a page says in an attribute or a script, as one line that is safe to keep."""
    if not isinstance(value, str):
        return ""
    return redact(line(value[: 4 * LONGEST_FACT]))[:LONGEST_FACT].rstrip()
