"""Links sent in by hand: the form, what became of each. Nothing is asked for here; a run does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from veille.classify.explain import domain_name
from veille.digest.typography import inert_line
from veille.errors import FailureKind, FetchError
from veille.fetch.addresses import refuse_inside
from veille.i18n import _, language
from veille.model.decisions import UNDECIDED, Standing, laid_over
from veille.model.links import LONGEST_NOTE, Fate, SentLink
from veille.staff.accounts import Account, Role
from veille.store.catalogue import TEAM, Catalogue, kept
from veille.store.catalogue.whole import Telling, glances, tellings
from veille.store.desk import Desk
from veille.urls import LONGEST_URL, canonical, host_of, item_id
from veille.web.routes import shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.review.queue import blind_to
from veille.web.staff.shell import Reader, Relay, see_other, staff_page
from veille.wording import explain

router = APIRouter(include_in_schema=False)

PAGE: Final = 30
_ELSEWHERE: Final = ("CA-QC", "CA", "FR", "BE", "EU", "INT")


class Filled(BaseModel):
    """The form as it was sent."""

    url: str = ""
    region: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One link and its fate: the words for it, its article as it stands once there is one."""

    link: SentLink
    words: str
    kind: str
    telling: Telling | None = None
    standing: Standing | None = None


@shown(router, "/links")
def sent(
    request: Request,
    site: SiteHere,
    who: Reader,
    before: Annotated[int | None, Query(ge=1, lt=1 << 53)] = None,
    own: str = "",
) -> Response:
    """Show the form, and what became of the last links."""
    return _page(request, site, who, Filled(), before=before, own=own == "1")


@taken(router, "/links")
def send(
    request: Request,
    site: SiteHere,
    filled: Annotated[Filled, Form()],
    who: Relay,
) -> Response:
    """Take a link; of one that is known already, say what is."""
    try:
        url = _checked(site, filled.url.strip())
    except FetchError as error:
        return _page(request, site, who, filled, wrong=explain(error.kind))
    ident = item_id(url, "", None, "")
    with site.desk() as desk:
        if not desk.links.of(ident) and _is_published(site, ident):
            told = _("The catalogue has that article already: here it is.")
            return see_other(request, site, f"/items/{ident}", flash=told)
        link, is_new = desk.links.send(
            ident,
            url,
            author=who.handle,
            now=site.clock.now(),
            region=filled.region if filled.region in site.regions(language()) else "",
            note=inert_line(filled.note)[:LONGEST_NOTE],
        )
        if is_new:
            desk.audit.note(who.handle, "link.send", ident, host_of(url), now=site.clock.now())
    told = (
        _("Thank you. The next night reads and judges it; its fate will be told here.")
        if is_new
        else _("This link was sent in already; here is what became of it.")
    )
    return see_other(
        request, site, f"/links?item={link.item_id}", flash=told, kind="good" if is_new else ""
    )


def _page(
    request: Request,
    site: Site,
    who: Account,
    filled: Filled,
    *,
    wrong: str = "",
    before: int | None = None,
    own: bool = False,
) -> Response:
    names = site.regions(language())
    with site.desk() as desk:
        last = desk.links.last(PAGE + 1, before=before, author=who.handle if own else "")
        lines = _lines(site, desk, who, last[:PAGE])
        home = filled.region or desk.links.home_of(who.handle)
        people = {one.handle: one.name or one.handle for one in desk.accounts.all()}
    return staff_page(
        request,
        site,
        who,
        "watch/links",
        here="/links",
        status=422 if wrong else 200,
        filled=filled,
        wrong=wrong,
        home=home,
        own=own,
        lines=lines,
        more=last[PAGE - 1].number if len(last) > PAGE else None,
        marked=request.query_params.get("item", ""),
        people=people,
        names=names,
        offered=_offered(names),
        longest_url=LONGEST_URL,
        longest_note=LONGEST_NOTE,
        relay=Role.RELAY,
        zone=site.workspace.settings.zone,
    )


def _checked(site: Site, url: str) -> str:
    """Return the one spelling of an address that may be asked for.

    No name is resolved here: the run checks where each leads, before it dials. Raises FetchError
    for what is no web address (BAD_URL), or names a place inside (FORBIDDEN_ADDRESS).
    """
    checked = canonical(url if "://" in url or ":" in url.partition("/")[0] else f"https://{url}")
    refuse_inside(host_of(checked), site.workspace.settings.fetch.allow_hosts)
    return checked


def _is_published(site: Site, ident: str) -> bool:
    if not kept(site.workspace.catalogue, TEAM):
        return False
    with site.catalogue() as catalogue:
        return bool(tellings(catalogue, [ident]))


def _lines(site: Site, desk: Desk, who: Account, links: list[SentLink]) -> list[Line]:
    if not kept(site.workspace.catalogue, TEAM):
        return [_line(link, None, None) for link in links]
    with site.catalogue() as catalogue:
        told, standings = _standings(catalogue, desk, links)
        blind = blind_to(site, catalogue, desk, who, told)
    standings = {one: standing for one, standing in standings.items() if one not in blind}
    return [_line(link, told.get(link.item_id), standings.get(link.item_id)) for link in links]


def _standings(
    catalogue: Catalogue, desk: Desk, links: list[SentLink]
) -> tuple[dict[str, Telling], dict[str, Standing]]:
    ids = [link.item_id for link in links]
    told, tagged = tellings(catalogue, ids), glances(catalogue, ids)
    decided = desk.decisions.current(ids)
    return told, {
        one: laid_over(
            telling.relevant,
            tagged[one].domains,
            tagged[one].regions,
            decided.get(one, UNDECIDED),
        )
        for one, telling in told.items()
    }


def _line(link: SentLink, telling: Telling | None, standing: Standing | None) -> Line:
    """Say what became of a link."""
    if telling and standing:
        if not standing.relevant:
            return Line(link, _("Read, and found not relevant."), "", telling, standing)
        domains = ", ".join(map(domain_name, standing.domains)) or _("no domain")
        told = _("Read and kept: {domains}.").format(domains=domains)
        return Line(link, told, "good", telling, standing)
    if telling:
        return Line(link, _("Read; yours to read as the second."), "", telling)
    match link.fate:
        case Fate.READ:
            return Line(link, _("Read; the next publication says what it was judged."), "")
        case Fate.REFUSED:
            return Line(link, _("Refused: {why}.").format(why=_why(link)), "bad")
        case Fate.TRIED:
            told = _("Not read yet: {why}. It is tried again.")
            return Line(link, told.format(why=_why(link)), "")
    return Line(link, _("Waits for the next night."), "")


def _why(link: SentLink) -> str:
    if link.failure == "withdrawn":
        return _("its source had it withdrawn")
    return explain(link.failure, link.detail if link.failure != FailureKind.BAD_URL else "")


def _offered(names: Mapping[str, str]) -> list[tuple[str, str]]:
    quebec = [(code, name) for code, name in names.items() if code.startswith("QC-")]
    return [*quebec, *((code, names[code]) for code in _ELSEWHERE if code in names)]
