"""Search over the team's snapshot, what was decided since laid over it."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pyarrow as pa
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.errors import UsageError
from veille.i18n import language
from veille.staff.accounts import Account
from veille.store.catalogue import OPEN, TEAM, Catalogue, Found, kept
from veille.store.catalogue import notices as catalogue_notices
from veille.store.catalogue.formats import as_csv
from veille.store.catalogue.overlay import Overlay
from veille.store.desk import Desk
from veille.syndication.references import references
from veille.web.pages import chosen_language, links
from veille.web.routes import shown
from veille.web.site import Site, SiteHere
from veille.web.staff.library.hits import BEGINNING, Hit, hits_of
from veille.web.staff.library.narrowing import chips, choices
from veille.web.staff.library.searching import LAST_PAGE, PAGE, Asked, read
from veille.web.staff.shell import HEADERS, Reader, staff_page

router = APIRouter(include_in_schema=False)

EXPORTS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
}
"""The forms in which a result is taken away, with their types."""

MOST_EXPORTED: Final = 1_000
_NEAR = 5

_Hits = Callable[..., list[Hit]]


@shown(router, "/search")
def search(request: Request, site: SiteHere, who: Reader) -> Response:
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
                    given |= _answered(request, site, catalogue, desk, who, asked, given["near"])
                except UsageError as error:
                    given |= _nothing(catalogue, error)
    return staff_page(
        request,
        site,
        who,
        "library/search",
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
    who: Reader,
) -> Response:
    """Give what answers as a file: of the items found, what their sources let pass on."""
    if form not in EXPORTS:
        raise HTTPException(404)
    asked = read(request.query_params.multi_items())
    with site.desk() as desk, site.catalogue() as catalogue:
        laid = _laid(site, desk, catalogue, asked)
        try:
            found = catalogue.search(asked.words, asked.filters, limit=MOST_EXPORTED, laid=laid)
        except UsageError:
            raise HTTPException(400) from None
    with site.catalogue(OPEN) as told_by:
        content = _written(told_by, found, form)
    name = f"veille-{found.snapshot}.{form}"
    told = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, told, EXPORTS[form])


def _answered(
    request: Request,
    site: Site,
    catalogue: Catalogue,
    desk: Desk,
    who: Account,
    asked: Asked,
    near: str,
) -> dict[str, Any]:
    laid = _laid(site, desk, catalogue, asked)
    found = catalogue.search(
        asked.words, asked.filters, limit=PAGE, offset=PAGE * (asked.page - 1), laid=laid
    )
    counted = catalogue.facets(asked.words, asked.filters, laid=laid)
    hits = partial(hits_of, site, catalogue, desk, who)
    names, to = _names(site, catalogue), partial(_address, request, site)
    return {
        "found": found,
        "hits": hits(found.items, chars=BEGINNING),
        "nearby": _nearby(catalogue, hits, asked, near, laid),
        "facets": choices(asked, counted, names, to),
        "chips": chips(asked, names, to),
        "last_page": min(-(-found.total // PAGE), LAST_PAGE),
    }


def _laid(site: Site, desk: Desk, catalogue: Catalogue, asked: Asked) -> Overlay:
    return site.overlays.over(desk, catalogue, decided=asked.decided is not None)


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
    catalogue: Catalogue, hits: _Hits, asked: Asked, near: str, laid: Overlay
) -> tuple[int, list[Hit]] | None:
    """Return what answers of one's own region, on the first page of a search of all of them."""
    if not near or asked.page > 1 or asked.chosen.get("region"):
        return None
    own = asked.of_place(near)
    found = catalogue.search(own.words, own.filters, limit=_NEAR, laid=laid)
    return found.total, hits(found.items)


def _names(site: Site, catalogue: Catalogue) -> dict[str, Mapping[str, str]]:
    sources = catalogue.told("SELECT source_id AS id, name FROM sources")
    return {
        "region": site.regions(language()),
        "source": {row["id"]: row["name"] for row in sources},
        "type": catalogue_notices.named(catalogue, "type"),
        "theme": catalogue_notices.named(catalogue, "theme"),
    }


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
