"""Signing up: a form, the same answer for everybody, a link by mail, a page with a button."""

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from veille.deliver.readiness import refuse_unready
from veille.errors import AddressError, UsageError
from veille.i18n import _, language
from veille.subscribers.addresses import mask
from veille.subscribers.choices import Choices, Frequency, Language
from veille.subscribers.consent import ConsentText
from veille.subscribers.gate import looks_automatic
from veille.subscribers.people import State
from veille.subscriptions import words_of_consent
from veille.web.choosing import offer, read_choices
from veille.web.letters import letter_for
from veille.web.pages import links, page, speak_to
from veille.web.routes import shown, taken, token_of
from veille.web.site import Site, SiteHere

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


class Filled(BaseModel):
    """The form as it was sent. `website` is a field that people do not see."""

    email: str = ""
    domain: list[str] = []
    region: list[str] = []
    language: str = Language.FR
    frequency: str = Frequency.WEEKLY
    website: str = ""
    shown: str = ""


def why_closed(site: Site) -> UsageError | None:
    """Return why nobody can sign up: the settings let no letter go out. For staff alone."""
    try:
        refuse_unready(site.workspace.settings.deliver)
    except UsageError as error:
        return error
    return None


@shown(router, "/subscribe")
def form(request: Request, site: SiteHere) -> Response:
    """Show the form."""
    if why_closed(site):
        return page(request, site, "closed", status=503, here="/subscribe", title=_("Subscribe"))
    return _form(request, site, Filled(language=language()))


@taken(router, "/subscribe")
def sign_up(request: Request, site: SiteHere, filled: Annotated[Filled, Form()]) -> Response:
    """Take the form: whatever comes of it, the answer is the same."""
    if why_closed(site):
        return form(request, site)
    now = site.clock.now()
    if not looks_automatic(filled.website, _seconds(filled.shown, now.timestamp())):
        try:
            _ask(request, site, filled)
        except AddressError:
            return _form(request, site, filled, wrong=_wrong_address(filled.email))
    return RedirectResponse(links(request, site).to("/subscribe/asked"), 303)


@shown(router, "/subscribe/asked")
def asked(request: Request, site: SiteHere) -> Response:
    """Say to look at one's mail."""
    days = site.workspace.settings.subscribers.link_days
    return page(request, site, "asked", here="/subscribe/asked", days=days)


@shown(router, "/subscribe/confirm", "/subscribe/confirm/{token}")
def awaiting(request: Request, site: SiteHere) -> Response:
    """Show the button that confirms."""
    token = token_of(request)
    with site.readers() as readers:
        person = readers.awaiting(token, now=site.clock.now())
    speak_to(person, request)
    here = f"/subscribe/confirm/{token}"
    return page(request, site, "confirm", here=here, token=token, address=mask(person.address))


@taken(router, "/subscribe/confirm", "/subscribe/confirm/{token}")
def confirm(request: Request, site: SiteHere) -> Response:
    """Confirm."""
    with site.readers() as readers:
        person = readers.confirm(token_of(request), origin=_origin(request), now=site.clock.now())
        own = readers.link_token(person.subscriber_id)
    speak_to(person, request)
    return page(
        request,
        site,
        "confirmed",
        own=own,
        subscribed=person.state in {State.ACTIVE, State.PAUSED},
    )


def _ask(request: Request, site: Site, filled: Filled) -> None:
    choices = read_choices(
        filled.domain, filled.region, filled.language, filled.frequency, site.regions("fr")
    )
    settings = site.workspace.settings
    with site.readers() as readers:
        asked = readers.sign_up(
            filled.email,
            choices,
            _consent(site),
            origin=_origin(request),
            now=site.clock.now(),
        )
    if asked.limited:
        log.warning("a sign-up was beyond the limits of config.yaml: no letter was sent")
    letter = letter_for(
        asked, settings.deliver, bulletin=site.name, link_days=settings.subscribers.link_days
    )
    if letter:
        site.post.send(letter, f"{asked.token} {site.clock.now().isoformat()}")


def _form(request: Request, site: Site, filled: Filled, *, wrong: str = "") -> Response:
    chosen = Choices(
        tuple(filled.domain),
        tuple(filled.region),
        Language(filled.language),
        Frequency(filled.frequency),
    )
    return page(
        request,
        site,
        "subscribe",
        status=422 if wrong else 200,
        here="/subscribe",
        offer=offer(chosen, site.regions(language())),
        consent=_consent(site).words,
        email=filled.email[:254],
        wrong=wrong,
        shown=filled.shown if wrong else str(int(site.clock.now().timestamp())),
    )


def _consent(site: Site) -> ConsentText:
    """Return the words beside the button, in the language of the page."""
    return words_of_consent(site.workspace, language())


def _wrong_address(typed: str) -> str:
    if not typed.strip():
        return _("Write your e-mail address.")
    return _("This is not an e-mail address. It should read like lise@example.org.")


def _origin(request: Request) -> str:
    return request.client.host if request.client else ""


def _seconds(shown: str, now: float) -> float | None:
    """Return how long the form was looked at, by its own word; None where it does not say."""
    return now - int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 12 else None
