"""Records in Dublin Core by OAI-PMH 2.0.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from veille.errors import FailureKind
from veille.model import Dated, DateOrigin, Entry, OaiRecipe, Reading, Source
from veille.sources.documents import Document, is_cut_off, local_name, xml_root
from veille.sources.entries import Calendar, language_code, make_entry, newest_first

_ARGUMENTS = {"verb", "metadataPrefix", "set", "from", "until", "resumptionToken", "identifier"}
_DC = "{http://purl.org/dc/elements/1.1/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DOI = re.compile(r"(?:doi:|/doi/|https?://(?:dx\.)?doi\.org/)?\s*(10\.\d{4,9}/\S+)", re.I)
_FILE = re.compile(r"\.(?:pdf|docx?|odt|epub|zip|xml|jpe?g|png)$|/(?:document|download)\b", re.I)


def first_request(source: Source, since: datetime | None = None) -> str:
    """Return the address that starts a harvest, of what changed on or after the day of `since`."""
    recipe = source.oai or OaiRecipe()
    arguments = {"verb": "ListRecords", "metadataPrefix": recipe.prefix}
    if recipe.set:
        arguments["set"] = recipe.set
    if since:  # a day: not every repository knows seconds
        arguments["from"] = since.astimezone(UTC).date().isoformat()
    return _address(source, arguments)


def read_oai(source: Source, document: Document, *, limit: int, calendar: Calendar) -> Reading:
    """Return one page of records, deleted ones left out, and in `follow` the address of the next.

    A harvest that finds nothing is empty, not failed. Raises ReadError: RECIPE when the repository
    refuses the request (`detail` is its error code), NOT_A_FEED when this is no OAI-PMH, MALFORMED
    when nothing can be read of it.
    """
    root, well_formed = xml_root(document)
    if root is None or document.is_html:
        raise document.fault(FailureKind.NOT_A_FEED)
    if local_name(root) != "OAI-PMH":
        raise document.fault(FailureKind.NOT_A_FEED, local_name(root))
    refusals = [error.get("code", "") for error in root.iterchildren("{*}error")]
    if refusals and refusals != ["noRecordsMatch"]:
        raise document.fault(FailureKind.RECIPE, ", ".join(refusals))
    records = list(root.iter("{*}record"))
    if not well_formed and is_cut_off(document, items="record", roots="OAI-PMH|ListRecords"):
        records = records[:-1]
    entries = list(_entries(source, records, document.url, calendar))
    token = (root.findtext(".//{*}resumptionToken") or "").strip()
    request = {"verb": "ListRecords", "resumptionToken": token}
    return Reading(
        newest_first(entries, limit),
        follow=(_address(source, request),) if token else (),
        flaw=None if well_formed else FailureKind.MALFORMED,
    )


def _address(source: Source, arguments: dict[str, str]) -> str:
    parts = urlsplit(source.address)
    own = [(key, value) for key, value in parse_qsl(parts.query) if key not in _ARGUMENTS]
    return urlunsplit(parts._replace(query=urlencode([*own, *arguments.items()]), fragment=""))


def _entries(
    source: Source, records: Iterable[etree._Element], base: str, calendar: Calendar
) -> Iterator[Entry]:
    for record in records:
        header = record.find("{*}header")
        if header is None or header.get("status") == "deleted":
            continue
        yield make_entry(
            base=base,
            link=_best_link(record),
            title=_preferred(record, "title", source.languages),
            guid=header.findtext("{*}identifier"),
            summary=_preferred(record, "description", source.languages),
            author="; ".join(dict.fromkeys(_values(record, "creator"))),
            published=_date(record, header, calendar),
            language=next(filter(language_code, _values(record, "language")), None),
            tags=_values(record, "subject"),
        )


def _values(record: etree._Element, name: str) -> Iterator[str]:
    for element in record.iter(_DC + name):
        if text := " ".join(_text(element).split()):
            yield text


def _preferred(record: etree._Element, name: str, languages: tuple[str, ...]) -> str:
    """Return the value in the first of the source's languages that is there, else the first."""
    by_language: dict[str | None, str] = {}
    for element in record.iter(_DC + name):
        if text := _text(element).strip():
            by_language.setdefault(language_code(element.get(_LANG)), text)
    for language in languages:
        if language in by_language:
            return by_language[language]
    return next(iter(by_language.values()), "")


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _best_link(record: etree._Element) -> str | None:
    """Return the record's page rather than its files, else its DOI, else what it relates to."""
    named = list(_values(record, "identifier"))
    pages = [value for value in named if re.match("https?://", value, re.I)]
    for page in pages:
        if not _FILE.search(page):
            return page
    for value in named + list(_values(record, "relation")):
        if doi := _DOI.search(value):
            return f"https://doi.org/{doi[1]}"
    related = (value for value in _values(record, "relation") if re.match("https?://", value, re.I))
    return next(iter(pages), None) or next(related, None)


def _date(record: etree._Element, header: etree._Element, calendar: Calendar) -> Dated | None:
    """Return the earliest of the most detailed dates; the record's own change is but a guess."""
    dates = [(words, calendar.read(words)) for words in _values(record, "date")]
    known = [(-len(words[:10]), dated.at, dated) for words, dated in dates if dated]
    if known:
        return min(known, key=lambda one: one[:2])[2]
    return calendar.read(header.findtext("{*}datestamp"), DateOrigin.GUESS)
