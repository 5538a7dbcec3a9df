"""Search over the team's snapshot, what was decided since laid over it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

import pyarrow as pa
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.decisions import UNDECIDED, Decided, Standing, laid_over
from veille.digest.view import section_name
from veille.errors import UsageError
from veille.i18n import _, language
from veille.staff.accounts import Account, Role
from veille.store.catalogue import OPEN, TEAM, Catalogue, Found, kept
from veille.store.catalogue import notices as catalogue_notices
from veille.store.catalogue.formats import as_csv
from veille.store.catalogue.overlay import Overlay
from veille.store.catalogue.whole import glances
from veille.store.desk import Desk
from veille.store.desk.laying import decided_items, decided_since
from veille.syndication.references import references
from veille.web.pages import chosen_language, language_name, links
from veille.web.routes import shown
from veille.web.site import Site, SiteHere
from veille.web.staff.library.searching import FACETS, LAST_PAGE, PAGE, Asked, read
from veille.web.staff.shell import HEADERS, allowed, staff_page

router = APIRouter(include_in_schema=False)

EXPORTS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
}
"""The forms in which a result is taken away, with their types."""

MOST_EXPORTED: Final = 1_000
_MOST_VALUES = 12  # of one facet, offered; one can always narrow by another first
_NEAR = 5
_BEGINNING = 240


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found, as it stands with what people decided."""

    item_id: str
    title: str
    url: str
    source_id: str
    source: str
    day: date
    language: str | None
    beginning: str
    standing: Standing
    story_id: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many items have it, and where choosing it (or not) leads."""

    label: str
    count: int
    path: str
    is_chosen: bool


@shown(router, "/search")
def search(
    request: Request, site: SiteHere, who: Annotated[Account, Depends(allowed(Role.READER))]
) -> Response:
    """Show what answers, page by page."""
    asked = read(request.query_params.multi_items())
    given: dict[str, Any] = {"found": None, "wrong": ""}
    with site.desk() as desk:
        near = desk.links.home_of(who.handle) if asked.near is None else asked.near
        names = site.regions(language())
        given |= {"asked": asked, "near": near if near in names else ""}
        if kept(site.workspace.catalogue, TEAM):
            with site.catalogue() as catalogue:
                try:
                    given |= _answered(request, site, catalogue, desk, asked, given["near"])
                except UsageError as error:
                    given |= _nothing(catalogue, error)
    return staff_page(
        request,
        site,
        who,
        "search",
        here=asked.path(),
        to=partial(_address, request, site),
        names=names,
        regions=_places(names),
        exports=EXPORTS,
        most_exported=MOST_EXPORTED,
        **given,
    )


@shown(router, "/search/result.{form}")
def export(
    request: Request,
    site: SiteHere,
    form: str,
    who: Annotated[Account, Depends(allowed(Role.READER))],
) -> Response:
    """Give what answers as a file: of the items found, what their sources let pass on."""
    if form not in EXPORTS:
        raise HTTPException(404)
    asked = read(request.query_params.multi_items())
    with site.desk() as desk, site.catalogue() as catalogue:
        laid = overlay(desk, catalogue, asked)
        try:
            found = catalogue.search(asked.words, asked.filters, limit=MOST_EXPORTED, laid=laid)
        except UsageError:
            raise HTTPException(400) from None
    with Catalogue(site.workspace.catalogue, OPEN) as told_by:
        content = _written(told_by, found, form)
    name = f"veille-{found.snapshot}.{form}"
    told = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, told, EXPORTS[form])


def overlay(desk: Desk, catalogue: Catalogue, asked: Asked | None = None) -> Overlay:
    """Return what is to be laid over a snapshot when it is searched."""
    [row] = catalogue.rows("SELECT published_at FROM snapshot")
    wanted = asked is not None and asked.decided is not None
    since = decided_since(desk, row["published_at"])
    return Overlay(since, decided_items(desk) if wanted else ())


def _answered(
    request: Request, site: Site, catalogue: Catalogue, desk: Desk, asked: Asked, near: str
) -> dict[str, Any]:
    laid = overlay(desk, catalogue, asked)
    found = catalogue.search(
        asked.words, asked.filters, limit=PAGE, offset=PAGE * (asked.page - 1), laid=laid
    )
    counted = catalogue.facets(asked.words, asked.filters, laid=laid)
    names = _names(site, catalogue)
    return {
        "found": found,
        "hits": _hits(catalogue, desk, found),
        "nearby": _nearby(catalogue, desk, asked, near, laid),
        "facets": _facets(request, site, asked, counted, names),
        "chips": _chips(request, site, asked, names),
        "last_page": min(-(-found.total // PAGE), LAST_PAGE),
    }


def _nothing(catalogue: Catalogue, error: UsageError) -> dict[str, Any]:
    """Say what is wrong with a search that asks for nothing."""
    return {
        "wrong": str(error),
        "found": Found(catalogue.snapshot, 0),
        "hits": [],
        "nearby": None,
        "facets": {},
        "chips": [],
        "last_page": 0,
    }


def _nearby(
    catalogue: Catalogue, desk: Desk, asked: Asked, near: str, laid: Overlay
) -> tuple[int, list[Hit]] | None:
    """Return what answers of one's own region, on the first page of a search of all of them."""
    if not near or asked.page > 1 or asked.chosen.get("region"):
        return None
    own = asked.of_place(near)
    found = catalogue.search(own.words, own.filters, limit=_NEAR, laid=laid)
    return found.total, _hits(catalogue, desk, found, chars=0)


