"""The `subscribers:` section of config.yaml: how long consents hold and people are kept.

Periods may be made stricter than the law's, never looser. Limits are on sign-ups, against robots
that use the form to flood other people's mail boxes.
"""

from pydantic import Field

from veille.settings.section import Section


class SubscriberSettings(Section):
    """Those who read the bulletin: how long consents hold, how long people are kept."""

    inquiry_months: int = Field(default=6, ge=1, le=6)
    """Months during which an inquiry allows writing to somebody; the law says 6 at most."""

    relationship_months: int = Field(default=24, ge=1, le=24)
    """Months during which a purchase, or a membership that ended, allows it; the law says 24 at
    most."""

    reminder_days: int = Field(default=30, ge=1, le=180)
    """Days before such a consent ends from which a person is asked to renew it."""

    link_days: int = Field(default=60, ge=1, le=60)
    """Days during which the link that confirms a sign-up works."""

    pending_days: int = Field(default=60, ge=1, le=365)
    """Days after which a sign-up that nobody confirmed is erased."""

    left_months: int = Field(default=36, ge=0, le=120)
    """Months after which those who left, or whose consent ended, are erased; until then the proof
    of their consent stays."""

    bounced_months: int = Field(default=12, ge=0, le=120)
    """Months after which those to whom mail comes back are erased."""

    per_address: int = Field(default=3, ge=1)
    """Sign-ups that one e-mail address may have in a day."""

    per_origin: int = Field(default=10, ge=1)
    """Sign-ups that may come from one network address in an hour."""

    overall: int = Field(default=300, ge=1)
    """Sign-ups that may come in an hour in all."""
