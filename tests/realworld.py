"""Hold the readers against ../shared/realworld: files nobody here wrote, with stated expectations.

By hand, `python tests/realworld.py` prints the table of cases, passed, and exceptions by reason.
The exceptions are in tests/data/realworld_exceptions.yaml, each with its reason.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from zoneinfo import ZoneInfo

import yaml
from realworld_origin import bare, stated_by_origin

from veille.errors import ReadError
from veille.model import Fetched, ListingRecipe, OaiRecipe, Reading, Source, SourceKind
from veille.sources.discovery import find_feeds
from veille.sources.opml import read_opml
from veille.sources.reading import read_source
from veille.urls import is_web

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "realworld"
EXCEPTIONS = Path(__file__).parent / "data" / "realworld_exceptions.yaml"
URL = "http://feed.example.org/folder/feed.xml"


@dataclass(frozen=True)
class Case:
    """One file of the corpus, with what the index states of it."""

    path: str
    expect_n: int | None
    stated: dict[str, Any]

    @property
    def family(self) -> str:
        family = self.path.split("/")[0]
        return "json feeds" if family == "feeds" and self.path.endswith(".json") else family

    @cached_property
    def bytes(self) -> bytes:
        return (CORPUS / self.path).read_bytes()

    def read(self, kind: SourceKind) -> Reading | str:
        """Return the reading, or the kind of ReadError it ends in. Nothing else may be raised."""
        source = Source(
            id="case", name="case", url=URL, kind=kind, oai=OaiRecipe(), listing=ListingRecipe("li")
        )
        fetched = Fetched(URL, URL, 200, {}, self.bytes, datetime(2026, 11, 21, tzinfo=UTC))
        try:
            return read_source(source, fetched, limit=2_000, zone=ZoneInfo("America/Toronto"))
        except ReadError as error:
            return str(error.kind)


@dataclass(frozen=True)
class Outcome:
    """One comparison of one case."""

    case: Case
    check: str
    found: object
    expected: object

    @property
    def passed(self) -> bool:
        return self.found == self.expected


def cases() -> list[Case]:
    """Return the cases for readers of sources; robots, URLs, pages and places are others'."""
    families = {"feeds", "opml", "oai", "sitemap", "discovery", "faults"}
    with (CORPUS / "index.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Case(
            row["path"],
            int(row["expect_n"]) if row["expect_n"] else None,
            json.loads(row["expect_json"] or "{}"),
        )
        for row in rows
        if row["path"].split("/")[0] in families
    ]


def outcomes(case: Case) -> Iterator[Outcome]:
    """Compare all that can be compared of a case."""
    check = {
        "feeds": _feed,
        "json feeds": _json_feed,
        "opml": _opml,
        "oai": _oai,
        "sitemap": _sitemap,
        "discovery": _discovery,
        "faults": _fault,
    }[case.family]
    for name, found, expected in check(case):
        yield Outcome(case, name, found, expected)


def exceptions() -> dict[tuple[str, str], str]:
    """Return the reason for each (check, path) that is known to differ."""
    listed = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))
    return {
        (check, path): group["reason"]
        for group in listed
        for check in group["checks"]
        for path in group["cases"]
    }


Compared = Iterator[tuple[str, object, object]]


def _feed(case: Case) -> Compared:
    reading, stated = case.read(SourceKind.FEED), case.stated
    if isinstance(reading, str):
        yield "entries", reading, case.expect_n
        return
    entries = reading.entries
    yield "entries", len(entries), case.expect_n
    yield "absolute links", all(is_web(entry.url) for entry in entries if entry.url), True
    yield "feed title", reading.title, bare(stated["feed_title"])
    for name, found, expected in stated_by_origin(stated.get("repo_expect", ""), reading):
        yield f"origin: {name}", found, expected
    if len(entries) != case.expect_n or not entries:
        return
    yield "first title", entries[0].title, bare(stated["first_title"])
    yield "first link", entries[0].url, _web(stated["first_link"])
    yield "without title", sum(not entry.title for entry in entries), stated["no_title"]
    yield "without link", sum(not entry.url for entry in entries), stated["no_link"]
    yield "dated", sum(entry.published is not None for entry in entries), stated["n_dated"]
    ids = [entry.guid for entry in entries if entry.guid]
    yield "repeated ids", len(ids) - len(set(ids)), stated["dup_ids"]


