"""Who may sign up just now: limits against list bombing, and a trap for robots. Pure."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

TRAP_SECONDS = 2.0
"""No person fills the form faster."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sign-ups let through: for one address in a day, from one network address in an hour, and in
    all in an hour."""

    per_address: int = 3
    per_origin: int = 10
    overall: int = 300


WINDOWS: Mapping[str, timedelta] = {
    "address": timedelta(days=1),
    "origin": timedelta(hours=1),
    "all": timedelta(hours=1),
}
"""How long an attempt counts against each limit; nothing is kept of it after that."""


def is_let_through(counted: Mapping[str, int], limits: Limits) -> bool:
    """Whether one more sign-up fits, given how many came in each window."""
    most = {"address": limits.per_address, "origin": limits.per_origin, "all": limits.overall}
    return all(counted.get(name, 0) < allowed for name, allowed in most.items())


def looks_automatic(trap: str, seconds: float | None) -> bool:
    """Whether a robot sent a form: it filled the field that people do not see, or was too fast.

    `seconds` is the time from showing the form to its sending, None when it is not known.
    """
    return bool(trap.strip()) or (seconds is not None and seconds < TRAP_SECONDS)


def origin_of(network_address: str) -> str:
    """Return what counts as one origin: an IPv4 address, or the /64 that a household gets of IPv6.

    What is no network address (a proxy's word) counts as itself.
    """
    try:
        found = ipaddress.ip_address(network_address.strip().partition("%")[0])
    except ValueError:
        return network_address.strip()[:100]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
