"""Whether the settings let a message leave at all. Pure."""

from urllib.parse import urlsplit

from veille.config import Settings
from veille.errors import UsageError
from veille.i18n import _
from veille.settings.mail import DeliverSettings

_WANTED = ("host", "from", "organisation", "postal_address", "contact", "public_url")


def refuse_unready(settings: DeliverSettings) -> None:
    """Raise UsageError while the settings lack what a message must have by law or by nature."""
    values = settings.model_dump(by_alias=True)
    lacking = [f"deliver.{name}" for name in _WANTED if not values[name]]
    if lacking:
        raise UsageError(
            _("config.yaml lacks what a message must have: {names}.").format(
                names=", ".join(lacking)
            ),
            _("docs/envoi.md says what to write there."),
        )
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise UsageError(
            _("deliver.public_url should begin with https://: leaving in one click needs it.")
        )


def why_nothing_leaves(settings: Settings) -> str:
    """Return why no issue of this workspace leaves by mail, and what to do; empty where they do."""
    if settings.veille.sample:
        return _("This watch runs on the sample web: nothing leaves it by mail.")
    try:
        refuse_unready(settings.deliver)
    except UsageError as error:
        return _("Nothing leaves by mail yet. {why}").format(why=error)
    return ""
