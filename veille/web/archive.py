"""The archive: the issues that were approved, each whole, and their feed.

Pages are made from the frozen issue, not from the files beside it: those may be of a preview.
"""

import hashlib
import re
from base64 import b64encode
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.editions import edition_of
from veille.digest.render import render_web
from veille.digest.typography import spoken_period
from veille.i18n import language
from veille.web.guard import POLICY
from veille.web.pages import links, page
from veille.web.routes import shown
from veille.web.site import Site, SiteHere

if TYPE_CHECKING:
    from veille.bulletin import Approved
    from veille.bulletins import Bulletins

router = APIRouter(include_in_schema=False)

_NAME = re.compile(r"\d{4}-(W\d\d|\d\d)")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_KEPT = {"Cache-Control": "public, max-age=300"}


@shown(router, "/archive")
def issues(request: Request, site: SiteHere) -> Response:
    """List the issues, newest first, by year."""
    by_year: dict[int, list[dict[str, object]]] = {}
    for one in published(site):
        first, last = one.issue.first_day, one.issue.last_day
        told: dict[str, object] = {
            "name": one.issue.name,
            "number": one.issue.number,
            "period": spoken_period(first, last, language()),
            "titles": [piece.title for piece in one.issue.pieces[:3]],
            "count": len(one.issue.pieces),
        }
        by_year.setdefault(last.year, []).append(told)
    return page(request, site, "archive", here="/archive", years=by_year, index=True)


@shown(router, "/archive/feed.xml", "/feeds/bulletins.rss")
def feed(site: SiteHere) -> Response:
    """Give the feed of issues."""
    from veille.digest.feed import issues_feed

    bulletins = bulletins_of(site)
    told = site.workspace.settings.language
    text = issues_feed(published(site), bulletins.masthead, site.regions(told), told)
    return Response(text, media_type="application/rss+xml; charset=utf-8", headers=_KEPT)


@shown(router, "/archive/{name}")
def issue(request: Request, site: SiteHere, name: str) -> Response:
    """Show an issue, all of it."""
    link = links(request, site)
    spoken = language()
    edition = edition_of(_found(site, name).issue, language=spoken)
    bulletins = bulletins_of(site)
    html = render_web(
        edition,
        bulletins.masthead,
        site.regions(spoken),
        bulletins.templates if bulletins.templates.is_dir() else None,
        calendar_url=link.to(f"/archive/{name}/calendar.ics"),
        archive_url=link.to("/archive"),
    )
    policy = POLICY.format(styles=_hashes(html))
    return Response(
        html,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy, "Content-Language": spoken, **_KEPT},
    )


@shown(router, "/archive/{name}/calendar.ics")
def days(site: SiteHere, name: str) -> Response:
    """Give the deadlines and events of an issue."""
    from veille.digest.calendar import calendar

    approved = _found(site, name)
    edition = edition_of(approved.issue, language=language())
    made = calendar(edition, bulletins_of(site).masthead, approved.at)
    return Response(made, media_type="text/calendar; charset=utf-8", headers=_KEPT)


def published(site: Site) -> "list[Approved]":
    """Return the weeks' issues, newest first."""
    from veille.bulletins import archive

    return archive(bulletins_of(site))


def bulletins_of(site: Site) -> "Bulletins":
    """Return the workspace's bulletins, to be read only."""
    from veille.bulletins import Bulletins  # with all that composes them: 0.4 s

    return Bulletins.of(site.workspace.root, site.workspace.settings, ())


def _found(site: Site, name: str) -> "Approved":
    from veille.bulletins import approved_issue

    if _NAME.fullmatch(name) and (found := approved_issue(bulletins_of(site), name)):
        return found
    raise HTTPException(404)


def _hashes(html: str) -> str:
    """Return the sources by which a policy lets through the styles within a page."""
    found = (hashlib.sha256(one.encode()).digest() for one in _STYLE.findall(html))
    return "".join(f" 'sha256-{b64encode(one).decode()}'" for one in found)
