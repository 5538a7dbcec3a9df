"""The `alerts:` section of config.yaml: who of the staff is told what is wrong, and how."""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from veille.i18n import _
from veille.settings.digest import Hour, Weekday
from veille.settings.mail import Address_, read_address
from veille.settings.section import Section


def _an_address(text: str) -> str:
    return read_address(text).addr_spec


def _to_be_called(text: str) -> str:
    """Return the address as given; raise ValueError for what cannot be asked over HTTP."""
    if not text:
        return text
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError(_("« {text} » should begin with https://").format(text=text))
    return text


class AlertSettings(Section):
    """Who of the staff is written to when something is wrong: a run that failed or did not begin,
    sources that fell silent, a bulletin to approve. Mail leaves by the server of `deliver:`;
    without addresses nobody is written to, and `veille status` shows what is wrong."""

    to: tuple[Annotated[Address_, AfterValidator(_an_address)], ...] = ()
    """E-mail addresses of those who are told; each incident is told once."""

    language: Literal["fr", "en"] | None = None
    """Language of these messages; when empty, that of the workspace."""

    health_on: Weekday = "monday"
    """Day of the weekly message on sources in trouble; nothing leaves when there is no news."""

    health_at: Hour = time(7, 30)
    """Its hour, in the workspace's time zone."""

    failing_days: float = Field(default=3, ge=0, le=90)
    """Days that a source fails before it counts as in trouble; many mend by themselves."""

    disk_gigabytes: float = Field(default=2.0, ge=0)
    """Free space under which the disk is said to be nearly full; 0 says nothing."""

    backup_days: float = Field(default=8, ge=0)
    """Days after which the last backup is said to be old, once one was made; 0 says nothing."""

    ping_url: Annotated[str, AfterValidator(_to_be_called)] = ""
    """An address that is called after each good run, for a service outside that gives the alarm
    when no call comes; no other is ever called."""

    ping_after: tuple[str, ...] = ("nightly",)
    """Pipelines after whose good runs it is called."""

    metrics: Path | None = None
    """File in which each run leaves its figures as Prometheus’s node_exporter reads them
    (textfile); its folder must be there."""
