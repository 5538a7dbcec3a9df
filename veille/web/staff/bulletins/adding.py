"""Adding an item to a week's draft: one that the team kept, or that a search finds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from veille.digest.decided import kept
from veille.errors import StoreError, VeilleError
from veille.i18n import _, language
from veille.model.bulletin import Candidate
from veille.web.routes import Typed, shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.bulletins.issues import WeekHere, back_to, bulletins_here, refusal
from veille.web.staff.bulletins.weeks import STATES, standing
from veille.web.staff.shell import Editor, staff_page

if TYPE_CHECKING:
    from veille.bulletins import Bulletins
    from veille.digest.draft import Draft

router = APIRouter(include_in_schema=False)

FOUND, KEPT = 20, 60
"""How many a page shows of what a search finds, and of what the team kept."""


@shown(router, "/bulletins/{week}/add")
def look(request: Request, site: SiteHere, who: Editor, week: WeekHere, q: str = "") -> Response:
    """Show what may be added: what the team kept and is not in, and what a search finds."""
    from veille.bulletins import load_draft
    from veille.bulletins.desk import told_before

    bulletins = bulletins_here(site)
    stands = standing(site, bulletins, week, site.clock.now())
    here = f"/bulletins/{week}"
    try:
        if stands.state != "draft":
            raise StoreError(_("There is no draft of week {week}.").format(week=week))
        draft = load_draft(bulletins, week)
    except VeilleError as error:
        return back_to(request, site, here, said=refusal(error), kind="bad")
    notes = bulletins.kept()
    there = {line.item_id: line for line in draft.lines}
    told = told_before(bulletins, week)
    waiting = [one for one in reversed(notes) if one not in there and one not in told]
    ours = _candidates(bulletins, draft, waiting[:KEPT])
    rows, total = _found(site, q)
    return staff_page(
        request,
        site,
        who,
        "bulletins/add",
        here=f"{here}/add",
        week=stands,
        states=STATES,
        q=q,
        rows=rows,
        total=total,
        kept=[one for one in ours if told.isdisjoint(one.ids)],
        notes=notes,
        there=there,
        told=told,
        names=site.regions(language()),
    )


@taken(router, "/bulletins/{week}/add")
def add(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
    item: Typed = "",
    q: Typed = "",
) -> Response:
    """Put an item in the draft, kept, with the note that the team wrote on it."""
    from veille.bulletins.editing import offer

    bulletins = bulletins_here(site)
    try:
        note = kept(bulletins.decided([item])).get(item, "")
        draft = offer(bulletins, week, item, note, site.clock.now())
    except VeilleError as error:
        path = f"/bulletins/{week}/add"
        return back_to(request, site, path, said=refusal(error), kind="bad")
    title = draft.lines[-1].title
    said = _("Added to the draft: {title}").format(title=title)
    return back_to(request, site, f"/bulletins/{week}", at=f"item-{item}", said=said)


def _candidates(bulletins: "Bulletins", draft: "Draft", ids: Sequence[str]) -> list[Candidate]:
    from veille.bulletins.drafts import offered

    found = offered(bulletins, draft.week, ids, texts=False) if ids else []
    by_id = {one.item.item_id: one for one in found}
    return [by_id[one] for one in ids if one in by_id]


def _found(site: Site, query: str) -> tuple[list[dict[str, Any]], int]:
    """Return what a search finds in the catalogue; nothing without words."""
    if not query.strip():
        return [], 0
    with site.catalogue() as catalogue:
        found = catalogue.search(query, limit=FOUND, recency=1.0)
    return list(found.items), found.total
