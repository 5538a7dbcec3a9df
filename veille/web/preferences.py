"""One person's choices, behind the link that each of their messages carries."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from veille.i18n import _, language
from veille.store.subscribers import Subscribers
from veille.subscribers.addresses import mask
from veille.subscribers.consent import standing
from veille.subscribers.people import State, Subscriber
from veille.subscriptions import words_of_consent
from veille.web.choosing import offer, read_choices
from veille.web.pages import links, page, speak_to
from veille.web.routes import shown, taken, token_of
from veille.web.site import Site, SiteHere

router = APIRouter(include_in_schema=False)

PAUSES = (2, 4, 8)
"""Weeks; a pause may also last until its reader says so."""


class Wanted(BaseModel):
    """What was asked for, and the form's other fields as far as that needs them."""

    do: Literal["choices", "pause", "resume", "renew"]
    domain: list[str] = []
    region: list[str] = []
    language: str = "fr"
    frequency: str = "weekly"
    seen: Annotated[int, Field(lt=2**63)] | None = None
    weeks: int = 0


@shown(router, "/preferences", "/preferences/{token}")
def view(request: Request, site: SiteHere) -> Response:
    """Show how a person stands and what they chose."""
    token = token_of(request)
    with site.readers() as readers:
        person = readers.whose(token)
        ends = _ends(readers, person, site)
    speak_to(person, request)
    if person.state in {State.LEFT, State.PENDING}:
        return page(request, site, "gone", here=f"/preferences/{token}", state=str(person.state))
    zone = site.workspace.settings.zone
    return page(
        request,
        site,
        "preferences",
        here=f"/preferences/{token}",
        token=token,
        person=person,
        address=mask(person.address),
        until=person.paused_until.astimezone(zone).date() if person.paused_until else None,
        offer=offer(person.choices, site.regions(language())),
        pauses=PAUSES,
        ends=ends,
        consent=words_of_consent(site.workspace, language()).words if ends else "",
        done=_done(request.query_params.get("done", "")),
    )


@taken(router, "/preferences", "/preferences/{token}")
def change(request: Request, site: SiteHere, wanted: Annotated[Wanted, Form()]) -> Response:
    """Change a choice, pause, resume, or renew one's consent."""
    token = token_of(request)
    with site.readers() as readers:
        person = readers.whose(token)
        speak_to(person, request)
        _do(request, site, readers, person, wanted)
    there = links(request, site).to(f"/preferences/{token}", done=wanted.do)
    return RedirectResponse(there, 303)


def _do(
    request: Request, site: Site, readers: Subscribers, person: Subscriber, wanted: Wanted
) -> None:
    who, now = person.subscriber_id, site.clock.now()
    match wanted.do:
        case "choices":
            choices = read_choices(
                wanted.domain, wanted.region, wanted.language, wanted.frequency, site.regions("fr")
            )
            readers.change(who, choices, seen=wanted.seen)
        case "pause":
            until = now + timedelta(weeks=wanted.weeks) if wanted.weeks in PAUSES else None
            readers.pause(who, until=until, now=now)
        case "resume":
            readers.resume(who, now=now)
        case "renew":
            text = words_of_consent(site.workspace, language())
            origin = request.client.host if request.client else ""
            readers.renew(who, text, origin=origin, now=now)


def _ends(readers: Subscribers, person: Subscriber, site: Site) -> object:
    """Return the last day of a consent that will end by itself; None where none will."""
    holding = standing(readers.ledger(person.subscriber_id), site.clock.now())
    ends = [one.expires_at for one in holding]
    if not ends or None in ends:
        return None
    last = max(end for end in ends if end) - timedelta(seconds=1)
    return last.astimezone(site.workspace.settings.zone).date()


def _done(what: str) -> str:
    """Say what was just done."""
    return {
        "choices": _("Your choices are kept."),
        "pause": _("Nothing will be sent to you during this pause."),
        "resume": _("The bulletin comes to you again."),
        "renew": _("Your consent is renewed. Thank you!"),
    }.get(what, "")