def _json_feed(case: Case) -> Compared:
    """Compare with the JSON itself: the index was made with a reader that knows no JSON Feed."""
    reading, items = case.read(SourceKind.FEED), json.loads(case.bytes).get("items", [])
    if isinstance(reading, str):
        yield "entries", reading, case.expect_n
        return
    yield "entries", len(reading.entries), case.expect_n
    links = [item.get("url") or item.get("external_url") for item in items]
    yield "links", [entry.url for entry in reading.entries], links
    titles = [bare(item.get("title", "")) for item in items]
    yield "titles", [entry.title for entry in reading.entries], titles
    dates = [item.get("date_published") for item in items]
    found = [entry.published and entry.published.at for entry in reading.entries]
    yield "dates", found, [date and datetime.fromisoformat(date) for date in dates]


def _opml(case: Case) -> Compared:
    try:
        yield "feeds", len(read_opml(case.bytes).feeds), case.expect_n
    except ReadError as error:
        yield "feeds", str(error.kind), case.expect_n


def _oai(case: Case) -> Compared:
    reading, stated = case.read(SourceKind.OAI), case.stated
    refusals = [code for code in stated.get("error", ()) if code != "noRecordsMatch"]
    if refusals or "n_records" not in stated:  # an error, or no XML at all
        yield "refused", reading, "recipe" if refusals else "not_a_feed"
        return
    if isinstance(reading, str):
        yield "records", reading, case.expect_n
        return
    listed = "ListRecords" in stated["verb"] or "GetRecord" in stated["verb"]
    deleted = stated["n_deleted"] if listed else 0
    yield "records", len(reading.entries), stated["n_records"] - deleted
    tokens = [dict(parse_qsl(urlsplit(url).query))["resumptionToken"] for url in reading.follow]
    yield "token", tokens, list(filter(None, [stated["resumption"]]))
    if reading.entries:
        yield "first title", reading.entries[0].title, bare(stated["first_title"])


def _sitemap(case: Case) -> Compared:
    reading, stated = case.read(SourceKind.SITEMAP), case.stated
    if isinstance(reading, str):
        yield "addresses", reading, case.expect_n
        return
    found = [entry.url for entry in reading.entries] or list(reading.follow)
    yield "addresses", len(found), case.expect_n
    yield "first", set(stated["first"]) <= set(found), True


def _discovery(case: Case) -> Compared:
    """Each page of the suite declares one feed, its own; and each feed reads as one."""
    name = Path(case.path)
    if name.suffix == ".xml":
        yield "feed", isinstance(case.read(SourceKind.FEED), Reading), True
    elif name.suffix == ".html":
        page = f"http://example.org/tests/{name.name}"
        found = [feed.url.rpartition("/")[2] for feed in find_feeds(case.bytes, page)]
        yield "found", found, [] if name.stem == "index" else [f"{name.stem}.xml"]


def _fault(case: Case) -> Compared:
    """Whatever it is read as, it ends as a reading or as a named error."""
    for kind in SourceKind:
        yield f"read as {kind}", isinstance(case.read(kind), Reading | str), True
    yield "feeds found", isinstance(find_feeds(case.bytes, URL), tuple), True
    yield "opml", [name for name, _, _ in _opml(case)], ["feeds"]


def _web(link: str) -> str | None:
    url = urljoin(URL, link.strip()) if link else ""
    return url if is_web(url) else None


def table() -> str:
    """Return cases, passed, and exceptions by reason, in Markdown."""
    known, lines = exceptions(), ["| family | cases | comparisons | passed | excepted | failed |"]
    lines.append("|---|--:|--:|--:|--:|--:|")
    reasons: Counter[str] = Counter()
    found = [(case.family, outcome) for case in cases() for outcome in outcomes(case)]
    for family in dict.fromkeys(family for family, _ in found):
        mine = [outcome for name, outcome in found if name == family]
        missed = [one for one in mine if not one.passed]
        listed = [one for one in missed if (one.check, one.case.path) in known]
        reasons.update(known[one.check, one.case.path] for one in listed)
        row = (
            len({one.case.path for one in mine}),
            len(mine),
            len(mine) - len(missed),
            len(listed),
        )
        lines.append(f"| {family} | {' | '.join(map(str, row))} | {len(missed) - len(listed)} |")
    origin = {one.case.path for _, one in found if one.check.startswith("origin")}
    stated = sum("repo_expect" in case.stated for case in cases())
    lines += [
        "",
        f"{stated} files carry an assertion of their origin's; {len(origin)} of these state"
        " a title, link, text, author, tag, language or date, and are compared (the others"
        " state a validator's verdict, or what no Entry holds: boxes, bases, codings).",
    ]
    lines += ["", "| exceptions | reason |", "|--:|---|"]
    lines += [f"| {count} | {reason} |" for reason, count in reasons.most_common()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
