"""The `web:` section of config.yaml: where the pages listen, and what stands before them.

The address that readers know is `deliver.public_url`, since messages carry it too.
"""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from veille.i18n import _
from veille.settings.section import Section


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    for one in given:
        try:
            ip_network(one)
        except ValueError:
            told = _("« {text} » is not a network address, like 10.0.0.7 or 10.0.0.0/24")
            raise ValueError(told.format(text=one)) from None
    return given


class WebSettings(Section):
    """The pages of `veille serve`: where they listen, and which proxy stands before them."""

    host: str = "127.0.0.1"
    """Address of this machine to listen on; any other than a loopback one also takes
    `web.beyond_loopback`."""

    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes any that is free."""

    beyond_loopback: bool = False
    """Let other machines reach the pages directly, without encryption. Better: leave it, and let a
    web server with a certificate (Caddy, nginx, Apache) pass requests on to us."""

    idle_hours: float = Field(default=12, gt=0, le=24 * 30)
    """Hours without asking for any page after which the staff sign in anew."""

    session_days: float = Field(default=7, gt=0, le=90)
    """Days after which the staff sign in anew, whatever they did meanwhile."""

    trusted_proxies: Annotated[tuple[str, ...], AfterValidator(_networks)] = ()
    """Addresses of the web servers that pass requests on to us, like 127.0.0.1: they are believed
    about where a request comes from (X-Forwarded-For). Without it all visitors behind them count as
    one, and together have the sign-ups of one."""

    sso_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]{0,60}$")
    """Header in which those web servers name the account of who asks, like X-Remote-User, when they
    see to sign-ins themselves; empty: they do not. They must take it out of what browsers send. It
    is read from `web.trusted_proxies` alone, and lets in only accounts that exist."""
