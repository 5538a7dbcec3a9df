"""Call one address that the workspace's own people named: a sign of life to a service outside."""

import ssl

from veille.clock import Clock
from veille.errors import FailureKind, FetchError
from veille.fetch.addresses import Connector, Network, Resolver, connect_to, resolve_name
from veille.fetch.limits import Limits
from veille.fetch.target import read_target
from veille.fetch.wire import CODINGS, Wire

_LIMITS = Limits(10.0, 20.0, 100_000, truncate=True)


def ping(
    url: str,
    agent: str,
    clock: Clock,
    *,
    resolve: Resolver | None = None,
    connect: Connector | None = None,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Ask for this address and no other: no robots.txt, no redirect, a host of one's own allowed.

    `resolve`, `connect` and `tls` stand in for the system's own (see `addresses`). Raises
    FetchError for anything but a success.
    """
    target = read_target(url)
    network = Network(
        (target.host,), resolve=resolve or resolve_name, connect=connect or connect_to
    )
    wire = Wire(network, clock, spare=0, tls=tls)
    headers = {"User-Agent": agent, "Accept-Encoding": CODINGS, "Accept": "*/*"}
    try:
        answer = wire.ask(target, headers, _LIMITS)
    finally:
        wire.close()
    if not 200 <= answer.status < 300:
        raise FetchError(FailureKind.BROKEN, url, str(answer.status), status=answer.status)
