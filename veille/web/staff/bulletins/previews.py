"""An issue as one audience will see it, in all its forms; and a test message to oneself.

What is shown in a frame is shut in: no script runs there, nothing is fetched, no link is followed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.deliver.wording import explain_answer
from veille.digest.draft import DOMAINS
from veille.digest.months import month_issue, month_left
from veille.errors import UsageError, VeilleError
from veille.i18n import LANGUAGES, _, language
from veille.model.bulletin import Approved, Issue
from veille.model.deliveries import Outcome
from veille.store.desk import Desk
from veille.web.routes import Typed, shown, taken
from veille.web.site import SiteHere
from veille.web.staff.bulletins.issues import (
    WeekHere,
    back_to,
    bulletins_here,
    faults_of,
    refusal,
)
from veille.web.staff.bulletins.weeks import STATES, standing
from veille.web.staff.shell import Editor, Reviewer, staff_page

if TYPE_CHECKING:
    from veille.bulletins import Bulletins, Rendered

router = APIRouter(include_in_schema=False)

FORMS: Final = ("mail", "text", "web")
FREQUENCIES: Final = ("weekly", "monthly")
TESTS, WINDOW = 10, timedelta(hours=1)
"""Test messages that one person may send in so long."""

FRAMED: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex",
}
"""What a framed form is answered with: nothing acts, and nothing is fetched from anywhere."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What one audience chose."""

    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    spoken: str = "fr"
    frequency: str = "weekly"

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        told = {"domain": self.domains, "region": self.regions}
        return urlencode({**told, "to": self.spoken, "frequency": self.frequency}, doseq=True)


async def _asked(request: Request, site: SiteHere) -> Audience:
    """Return the audience that an address names; what is not one of ours does not count."""
    query = request.query_params
    spoken, frequency = query.get("to", ""), query.get("frequency", "")
    known = set(site.regions("fr"))
    return Audience(
        tuple(one for one in DOMAINS if one in query.getlist("domain")),
        tuple(sorted(known.intersection(query.getlist("region")))),
        spoken if spoken in LANGUAGES else site.workspace.settings.language,
        frequency if frequency in FREQUENCIES else "weekly",
    )


AudienceHere = Annotated[Audience, Depends(_asked)]


@shown(router, "/bulletins/{week}/preview")
def preview(
    request: Request,
    site: SiteHere,
    who: Reviewer,
    week: WeekHere,
    audience: AudienceHere,
    form: str = "mail",
) -> Response:
    """Show an issue as an audience would get it: its mail, its text or its page."""
    bulletins, now = bulletins_here(site), site.clock.now()
    stands = standing(site, bulletins, week, now)
    form = form if form in FORMS else "mail"
    try:
        made = _rendered(bulletins, week, audience, now)
    except VeilleError as error:
        if faults_of(error) or stands.state not in {"draft", "approved", "sent", "held"}:
            return back_to(request, site, f"/bulletins/{week}", said=refusal(error), kind="bad")
        raise
    return staff_page(
        request,
        site,
        who,
        "bulletins/preview",
        here=f"/bulletins/{week}/preview?{audience.query}&form={form}",
        week=stands,
        states=STATES,
        audience=audience,
        form=form,
        forms=FORMS,
        domains=DOMAINS,
        names=site.regions(language()),
        made=made,
        weight=round(len(made.mail.html.encode()) / 1000) if made else 0,
    )


@shown(router, "/bulletins/{week}/preview/{form}.html")
def framed(
    site: SiteHere,
    who: Reviewer,
    week: WeekHere,
    form: str,
    audience: AudienceHere,
) -> Response:
    """Give a form of an issue, to be looked at in a frame."""
    if form not in {"mail", "web"}:
        raise HTTPException(404)
    try:
        made = _rendered(bulletins_here(site), week, audience, site.clock.now())
    except UsageError:
        raise HTTPException(404) from None
    if made is None:
        raise HTTPException(404)
    html = made.mail.html if form == "mail" else made.web
    return Response(html, media_type="text/html; charset=utf-8", headers=FRAMED)


@taken(router, "/bulletins/{week}/test")
def send_test(
    request: Request,
    site: SiteHere,
    who: Editor,
    week: WeekHere,
    audience: AudienceHere,
    address: Typed = "",
) -> Response:
    """Send an audience's edition to an address; it is kept nowhere."""
    from veille import mailout

    now = site.clock.now()
    back = f"/bulletins/{week}/preview?{audience.query}"
    try:
        made = _rendered(bulletins_here(site), week, audience, now)
        if made is None:
            raise UsageError(_("This audience would receive nothing."))
        with site.desk() as desk:
            _refuse_often(desk, who.handle, now)
            desk.audit.note(who.handle, "bulletin.test", week, now=now)
        answer = mailout.send_test(
            site.workspace, made.mail, address.strip(), clock=site.clock, transport=site.transport
        )
    except VeilleError as error:
        return back_to(request, site, back, said=refusal(error), kind="bad")
    if answer.outcome is Outcome.ACCEPTED:
        return back_to(request, site, back, said=_("The mail server took the test message."))
    return back_to(request, site, back, said=explain_answer(answer), kind="bad")


def _rendered(
    bulletins: "Bulletins", week: str, audience: Audience, now: datetime
) -> "Rendered | None":
    """Return an audience's edition of a week's issue, or of what its month would tell so far; None
    where there is nothing for it. Raises UsageError without a draft.
    """
    from veille.bulletins import rendered

    issue = _issue(bulletins, week, now)
    if audience.frequency == "monthly":
        issue = _of_month(bulletins, issue, now) or issue
    made = rendered(
        bulletins,
        issue,
        now,
        domains=audience.domains,
        regions=audience.regions,
        language=audience.spoken,
    )
    return made if made.edition.pieces else None


def _issue(bulletins: "Bulletins", week: str, now: datetime) -> Issue:
    from veille.bulletins import approved_issue, draft_issue

    approved = approved_issue(bulletins, week)
    return approved.issue if approved else draft_issue(bulletins, week)[0]


def _of_month(bulletins: "Bulletins", issue: Issue, now: datetime) -> Issue | None:
    from veille.bulletins import archive

    settings, zone = bulletins.settings.digest, bulletins.settings.zone
    others = [one for one in archive(bulletins) if one.issue.name != issue.name]
    this = Approved(issue, "", now)
    month = month_left(this, settings.send_on, zone)
    return month_issue(month, [*others, this], settings.send_on, zone)


def _refuse_often(desk: Desk, handle: str, now: datetime) -> None:
    newest = desk.audit.newest(200, who=handle)
    tests = [one for one in newest if one.what == "bulletin.test" and one.at > now - WINDOW]
    if len(tests) >= TESTS:
        raise UsageError(
            _("{n} test messages went in an hour: that is the most.").format(n=TESTS),
            _("Try again later."),
        )
