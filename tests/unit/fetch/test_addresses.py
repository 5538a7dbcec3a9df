"""No address outside the public Internet is dialled, however it is written or found."""

import ipaddress
import socket

import pytest
from fakes.clock import FakeClock
from fakes.server import FakeServer
from hypothesis import given
from hypothesis import strategies as st

from veille.config import FetchSettings
from veille.errors import FailureKind, FetchError
from veille.fetch import HttpFetcher
from veille.fetch.addresses import Network, is_inside, is_public, literal
from veille.fetch.target import read_target
from veille.model import Request

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::5db8:d70e", "2002:101:101::1"]
NEVER = [
    *("169.254.169.254", "fe80::1", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200"),
    *("0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "192.0.0.192", "168.63.129.16"),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::127.0.0.1"),
    *("2001:db8::1", "2001:0:1::1", "3fff::1", "fec0::1", "64:ff9b:1::1", "192.0.2.1"),
]
INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1"]


class Recorder:
    """A connector that connects nowhere and remembers what it was asked to dial."""

    def __init__(self, *unreachable: str) -> None:
        self.dialled: list[tuple[str, int]] = []
        self.unreachable = unreachable

    def __call__(self, address: str, port: int, timeout: float) -> socket.socket:
        self.dialled.append((address, port))
        if address in self.unreachable:
            raise TimeoutError
        raise ConnectionRefusedError


def forbidden(network: Network, host: str) -> bool:
    try:
        network.addresses(host, 80)
    except FetchError as error:
        return error.kind is FailureKind.FORBIDDEN_ADDRESS
    return False


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", NEVER + INSIDE)
def test_addresses_that_are_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", [*INSIDE, "::ffff:10.0.0.1"])
def test_an_allowed_host_may_be_inside(text):
    assert is_inside(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", NEVER + PUBLIC)
def test_what_an_allowed_host_may_never_be(text):
    assert not is_inside(ipaddress.ip_address(text))


def spellings_of(address: ipaddress.IPv4Address) -> list[str]:
    number, (a, b, c, d) = int(address), address.packed
    low, lowest = number & 0xFFFFFF, number & 0xFFFF
    inner = f"{number >> 16:x}:{lowest:x}"
    return [
        str(address),
        f"{address}.",
        *(f"{number}", f"0x{number:x}", f"0X{number:08X}", f"0{number:o}"),
        *(f"{a}.{low}", f"{a}.{b}.{lowest}", f"0x{a:x}.{low}", f"0{a:o}.0{low:o}"),
        f"0{a:o}.0x{b:x}.{c}.0{d:o}",
        *(f"[::ffff:{address}]", f"[::FFFF:{inner}]", f"[0:0:0:0:0:ffff:{inner}]"),
        *(f"[::{address}]", f"[64:ff9b::{inner}]", f"[2002:{inner}::1]", f"[2002:{inner}:a:b::]"),
    ]


@given(st.ip_addresses(v=4).filter(lambda address: not address.is_global or address.is_multicast))
def test_no_spelling_of_a_special_ipv4_address_is_dialled(address):
    for host in spellings_of(address):
        connector = Recorder()
        network = Network(connect=connector, resolve=lambda host, port: pytest.fail(host))
        assert forbidden(network, read_target(f"http://{host}/").host), host
        assert connector.dialled == []


@given(st.ip_addresses(v=6).filter(lambda address: not address.is_global or address.is_multicast))
def test_no_special_ipv6_address_is_dialled(address):
    for host in (f"[{address}]", f"[{address.exploded}]", f"[{str(address).upper()}]"):
        assert forbidden(Network(), read_target(f"http://{host}/").host), host


@given(st.ip_addresses(), st.ip_addresses(v=4))
def test_one_special_address_among_those_of_a_name_is_enough(one, other):
    found = [str(one), "93.184.215.14", str(other)]
    connector = Recorder()
    network = Network(resolve=lambda host, port: found, connect=connector)
    if is_public(one) and is_public(other):
        assert [str(address) for address in network.addresses("a.example", 80)] == [
            *dict.fromkeys(found)
        ]
    else:
        with pytest.raises(FetchError, match="forbidden_address"):
            network.reach("a.example", 80, 1.0)
        assert connector.dialled == []


@pytest.mark.parametrize("host", ["1.2.3.4.5", "256.1.1.1", "1.2.3", "0xg", "08.1.1.1", "a.0x1"])
def test_numbers_that_are_no_address(host):
    if host == "1.2.3":  # is one: 1.2.0.3
        assert literal(host) == ipaddress.ip_address("1.2.0.3")
    else:
        with pytest.raises(FetchError, match="bad_url"):
            literal(host)


@pytest.mark.parametrize("host", ["example.org", "1a.example", "127.0.0.1.example.org", "x1"])
def test_names_are_no_addresses(host):
    assert literal(host) is None


def test_the_address_checked_is_the_one_dialled_and_the_next_is_tried():
    found = ["2606:4700::1111", "93.184.215.14", "93.184.215.14"]
    connector = Recorder("2606:4700::1111")
    network = Network(resolve=lambda host, port: found, connect=connector)
    with pytest.raises(ConnectionRefusedError):
        network.reach("a.example", 8080, 1.0)
    assert connector.dialled == [("2606:4700::1111", 8080), ("93.184.215.14", 8080)]


def test_a_name_without_addresses_is_offline():
    with pytest.raises(socket.gaierror):
        Network(resolve=lambda host, port: []).reach("a.example", 80, 1.0)


def fetch(url: str, **ways):
    """Ask for a URL by ways that a test watches over; return the failure's kind."""
    settings = FetchSettings(host_delay=0, **ways.pop("settings", {}))
    with (
        HttpFetcher(settings, FakeClock(), user_agent="veille/0", **ways) as fetcher,
        pytest.raises(FetchError) as raised,
    ):
        fetcher.get(Request(url))
    return raised.value.kind


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "169.254.169.254"])
def test_the_fetcher_dials_no_forbidden_number(host):
    connector = Recorder()
    assert fetch(f"http://{host}/", connect=connector) is FailureKind.FORBIDDEN_ADDRESS
    assert connector.dialled == []


