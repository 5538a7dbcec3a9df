"""The archive: the issues that were approved, each whole, and their feed.

Pages are made from the frozen issue, not from the files beside it: those may be of a preview.
"""

import hashlib
import logging
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from veille.digest.editions import edition_of
from veille.digest.render import render_web
from veille.digest.typography import spoken_period
from veille.errors import StoreError
from veille.i18n import language
from veille.model.bulletin import Approved
from veille.web.guard import POLICY
from veille.web.pages import links, page
from veille.web.routes import shown
from veille.web.site import Site, SiteHere

if TYPE_CHECKING:
    from veille.bulletins import Bulletins

FIRST = 4
"""Titles by which a list tells an issue."""

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

_NAME = re.compile(r"\d{4}-(W\d\d|\d\d)")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_KEPT = {"Cache-Control": "public, max-age=300"}


@dataclass(frozen=True, slots=True)
class Told:
    """An issue as a list tells it; each title with its language where that is not the page's."""

    name: str
    number: int
    period: str
    titles: tuple[tuple[str, str], ...]
    more: int

    @property
    def count(self) -> int:
        """How many pieces it has."""
        return len(self.titles) + self.more


@shown(router, "/archive")
def issues(request: Request, site: SiteHere) -> Response:
    """List the issues, newest first, by year."""
    by_year: dict[int, list[Told]] = {}
    for one in published(site):
        by_year.setdefault(one.issue.last_day.year, []).append(told(one))
    return page(request, site, "archive", here="/archive", years=by_year, index=True)


@shown(router, "/archive/")
def issues_as_typed(request: Request, site: SiteHere) -> Response:
    """Lead to the list of issues from its address with a stroke too many."""
    return RedirectResponse(links(request, site).to("/archive"), 308)


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


def told(approved: Approved) -> Told:
    """Return what a list tells of an issue, in the language in force."""
    issue, spoken = approved.issue, language()
    first = issue.pieces[:FIRST]
    return Told(
        issue.name,
        issue.number,
        spoken_period(issue.first_day, issue.last_day, spoken),
        tuple((one.title, "" if one.language[:2] == spoken else one.language) for one in first),
        len(issue.pieces) - len(first),
    )


def published(site: Site) -> list[Approved]:
    """Return the weeks' issues, newest first; one that was tampered with is left out."""
    folder = bulletins_of(site).folder
    found = []
    names = (path.parent.name for path in folder.glob("*-W*/issue.json"))
    for name in sorted(filter(_NAME.fullmatch, names), reverse=True):  # not a copy made by hand
        try:
            found.append(_found(site, name))
        except StoreError as error:
            log.error("%s", error)
    return found


def bulletins_of(site: Site) -> "Bulletins":
    """Return the workspace's bulletins, to be read only."""
    from veille.bulletins import Bulletins  # with all that composes them: 0.4 s

    return Bulletins.of(site.workspace.root, site.workspace.settings, ())


def _found(site: Site, name: str) -> Approved:
    """Return an issue, read anew only if its file is another; answer 404 when there is none."""
    from veille.bulletins import approved_issue

    bulletins = bulletins_of(site)
    file = bulletins.folder / name / "issue.json"
    if not (_NAME.fullmatch(name) and file.is_file()):
        raise HTTPException(404)
    stamp = file.stat().st_mtime_ns
    kept = site.issues.get(name)
    if kept is None or kept[0] != stamp:
        approved = approved_issue(bulletins, name)
        assert approved
        kept = site.issues[name] = (stamp, approved)
    return kept[1]


def _hashes(html: str) -> str:
    """Return the sources by which a policy lets through the styles within a page."""
    found = (hashlib.sha256(one.encode()).digest() for one in _STYLE.findall(html))
    return "".join(f" 'sha256-{b64encode(one).decode()}'" for one in found)
