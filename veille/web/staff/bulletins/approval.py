"""Approving a week's issue: what it is, to how many it goes and when, then once for all."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from veille.digest.remarks import remarks
from veille.errors import Outdated, StoreError, VeilleError
from veille.i18n import _, language
from veille.staff.accounts import Account
from veille.web.routes import Typed, shown, taken
from veille.web.site import Site, SiteHere
from veille.web.staff.bulletins.issues import WeekHere, back_to, bulletins_here, refusal
from veille.web.staff.bulletins.weeks import STATES, standing
from veille.web.staff.shell import Editor, staff_page

router = APIRouter(include_in_schema=False)

LONGEST_MAIL = 100_000
"""Bytes beyond which some mailboxes cut a message (docs/decisions.md)."""


@shown(router, "/bulletins/{week}/approve")
def ask(request: Request, site: SiteHere, who: Editor, week: WeekHere) -> Response:
    """Say what would be approved, and ask."""
    return _page(request, site, who, week)


@taken(router, "/bulletins/{week}/approve")
def approve(
    request: Request, site: SiteHere, who: Editor, week: WeekHere, seen: Typed = ""
) -> Response:
    """Approve the draft that was looked at: of two hands at once, one does."""
    from veille.bulletins import approve

    now = site.clock.now()
    try:
        approved = approve(bulletins_here(site), week, who.handle, now, seen=seen)
    except Outdated as error:
        return _page(request, site, who, week, wrong=refusal(error))
    except VeilleError as error:
        return back_to(request, site, f"/bulletins/{week}", said=refusal(error), kind="bad")
    with site.desk() as desk:
        desk.audit.note(
            who.handle, "bulletin.approve", week, str(len(approved.issue.pieces)), now=now
        )
    said = _("Approved. It does not change any more.")
    return back_to(request, site, f"/bulletins/{week}", said=said)


def _page(request: Request, site: Site, who: Account, week: str, *, wrong: str = "") -> Response:
    from veille.bulletins import draft_issue, rendered
    from veille.bulletins.editing import sheet
    from veille.mailout.plan import reach_of

    bulletins, now = bulletins_here(site), site.clock.now()
    stands = standing(site, bulletins, week, now)
    try:
        if stands.state != "draft":
            raise StoreError(_("There is no draft to approve."))
        found = sheet(bulletins, week)
        issue, lost = draft_issue(bulletins, week)
        made = rendered(bulletins, issue, now, language=language())
    except VeilleError as error:
        return back_to(request, site, f"/bulletins/{week}", said=refusal(error), kind="bad")
    today = now.astimezone(bulletins.settings.zone).date()
    names = site.regions(language())
    lost_ids = {line.item_id for line in lost}
    told = remarks(
        found.draft, found.found, lost_ids, bulletins.settings.digest, today=today, names=names
    )
    with site.readers() as readers:
        reach = reach_of(readers, issue, now)
    counts = [(one, sum(piece.section == one for piece in issue.pieces)) for one in issue.sections]
    weight = len(made.mail.html.encode())
    return staff_page(
        request,
        site,
        who,
        "bulletins/approve",
        here=f"/bulletins/{week}/approve",
        status=409 if wrong else 200,
        week=stands,
        states=STATES,
        issue=issue,
        counts=[(one, n) for one, n in counts if n],
        mail=made.mail,
        weight=round(weight / 1000),
        is_heavy=weight > LONGEST_MAIL,
        reach=reach,
        titles={line.item_id: line.title for line in found.draft.lines},
        remarks=told,
        stops=not issue.pieces or any(one.is_fault for one in told),
        seen=found.stamp,
        wrong=wrong,
    )
