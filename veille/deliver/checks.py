"""What is looked at before an issue goes: each finding a value. Pure, but for the links asked.

A `fault` keeps the issue from going; a `remark` is for a person to weigh.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from lxml import html

from veille.deliver.message import with_link
from veille.deliver.signing import unsigned_fields
from veille.errors import FailureKind, FetchError
from veille.folding import fold
from veille.i18n import _
from veille.model import Request
from veille.model.bulletin import PERSONAL_LINK, Masthead, RenderedMail
from veille.ports import Fetcher

HEAVIEST = 100_000
"""Bytes of HTML; the most used reader cuts a message off at 102 kB (Gmail, 2026)."""

_NEARLY = 0.9
_GONE = frozenset({FailureKind.MISSING, FailureKind.GONE})
_NO_NETWORK = frozenset({FailureKind.OFFLINE, FailureKind.TIMEOUT, FailureKind.REFUSED_CONNECTION})
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in a sentence; a fault keeps the issue from going."""

    fault: bool
    told: str


def check_mail(mail: RenderedMail, masthead: Masthead) -> list[Finding]:
    """Return what is wrong with one rendered edition."""
    return [*_footer(mail, masthead), *_links_of_one(mail), *_shape(mail)]


def check_signature(message: bytes) -> list[Finding]:
    """Return what is wrong with a message's signature."""
    if b"\ndkim-signature:" not in b"\n" + message.partition(b"\r\n\r\n")[0].lower():
        return [Finding(False, _("Messages are not signed here (deliver.dkim.selector)."))]
    return [
        Finding(True, _("The signature does not cover the field {name}.").format(name=name))
        for name in unsigned_fields(message)
    ]


def check_names(texts: Iterable[str], names: Collection[str]) -> list[Finding]:
    """Return the names of regions that people wrote nearly as they are spelt."""
    known = {" ".join(_words(name)): name for name in names if len(name) > 4}
    plain = frozenset(chain.from_iterable(key.split() for key in known))
    found: dict[str, str] = {}
    for text in texts:
        for written in _candidates(text, {len(key.split()) for key in known}):
            meant = _meant(written, known, plain)
            if meant and meant.casefold() not in written.casefold():
                found[written] = meant
    return [
        Finding(False, _("« {written} »: is it {meant}?").format(written=written, meant=meant))
        for written, meant in found.items()
    ]


def check_links(urls: Sequence[str], fetcher: Fetcher) -> list[Finding]:
    """Return the links that lead nowhere any more; what refuses robots says nothing."""
    dead, unreached = [], 0
    for url in urls:
        try:
            fetcher.get(Request(url))
        except FetchError as error:
            if error.kind in _GONE:
                told = _("{url} leads nowhere ({status}).")
                dead.append(Finding(False, told.format(url=url, status=error.status)))
            unreached += error.kind in _NO_NETWORK
    if urls and unreached == len(urls):
        return [Finding(False, _("The network cannot be reached: links were not checked."))]
    return dead


def links_of(mail: RenderedMail) -> list[str]:
    """Return the web addresses in an edition, each once, the personal one apart."""
    found = (one.get("href", "") for one in html.fromstring(mail.html).iter("a"))
    urls = (url for url in found if url.startswith(("http://", "https://")))
    return list(dict.fromkeys(url for url in urls if not url.startswith(PERSONAL_LINK)))


def _footer(mail: RenderedMail, masthead: Masthead) -> Iterable[Finding]:
    """The law wants name, postal address, a way to reach the sender, a way to leave."""
    required = {
        "organisation": masthead.organisation,
        "postal_address": masthead.postal_address,
        "contact": masthead.contact,
    }
    shown = " ".join(map(str, html.fromstring(mail.html).itertext()))
    bodies = {"HTML": _plain(shown), "text": _plain(mail.text)}
    for name, value in required.items():
        if not value:
            told = _("deliver.{name} is empty; the law asks for it.")
            yield Finding(True, told.format(name=name))
        for body, text in bodies.items():
            if value and _plain(value) not in text:
                yield Finding(
                    True,
                    _("The foot of the message ({body}) lacks deliver.{name}.").format(
                        body=body, name=name
                    ),
                )


def _links_of_one(mail: RenderedMail) -> Iterable[Finding]:
    put_in = "https://own.invalid/"
    plain, markup = with_link(mail, put_in)
    for body, text in (("HTML", markup), ("text", plain)):
        if put_in not in text:
            yield Finding(True, _("There is no way to leave in the {body}.").format(body=body))
        if re.search(r"\{\{|\{%", text):
            told = _("Something of the template is left in the {body}.").format(body=body)
            yield Finding(True, told)


def _shape(mail: RenderedMail) -> Iterable[Finding]:
    weight = len(mail.html.encode())
    if weight > HEAVIEST:
        yield Finding(
            True,
            _("The HTML weighs {n} bytes, more than {most}: readers would see it cut off.").format(
                n=weight, most=HEAVIEST
            ),
        )
    if not mail.text.strip():
        yield Finding(True, _("There is no plain text."))
    tree = html.fromstring(mail.html)
    if not tree.get("lang"):
        yield Finding(True, _("The HTML does not say its language."))
    for image in tree.iter("img"):
        if image.get("alt") is None:
            told = _("The image {url} has no text in its place.")
            yield Finding(True, told.format(url=image.get("src", "")))


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _candidates(text: str, sizes: Iterable[int]) -> Iterable[str]:
    """Yield the runs of so many words that begin with a capital, as they are written."""
    words = list(_WORD.finditer(text))
    for size in sizes:
        for first in range(len(words) - size + 1):
            start, end = words[first].start(), words[first + size - 1].end()
            if text[start].isupper() and "\n" not in text[start:end]:
                yield text[start:end]


def _meant(written: str, known: dict[str, str], plain: Collection[str]) -> str | None:
    """Return the name that was meant, if it is not the one written."""
    words = " ".join(_words(written))
    if words in known:
        return known[words]
    if len(words) < 7 or (" " not in words and words in plain):
        return None
    scores = {name: SequenceMatcher(None, words, name).ratio() for name in known}
    best = max(scores, key=scores.__getitem__)
    return known[best] if scores[best] >= _NEARLY and words[0] == best[0] else None
