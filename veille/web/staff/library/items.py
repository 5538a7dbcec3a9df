"""An item's page: what it is, why, what it was before, what people decided; and deciding on it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from veille.classify.explain import explain, how_sure
from veille.digest.draft import DOMAINS
from veille.digest.typography import inert, typeset
from veille.i18n import _, language
from veille.model.decisions import UNDECIDED, Decided, Overtaken
from veille.model.judgement import Judgement, Part, Verdict
from veille.model.reviewable import Labels
from veille.review.gestures import Gesture, wishes
from veille.review.queue import kept_reason
from veille.staff.accounts import Role
from veille.store.catalogue import TEAM, Catalogue, kept
from veille.store.catalogue.notices import named
from veille.store.catalogue.reviewing import these
from veille.store.catalogue.whole import WholeItem, id_begun, whole_item, whole_story
from veille.store.desk import Desk
from veille.syndication.feed import web_address
from veille.web.routes import shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.library.hits import standing
from veille.web.staff.library.telling import acts
from veille.web.staff.review.marking import marked
from veille.web.staff.review.queue import blind_to
from veille.web.staff.shell import Reader, Reviewer, see_other, staff_page

router = APIRouter(include_in_schema=False)

MOST_NOTE: Final = 2_000
_MOST_TAGS = 40
_UNSAID: Final = Judgement("", None, 1.0, Verdict("relevant", False, 0.0))
"""Of a text in which no word is to be marked."""


Number = Annotated[int, Field(ge=0, lt=10**15)]


class Filled(BaseModel):
    """The form of decisions as it was sent; `seen` is the last decision that its page showed."""

    do: str = ""
    seen: Number = 0
    version: Number = 1
    domain: list[str] = []
    region: list[str] = []
    note: str = ""
    reason: str = ""


@shown(router, "/items/{item_id}")
def item(
    request: Request,
    site: SiteHere,
    item_id: str,
    who: Reader,
) -> Response:
    """Show an item; of one that was sent in and is not there yet, lead to the links.

    The beginning of an id, as commands show it, leads to the one item that it can mean.
    """
    if not kept(site.workspace.catalogue, TEAM):
        raise HTTPException(404)
    with site.desk() as desk, site.catalogue() as catalogue:
        found = whole_item(catalogue, item_id)
        sent = desk.links.of(item_id)
        if found is None:
            if sent:
                return see_other(request, site, f"/links?item={sent.item_id}")
            if whole := id_begun(catalogue, item_id):
                return see_other(request, site, f"/items/{whole}")
            raise HTTPException(404)
        blind = item_id in blind_to(site, catalogue, desk, who, [item_id])
        told = _told(site, catalogue, desk, found, blind=blind)
    return staff_page(
        request, site, who, "library/item", here=f"/items/{item_id}", item=found, sent=sent, **told
    )


@taken(router, "/items/{item_id}/decide")
def decide(
    request: Request,
    site: SiteHere,
    item_id: str,
    filled: Annotated[Filled, Form()],
    who: Reviewer,
) -> Response:
    """Take one gesture on an item; say so if somebody else was first."""
    names = site.regions(language())
    gesture = _gesture(filled, names)
    path = f"/items/{item_id}"
    with site.desk() as desk, site.catalogue() as catalogue:
        found = these(catalogue, [item_id])
        if not found:
            raise HTTPException(404)
        labels = Labels(True, tuple(filled.domain), tuple(filled.region))
        wanted = wishes(found[:1], gesture, labels, inert(filled.note))
        try:
            act = desk.decisions.decide(
                wanted,
                author=who.handle,
                now=site.clock.now(),
                seen={item_id: filled.seen},
                reason=inert(filled.reason[:MOST_NOTE]),
                versions={item_id: filled.version},
                model_version=_judged_by(catalogue),
                shown_for=kept_reason(found[0], "page", site.workspace.settings.review.audit),
            )
        except Overtaken as error:
            return see_other(request, site, path, flash=str(error), kind="bad")
    return see_other(request, site, path, flash=_("Decided."), undo=f"{path}/undo/{act}")


@taken(router, "/items/{item_id}/undo/{act}")
def undo(
    request: Request,
    site: SiteHere,
    item_id: str,
    act: str,
    who: Reviewer,
) -> Response:
    """Take a gesture on this item back, whole."""
    path = f"/items/{item_id}"
    with site.desk() as desk:
        if not any(one.act == act for one in desk.decisions.of(item_id)):
            raise HTTPException(404)
        try:
            undoing = desk.decisions.undo(act, author=who.handle, now=site.clock.now())
        except Overtaken as error:
            return see_other(request, site, path, flash=str(error), kind="bad")
    return see_other(request, site, path, flash=_("Taken back."), undo=f"{path}/undo/{undoing}")


def _told(
    site: Site, catalogue: Catalogue, desk: Desk, found: WholeItem, *, blind: bool
) -> dict[str, Any]:
    names = site.regions(language())
    decisions = desk.decisions.of(found.item_id)
    decided = desk.decisions.current([found.item_id]).get(found.item_id, UNDECIDED)
    stands = standing(found.relevant, found, decided)
    said = _UNSAID if blind else found.judgement
    why = [] if blind else explain(found.judgement, names).splitlines()
    by_code = {one.handle: one.name or one.handle for one in desk.accounts.all()}
    return {
        "names": names,
        "address": web_address(found.url),
        "stands": None if blind else stands,
        "blind": blind,
        "seen": decided.number,
        "is_older": _is_older(decided, found.version),
        "acts": acts(decisions, names),
        "people": by_code,
        "why": [typeset(line, language()) for line in why],
        "how_sure": how_sure,
        "title": marked(found.title, Part.TITLE, said),
        "lead": [] if _repeats(found) else marked(found.lead, Part.TEXT, said),
        "text": marked(found.text, Part.TEXT, said),
        "story": whole_story(catalogue, found.story_id) if found.story_id else None,
        "types": named(catalogue, "type"),
        "themes": named(catalogue, "theme"),
        "axes": named(catalogue, "axis"),
        "domains": DOMAINS,
        "places": {code: name for code, name in names.items() if _is_offered(code, stands.regions)},
        "zone": site.workspace.settings.zone,
        "reviewer": Role.REVIEWER,
    }


def _repeats(found: WholeItem) -> bool:
    """Whether a text says again what its lead says."""
    return " ".join(found.lead.split()) in " ".join(found.text.split())


def _is_offered(code: str, held: tuple[str, ...]) -> bool:
    return code.startswith("QC-") or code in {"CA-QC", "CA", "FR", "EU", "INT", *held}


def _is_older(decided: Decided, version: int) -> bool:
    """Whether the text changed since it was last decided on."""
    last = max(decided.facets.values(), key=lambda one: one.number, default=None)
    return last is not None and last.version < version


def _gesture(filled: Filled, names: Mapping[str, str]) -> Gesture:
    """Return the gesture of a form that is one of ours."""
    known = set(filled.domain) <= set(DOMAINS) and set(filled.region) <= set(names)
    short = len(filled.note) <= MOST_NOTE and len(filled.region) <= _MOST_TAGS
    if filled.do not in set(Gesture) or not (known and short):
        raise HTTPException(400)
    return Gesture(filled.do)


def _judged_by(catalogue: Catalogue) -> str:
    return str(catalogue.rows("SELECT model_version FROM snapshot")[0]["model_version"])
