"""The sources: how each is and since when, what it brought last; pausing, and how much is told."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from veille.amending import pause, resume, seen_of, tell_no_more_than
from veille.errors import VeilleError
from veille.folding import fold
from veille.i18n import _, language
from veille.model import Excerpt
from veille.staff.accounts import Account, Role
from veille.store.catalogue import TEAM, Filters, kept
from veille.syndication.feed import web_address
from veille.web.routes import shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.library.hits import Hit, hits_of
from veille.web.staff.shell import Editor, Reader, see_other, staff_page
from veille.web.staff.watch.sourcing import STATES, Line, answers, declared, lines, told_at
from veille.wording import explain_lack

router = APIRouter(include_in_schema=False)

POLICIES: Final = ("none", "title", "quote", "full")
_LAST_ITEMS = 10
_LONGEST_ID = 200


class Filled(BaseModel):
    """A form as it was sent; `seen` is the file of sources that its page showed."""

    seen: str = ""
    policy: str = ""
    words: str = ""


Sent = Annotated[Filled, Form()]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a source: `what` in the audit trail, with its detail, and what is told."""

    what: str
    do: Callable[[], object]
    told: str
    detail: str = ""


@shown(router, "/sources")
def sources(
    request: Request,
    site: SiteHere,
    who: Reader,
    q: str = "",
    state: str = "",
    region: str = "",
    category: str = "",
) -> Response:
    """Show all sources in a table, those that need somebody first."""
    every = lines(site)
    counts = {name: sum(one.state == name for one in every) for name in STATES}
    found = [one for one in every if answers(one, q, state, region, category)]
    need = list(STATES)
    found.sort(key=lambda one: (need.index(one.state), fold(one.source.name)))
    given = {"q": q[:100], "state": state, "region": region, "category": category}
    return staff_page(
        request,
        site,
        who,
        "watch/sources",
        here="/sources?" + urlencode({name: one for name, one in given.items() if one}),
        lines=found,
        total=len(every),
        counts=counts,
        states={name: _(STATES[name]) for name in STATES},
        asked=given,
        names=site.regions(language()),
        places=sorted({one.source.region for one in every if one.source.region}),
        categories=sorted({one.source.category for one in every if one.source.category}),
        told_at=told_at(site),
        zone=site.workspace.settings.zone,
    )


@shown(router, "/sources/{source_id}")
def source(
    request: Request,
    site: SiteHere,
    source_id: str,
    who: Reader,
) -> Response:
    """Show one source, and what it brought last."""
    line = next((one for one in lines(site) if one.source.id == source_id), None)
    hits, total = _last_of(site, who, source_id)
    if line is None and not total:
        raise HTTPException(404)
    return staff_page(
        request,
        site,
        who,
        "watch/source",
        here=f"/sources/{source_id}",
        source_id=source_id,
        line=line,
        name=line.source.name if line else hits[0].source,
        states={name: _(STATES[name]) for name in STATES},
        addresses=_addresses(line),
        lacks=explain_lack(line.source.kind) if line else "",
        hits=hits,
        total=total,
        seen=seen_of(site.workspace.sources),
        policies=POLICIES,
        names=site.regions(language()),
        editor=Role.EDITOR,
        told_at=told_at(site),
        zone=site.workspace.settings.zone,
    )


@taken(router, "/sources/{source_id}/pause")
def pause_it(
    request: Request, site: SiteHere, who: Editor, source_id: str, filled: Sent
) -> Response:
    """Ask it no more."""
    deed = Deed(
        "source.pause",
        partial(pause, site.workspace, source_id, seen=filled.seen),
        _("Paused: it is asked no more until somebody puts it to work again."),
    )
    return _done(request, site, who, source_id, deed)


@taken(router, "/sources/{source_id}/resume")
def resume_it(
    request: Request, site: SiteHere, who: Editor, source_id: str, filled: Sent
) -> Response:
    """Ask it again."""
    deed = Deed(
        "source.resume",
        partial(resume, site.workspace, source_id, seen=filled.seen),
        _("At work again from the next night on."),
    )
    return _done(request, site, who, source_id, deed)


@taken(router, "/sources/{source_id}/excerpt")
def limit_it(
    request: Request, site: SiteHere, who: Editor, source_id: str, filled: Sent
) -> Response:
    """Set what may be passed on of its texts."""
    excerpt = _excerpt(filled)
    deed = Deed(
        "source.excerpt",
        partial(tell_no_more_than, site.workspace, source_id, excerpt, seen=filled.seen),
        _("Kept; the next publication passes on no more than that."),
        f"{excerpt.policy}:{excerpt.words}" if excerpt.words else excerpt.policy,
    )
    return _done(request, site, who, source_id, deed)


def _done(request: Request, site: Site, who: Account, source_id: str, deed: Deed) -> Response:
    """Do it and write it in the trail; say what happened on the source's page."""
    _known(site, source_id)
    path = f"/sources/{source_id}"
    try:
        deed.do()
    except VeilleError as error:
        return see_other(request, site, path, flash=str(error), kind="bad")
    with site.desk() as desk:
        desk.audit.note(who.handle, deed.what, source_id, deed.detail, now=site.clock.now())
    return see_other(request, site, path, flash=deed.told)


def _known(site: Site, source_id: str) -> None:
    if all(one.id != source_id for one in declared(site)):
        raise HTTPException(404)


def _excerpt(filled: Filled) -> Excerpt:
    words = filled.words.strip()
    counted = words.isascii() and words.isdecimal() and 0 < int(words[:5]) < 10_000
    if filled.policy not in POLICIES or (filled.policy == "quote" and not counted):
        raise HTTPException(400)
    return Excerpt(filled.policy, int(words[:5]) if filled.policy == "quote" else 0)


def _addresses(line: Line | None) -> list[tuple[str, str]]:
    """Return the addresses of a source that lead to the web, with what they are."""
    if line is None:
        return []
    told = {_("Site"): line.source.url, _("Feed"): line.source.feed or ""}
    return [(label, url) for label, url in told.items() if web_address(url)]


def _last_of(site: Site, who: Account, source_id: str) -> tuple[list[Hit], int]:
    """Return the last items of a source, relevant or not, and how many there are."""
    if len(source_id) > _LONGEST_ID or not kept(site.workspace.catalogue, TEAM):
        return [], 0
    with site.catalogue() as catalogue, site.desk() as desk:
        filters = Filters(sources=(source_id,), everything=True)
        found = catalogue.search("", filters, limit=_LAST_ITEMS)
        return hits_of(site, catalogue, desk, who, found.items), found.total