def _hits(catalogue: Catalogue, desk: Desk, found: Found, *, chars: int = _BEGINNING) -> list[Hit]:
    ids = [row["item_id"] for row in found.items]
    told = glances(catalogue, ids, chars=chars)
    decided = desk.decisions.current(ids)
    return [
        Hit(
            item_id=row["item_id"],
            title=row["title"],
            url=row["url"],
            source_id=row["source_id"],
            source=row["source"],
            day=row["published_on"],
            language=row["language"],
            beginning=_cut(told[row["item_id"]].beginning),
            standing=standing(row["relevant"], told[row["item_id"]], decided.get(row["item_id"])),
            story_id=row["story_id"],
        )
        for row in found.items
    ]


def standing(relevant: bool, tagged: Any, decided: Decided | None) -> Standing:  # noqa: ANN401
    """Lay what is decided of an item over the tags (`domains`, `regions`) that it has."""
    return laid_over(relevant, tagged.domains, tagged.regions, decided or UNDECIDED)


def _cut(text: str) -> str:
    """Return a beginning that ends with a word."""
    told = " ".join(text.split())
    return told if len(text) < _BEGINNING else f"{told.rpartition(' ')[0] or told} …"


def _names(site: Site, catalogue: Catalogue) -> dict[str, Mapping[str, str]]:
    sources = catalogue.rows("SELECT source_id AS id, name FROM sources")
    return {
        "region": site.regions(language()),
        "source": {row["id"]: row["name"] for row in sources},
        "type": catalogue_notices.named(catalogue, "type"),
        "theme": catalogue_notices.named(catalogue, "theme"),
    }


def _label(facet: str, value: str, names: Mapping[str, Mapping[str, str]]) -> str:
    if facet == "domain":
        return section_name(value)
    if facet == "language":
        return language_name(value) if value.isalpha() and len(value) == 2 else value
    return names[facet].get(value, value)


def _facets(
    request: Request,
    site: Site,
    asked: Asked,
    counted: Mapping[str, Sequence[tuple[str, int]]],
    names: Mapping[str, Mapping[str, str]],
) -> dict[str, list[Choice]]:
    titles = {
        "domain": _("Domain"),
        "region": _("Region"),
        "source": _("Source"),
        "language": _("Language"),
        "type": _("Kind of document"),
        "theme": _("Theme"),
    }
    offered = {
        titles[facet]: [
            Choice(
                _label(facet, value, names),
                count,
                _address(request, site, asked.toggled(facet, value)),
                asked.has(facet, value),
            )
            for value, count in counted[FACETS[facet]][:_MOST_VALUES]
        ]
        for facet in FACETS
    }
    return {title: choices for title, choices in offered.items() if choices}


def _chips(
    request: Request, site: Site, asked: Asked, names: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Return what a search is narrowed to, in words, and where it is without that."""
    chips = [
        (_label(facet, value, names), asked.toggled(facet, value))
        for facet, values in asked.chosen.items()
        for value in values
    ]
    if asked.since or asked.until:
        chips.append((_days(asked.since, asked.until), asked.undated()))
    if asked.decided is not None:
        told = _("decided") if asked.decided else _("not decided yet")
        chips.append((told, asked.of_any_state()))
    return [(label, _address(request, site, without)) for label, without in chips]


def _days(since: date | None, until: date | None) -> str:
    if since and until:
        return _("{since} to {until}").format(since=since, until=until)
    if since:
        return _("since {day}").format(day=since)
    return _("until {day}").format(day=until)


def _address(request: Request, site: Site, asked: Asked, path: str = "/search") -> str:
    address = links(request, site).file(asked.path(path))
    if lang := chosen_language(request.query_params.get("lang")):
        return f"{address}{'&' if '?' in address else '?'}lang={lang}"
    return address


def _places(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the regions of Québec, by name."""
    return [(code, name) for code, name in names.items() if code.startswith("QC-")]


def _written(told_by: Catalogue, found: Found, form: str) -> bytes:
    ids = [row["item_id"] for row in found.items]
    if form in ("ris", "bib"):
        held = {row["article_id"] for row in catalogue_notices.articles(told_by, ids)}
        shown = Found(found.snapshot, 0, [r for r in found.items if r["item_id"] in held])
        return references(told_by, shown, {"bib": "bibtex"}.get(form, form))
    rows = catalogue_notices.articles(told_by, ids)
    if form == "json":
        told = {"instantane": found.snapshot, "articles": rows}
        return json.dumps(told, default=str, ensure_ascii=False, indent=1).encode() + b"\n"
    columns = catalogue_notices.columns(told_by, "articles")
    return as_csv(pa.table({name: [row[name] for row in rows] for name in columns}))
