"""The letters that pages send: to confirm a sign-up, or to lead somebody to their choices. Pure.

Nothing in them comes from whoever filled the form: the page cannot be used to write to others.
"""

from urllib.parse import urlencode

from veille.deliver.letter import Letter
from veille.digest.typography import fill
from veille.i18n import _, _n, speaking
from veille.settings.mail import DeliverSettings
from veille.subscribers.people import Letter as Kind
from veille.subscribers.people import SignUp


def letter_for(
    asked: SignUp, settings: DeliverSettings, *, bulletin: str, link_days: int
) -> Letter | None:
    """Return the letter that a sign-up calls for, in the language of its choices; None for none."""
    if asked.letter is None:
        return None
    with speaking(asked.language):
        if asked.letter is Kind.CONFIRM:
            url = f"{settings.public_url}/subscribe/confirm?{urlencode({'token': asked.token})}"
            subject, parts = _confirmation(bulletin, url, link_days)
        else:
            subject, parts = _known(bulletin, f"{settings.public_url}/preferences/{asked.token}")
        parts += [_signature(settings)]
    text = "\n\n".join(part if "\n" in part else fill(part) for part in parts)
    return Letter(asked.address, asked.language, subject, f"{text}\n")


def _confirmation(bulletin: str, url: str, link_days: int) -> tuple[str, list[str]]:
    days = _n(
        "This link works for {n} day. If you asked for nothing, do nothing: you will receive "
        "nothing more.",
        "This link works for {n} days. If you asked for nothing, do nothing: you will receive "
        "nothing more.",
        link_days,
    )
    return _("Confirm your subscription: {bulletin}").format(bulletin=bulletin), [
        _("Hello,"),
        _(
            "Somebody, you most likely, asked that the bulletin “{bulletin}” be sent to this "
            "address. To receive it, open this page and press its button:"
        ).format(bulletin=bulletin),
        url,
        days.format(n=link_days),
    ]


def _known(bulletin: str, url: str) -> tuple[str, list[str]]:
    return _("You are subscribed already: {bulletin}").format(bulletin=bulletin), [
        _("Hello,"),
        _(
            "Somebody, you most likely, asked that the bulletin “{bulletin}” be sent to this "
            "address: you receive it already, and nothing was changed. Your choices are here:"
        ).format(bulletin=bulletin),
        url,
    ]


def _signature(settings: DeliverSettings) -> str:
    lines = (settings.organisation, settings.postal_address, settings.contact)
    return "\n".join(("-- ", *(line for line in lines if line)))
