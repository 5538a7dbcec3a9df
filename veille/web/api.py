"""The JSON API: what the staff's pages show, for programs. It changes nothing.

Programs come with a key that somebody of the staff made for them (`Authorization: Bearer …`),
browsers with that person's session. What people decided since the last night is laid over it all.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from veille.dashboard import Figures
from veille.dashboard import figures as counted
from veille.digest.draft import DOMAINS
from veille.i18n import _
from veille.model.decisions import UNDECIDED, Standing, laid_over
from veille.model.published import Label
from veille.staff.accounts import Account, Role
from veille.store.catalogue import Filters
from veille.store.catalogue.whole import WholeItem, WholeStory, glances, whole_item, whole_story
from veille.version import __version__
from veille.web.site import Site, SiteHere
from veille.web.staff.shell import signed_in

MOST: Final = 200
"""Items of one answer at most."""

DEEPEST: Final = 10_000
"""Items that can be leafed through; for all of them, there are the Parquet files."""

_SOURCES = """
SELECT source_id, name, url, category, country, region, languages, domains, excerpt, active, state,
    last_success_at, last_new_at
FROM sources ORDER BY source_id
"""

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="A key made on the page /account/keys.")),
]
Several = Annotated[list[str], Query()]


async def program(request: Request, site: SiteHere, bearer: Bearer) -> Account:
    """Return whose key, or whose session, a request comes with; answer 401 without either."""
    found = await run_in_threadpool(_account, request, site, bearer)
    if found is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return found


program.role = Role.READER  # type: ignore[attr-defined]  # as of the pages' gates

router = APIRouter(prefix="/api", dependencies=[Depends(program)])


@dataclass(frozen=True, slots=True)
class Item:
    """An item in short, and how it stands: the model's tags with people's decisions over them."""

    item_id: str
    title: str
    url: str
    source_id: str
    source: str
    published_on: date
    language: str | None
    item_type: str | None
    story_id: str | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Items:
    """A page of items: best first, newest first without words. `snapshot` is to be cited."""

    snapshot: str
    total: int
    items: list[Item]


@dataclass(frozen=True, slots=True)
class ItemWhole:
    """An item as the snapshot has it, with the reasons of its tags, and how it stands now."""

    item: WholeItem
    standing: Standing


@dataclass(frozen=True, slots=True)
class Source:
    """A source and its health."""

    source_id: str
    name: str
    url: str
    category: str
    country: str
    region: str
    languages: list[str]
    domains: list[str]
    excerpt: str
    active: bool
    state: str
    last_success_at: datetime | None
    last_new_at: datetime | None


@router.get("/items")
def items(
    site: SiteHere,
    q: str = "",
    domain: Several = [],  # noqa: B006 - never changed
    region: Several = [],  # noqa: B006
    theme: Several = [],  # noqa: B006
    type: Several = [],  # noqa: B006
    language: Several = [],  # noqa: B006
    source: Several = [],  # noqa: B006
    since: date | None = None,
    until: date | None = None,
    everything: bool = False,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=DEEPEST)] = 0,
) -> Items:
    """Search as the pages do: words in any form, filters; `everything`: irrelevant ones too."""
    asked = Filters(
        domains=tuple(domain),
        regions=tuple(region),
        themes=tuple(theme),
        item_types=tuple(type),
        languages=tuple(language),
        sources=tuple(source),
        since=since,
        until=until,
        everything=everything,
    )
    with site.desk() as desk, site.catalogue() as catalogue:
        laid = site.overlays.over(desk, catalogue)
        found = catalogue.search(q, asked, limit=limit, offset=offset, laid=laid)
        ids = [row["item_id"] for row in found.items]
        tagged = glances(catalogue, ids, chars=0)
        decided = desk.decisions.current(ids)
    told = []
    for row in found.items:
        tags, ours = tagged[row["item_id"]], decided.get(row["item_id"], UNDECIDED)
        standing = laid_over(row["relevant"], tags.domains, tags.regions, ours)
        told.append(Item(**_those(row, Item), standing=standing))
    return Items(found.snapshot, found.total, told)


@router.get("/items/{item_id}", responses={404: {}})
def item(site: SiteHere, item_id: str) -> ItemWhole:
    """Give one item with its text, what the model said of it, and why."""
    with site.desk() as desk, site.catalogue() as catalogue:
        found = whole_item(catalogue, item_id)
        decided = desk.decisions.current([item_id]).get(item_id, UNDECIDED)
    if found is None:
        raise HTTPException(404)
    return ItemWhole(found, laid_over(found.relevant, found.domains, found.regions, decided))


@router.get("/stories/{story_id}", responses={404: {}})
def story(site: SiteHere, story_id: str) -> WholeStory:
    """Give one story and its members, by its id or one that it took over."""
    with site.catalogue() as catalogue:
        found = whole_story(catalogue, story_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/sources")
def sources(site: SiteHere) -> list[Source]:
    """Give all sources, and how they are as of the last night."""
    with site.catalogue() as catalogue:
        return [Source(**row) for row in catalogue.rows(_SOURCES)]


@router.get("/labels")
def labels(site: SiteHere) -> list[Label]:
    """Give what the identifiers of domains, regions, themes, types and axes are called."""
    with site.catalogue() as catalogue:
        rows = catalogue.rows("SELECT kind, id, label, parent FROM labels ORDER BY kind, id")
    return [Label(**row) for row in rows]


@router.get("/figures")
def figures(site: SiteHere, weeks: Annotated[int, Query(ge=1, le=260)] = 26) -> Figures:
    """Give the figures of the dashboard over the last ISO weeks, this one among them."""
    today = site.clock.now().astimezone(site.workspace.settings.zone).date()
    with site.catalogue() as catalogue:
        return counted(catalogue, today, weeks, DOMAINS)


@router.get("/openapi.json", include_in_schema=False)
def description(site: SiteHere) -> dict[str, Any]:
    """Describe this API in the form of OpenAPI."""
    return get_openapi(
        title=_("{name}: the catalogue for programs").format(name=site.name),
        version=__version__,
        routes=router.routes,
        servers=[{"url": site.base}] if site.base else None,
    )


def _account(
    request: Request, site: Site, bearer: HTTPAuthorizationCredentials | None
) -> Account | None:
    if bearer:
        with site.desk() as desk:
            return desk.keys.find(bearer.credentials, now=site.clock.now())
    found = signed_in(request, site)
    return found.session.account if found else None


def _those(row: dict[str, Any], kind: type[Item]) -> dict[str, Any]:
    """Return what of a row a value of this kind is made from."""
    return {name: row[name] for name in kind.__dataclass_fields__ if name in row}