def test_the_fetcher_dials_no_name_that_leads_inside():
    connector = Recorder()
    resolve = {"intranet.example.org": ["10.0.0.7"]}
    kind = fetch(
        "http://intranet.example.org/",
        connect=connector,
        resolve=lambda host, port: resolve[host],
    )
    assert kind is FailureKind.FORBIDDEN_ADDRESS
    assert connector.dialled == []


def test_an_allowed_host_is_dialled_but_never_a_metadata_service():
    allowed = {"allow_hosts": ("Intranet.example.org", "cloud.example.org")}
    names = {"intranet.example.org": ["10.0.0.7"], "cloud.example.org": ["169.254.169.254"]}
    connector = Recorder()
    ways = {"connect": connector, "resolve": lambda host, port: names[host]}
    kind = fetch("http://intranet.example.org/", settings=allowed, **ways)
    assert kind is FailureKind.REFUSED_CONNECTION
    assert connector.dialled == [("10.0.0.7", 80)]
    kind = fetch("http://cloud.example.org/", settings=allowed, **ways)
    assert kind is FailureKind.FORBIDDEN_ADDRESS
    assert connector.dialled == [("10.0.0.7", 80)]


def test_a_name_server_that_changes_its_mind_is_asked_but_once_for_a_connection():
    """DNS rebinding: the first answer is public, the second loopback."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    connector = Recorder()
    kind = fetch(
        "http://rebind.example.org/", connect=connector, resolve=lambda host, port: next(answers)
    )
    assert kind is FailureKind.REFUSED_CONNECTION
    assert connector.dialled == [("93.184.215.14", 80)]


@pytest.mark.parametrize(
    "to",
    [
        *("http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://localhost/"),
        *("http://[::ffff:a9fe:a9fe]/", "http://0x7f000001/", "//10.0.0.1/", "http://db.internal/"),
    ],
)
def test_a_redirect_leads_nowhere_inside(to):
    names = {"localhost": ["127.0.0.1", "::1"], "db.internal": ["192.168.0.5"]}
    connector = Recorder()
    with FakeServer() as server:
        server.redirect("/feed", to)

        def dial(host, port):
            return server.dial(host, port) if host == "www.example.org" else None

        kind = fetch(
            "http://www.example.org/feed",
            dial=dial,
            connect=connector,
            resolve=lambda host, port: names[host],
        )
    assert kind is FailureKind.FORBIDDEN_ADDRESS
    assert connector.dialled == []
    assert server.paths == ["/feed"]
