"""The feeds of the open catalogue, as publication wrote them: the team's are never shown here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from veille.digest.draft import DOMAINS
from veille.digest.view import section_name
from veille.folding import fold
from veille.i18n import _, language
from veille.web.pages import page
from veille.web.routes import shown
from veille.web.site import Site, SiteHere

router = APIRouter(include_in_schema=False)

FORMS: Final = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "opml": "text/x-opml+xml",
}
"""The endings that are given out, with their types."""

_PATH = re.compile(r"((domaines|regions)/)?[A-Za-z0-9_-]{1,60}\.(rss|atom|json|opml)")


_HEADERS: Final = {
    "Cache-Control": "public, max-age=900",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed to be listed: its name for people, its path without the ending."""

    label: str
    path: str


@shown(router, "/feeds")
def listed(request: Request, site: SiteHere) -> Response:
    """List the feeds that are there."""
    folder = _folder(site)
    names = site.regions(language())
    groups = {
        _("By domain"): _lines(folder, "domaines", {code: section_name(code) for code in DOMAINS}),
        _("By region"): _lines(folder, "regions", names),
    }
    whole = {"articles": _("All articles"), "recits": _("Stories told by several articles")}
    general = [
        FeedLine(label, name) for name, label in whole.items() if (folder / f"{name}.rss").is_file()
    ]
    return page(
        request,
        site,
        "feeds",
        here="/feeds",
        general=general,
        groups={title: lines for title, lines in groups.items() if lines},
        opml=(folder / "sources.opml").is_file(),
        index=True,
    )


@shown(router, "/feeds/{path:path}")
def feed(request: Request, site: SiteHere, path: str) -> Response:
    """Give one of them; to a reader that has it already, say so."""
    folder = _folder(site).resolve()  # a new publication swaps it: read one edition
    file = folder / path
    if not _PATH.fullmatch(path) or not file.is_file():
        raise HTTPException(404)
    kind = FORMS[file.suffix.removeprefix(".")]
    response = FileResponse(file, 200, _HEADERS, kind, stat_result=file.stat())
    if request.headers.get("if-none-match") == response.headers["etag"]:
        return Response(None, 304, {**_HEADERS, "etag": response.headers["etag"]})
    return response


def _folder(site: Site) -> Path:
    return site.workspace.catalogue / "open" / "feeds"


def _lines(folder: Path, group: str, names: Mapping[str, str]) -> list[FeedLine]:
    """Return the feeds of a folder by the names of what they are about: Québec's regions first."""
    found = [
        FeedLine(names.get(file.stem, file.stem), f"{group}/{file.stem}")
        for file in (folder / group).glob("*.rss")
    ]
    return sorted(found, key=lambda line: ("/QC-" not in line.path, fold(line.label)))
