"""Which addresses may be dialled; and dialling exactly those that were checked.

A name is resolved once, every address it has is checked, and the connection goes to one of these
very addresses: a name server that answers differently the second time (« DNS rebinding ») is not
asked a second time.
"""

import socket
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from veille.errors import FailureKind, FetchError
from veille.fetch.limits import MeteredSocket

Address = IPv4Address | IPv6Address

Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) → its addresses in numbers, the best first. Raises OSError when it has none."""

Connector = Callable[[str, int, float], socket.socket]
"""(address in numbers, port, seconds to wait) → a connected socket. Raises OSError."""

Dialer = Callable[[str, int], socket.socket | None]
"""(host, port) → a connected socket of its own making, which is trusted; None for a host that is
not its affair, which is then resolved and checked as any other. Raises OSError."""


def _networks(*texts: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)


# IANA's registries of special-purpose addresses (RFC 6890, as of 2025). Python's own `is_global`
# changed its mind between 3.11.7 and 3.12.4, so the list stands here.
_SPECIAL_V4 = _networks(
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",
    "100.64.0.0/10",  # shared by carriers; some clouds keep their metadata here
    "127.0.0.0/8",
    "168.63.129.16/32",  # Azure's own services, behind a public-looking address
    "169.254.0.0/16",  # link-local, metadata
    "172.16.0.0/12",
    "192.0.0.0/24",  # protocol assignments, Oracle's metadata
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # the only part of IPv6 handed out to the public
_SPECIAL_V6 = _networks(
    "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32",  # documentation
    "3fff::/20",  # documentation
)
_INSIDE = _networks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)
_METADATA = frozenset(
    map(ip_address, ("100.100.100.200", "fd00:ec2::254", "fd20:ce::254"))
)  # Alibaba, Amazon, Google: they hand out a machine's credentials

_NAMES_INSIDE = frozenset(
    ("arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost")
)  # ends of names that lead nowhere in public, whatever a resolver says
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet's.

    An IPv6 address that stands for an IPv4 one (mapped, 6to4, NAT64) is as public as that one.
    """
    if isinstance(address, IPv4Address):
        return not _within(address, _SPECIAL_V4)
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_V6 and not _within(address, _SPECIAL_V6)


def is_inside(address: Address) -> bool:
    """Whether an address is one of a private network or this machine that a workspace may allow.

    Never link-local ones nor those where clouds keep credentials.
    """
    inner = _embedded(address) if isinstance(address, IPv6Address) else None
    address = inner or address
    return _within(address, _INSIDE) and address not in _METADATA


def literal(host: str) -> Address | None:
    """Return the address that a host is; None when it is a name.

    The odd spellings that C libraries accept (`127.1`, `0x7f000001`, `017700000001`,
    `2130706433`) are addresses. Raises FetchError(BAD_URL) for what would be one but is not
    (`1.2.3.4.5`, `256.1.1.1`): such a name cannot exist.
    """
    try:
        if ":" in host:
            return IPv6Address(host)
        last = host.removesuffix(".").rpartition(".")[2].lower()
        if last.isdecimal() or last.startswith("0x"):
            return IPv4Address(socket.inet_aton(host.removesuffix(".")))
    except (OSError, ValueError):
        raise FetchError(FailureKind.BAD_URL, host, host) from None
    return None


def refuse_inside(host: str, allow_hosts: Collection[str] = ()) -> None:
    """Refuse a host that by its name alone is not one of the public Internet's; resolves nothing.

    An address in numbers that is not public, a name without a dot or that ends as names of private
    networks do (RFC 6761, 6762, 8375). Those of `allow_hosts` may be inside. Raises
    FetchError(FORBIDDEN_ADDRESS), or BAD_URL as `literal` does.
    """
    bare = host.strip("[]").removesuffix(".").lower()
    address = literal(bare)
    if bare in allow_hosts and (address is None or is_inside(address)):
        return
    if address is None and "." in bare and bare.rpartition(".")[2] not in _NAMES_INSIDE:
        return
    if address is None or not is_public(address):
        raise FetchError(FailureKind.FORBIDDEN_ADDRESS, host, bare)


def resolve_name(host: str, port: int) -> list[str]:
    """Ask the system's resolver, which keeps its own limit of time (resolv.conf)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


def connect_to(address: str, port: int, timeout: float) -> socket.socket:
    """Open a TCP connection to an address in numbers; nothing is left to resolve."""
    sock = MeteredSocket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        sock.settimeout(timeout)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


class Network:
    """The way to hosts: a dialer's own, or else resolve, check, connect.

    `allow_hosts` are the hosts that may be inside (`is_inside`).
    """

    def __init__(
        self,
        allow_hosts: Collection[str] = (),
        *,
        dial: Dialer | None = None,
        resolve: Resolver = resolve_name,
        connect: Connector = connect_to,
    ) -> None:
        self._allowed = frozenset(
            host.lower().strip("[]").removesuffix(".") for host in allow_hosts
        )
        self._dial = dial
        self._resolve = resolve
        self._connect = connect

    def reach(self, host: str, port: int, timeout: float) -> socket.socket:
        """Return a socket connected to this host.

        Raises FetchError(FORBIDDEN_ADDRESS) when any of its addresses may not be dialled, OSError
        when none answers within `timeout` seconds.
        """
        sock = self._dial(host, port) if self._dial else None
        return sock or self._connect_to_any(self.addresses(host, port), port, timeout)

    def addresses(self, host: str, port: int) -> list[Address]:
        """Return the addresses of a host, every one checked; raise as `reach` does."""
        address = literal(host)
        found = [address] if address else _distinct(self._resolve(host, port))
        for address in found:
            if not (is_public(address) or (host in self._allowed and is_inside(address))):
                raise FetchError(FailureKind.FORBIDDEN_ADDRESS, host, str(address))
        return found

    def _connect_to_any(
        self, addresses: Sequence[Address], port: int, timeout: float
    ) -> socket.socket:
        deadline = time.monotonic() + timeout
        failure: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
        for tried, address in enumerate(addresses):
            share = (deadline - time.monotonic()) / (len(addresses) - tried)
            try:
                return self._connect(str(address), port, max(share, 0.01))
            except OSError as error:
                failure = error
        raise failure


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _6TO4:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def _within(address: Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)


def _distinct(texts: Iterable[str]) -> list[Address]:
    return [ip_address(text) for text in dict.fromkeys(texts)]
