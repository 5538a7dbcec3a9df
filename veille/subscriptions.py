"""A workspace's subscribers: opened with its secret and its rules; the words people agree to."""

from veille.errors import UsageError
from veille.i18n import _
from veille.secret import read_secret
from veille.store.subscribers import Subscribers, open_subscribers
from veille.subscribers.bounces import BounceRule
from veille.subscribers.consent import ConsentText, Periods
from veille.subscribers.gate import Limits
from veille.subscribers.retention import Retention
from veille.subscribers.rules import Rules
from veille.subscribers.texts import consent_text
from veille.subscribers.tokens import Keys
from veille.workspace import Workspace


def open_readers(workspace: Workspace) -> Subscribers:
    """Open the subscribers of a workspace; see `open_subscribers` for what it raises."""
    keys = Keys(read_secret(workspace.var / "secret"))
    return open_subscribers(
        workspace.var / "subscribers.sqlite", keys=keys, rules=rules_of(workspace)
    )


def rules_of(workspace: Workspace) -> Rules:
    """Return a workspace's rules on its subscribers."""
    settings = workspace.settings.subscribers
    bounces = workspace.settings.deliver.bounces
    return Rules(
        workspace.settings.zone,
        Periods(settings.inquiry_months, settings.relationship_months),
        Limits(settings.per_address, settings.per_origin, settings.overall),
        Retention(settings.pending_days, settings.left_months, settings.bounced_months),
        BounceRule(bounces.hard, bounces.soft, bounces.days),
        settings.link_days,
    )


def words_of_consent(workspace: Workspace, language: str) -> ConsentText:
    """Return the words that this workspace's pages show beside the button.

    Raises UsageError while the settings do not say who asks: such a consent would not hold.
    """
    deliver = workspace.settings.deliver
    wanted = ("organisation", "postal_address", "contact")
    if lacking := [f"deliver.{name}" for name in wanted if not getattr(deliver, name)]:
        raise UsageError(
            _("config.yaml does not say who asks people for their consent: {names}.").format(
                names=", ".join(lacking)
            ),
            _("The law wants it said beside the button; write it there."),
        )
    return consent_text(
        language,
        bulletin=workspace.settings.veille.name,
        organisation=deliver.organisation,
        reach=f"{deliver.postal_address}; {deliver.contact}",
    )
