"""The way to the web that a workspace is allowed: live sources, or the sample web alone."""

import ctypes
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from veille.clock import Clock
from veille.errors import UsageError
from veille.fetch import Connector, Dialer, HttpFetcher, Resolver, user_agent
from veille.i18n import _
from veille.ports import Fetcher, RobotsCache
from veille.version import __version__
from veille.workspace import Workspace

_M_MMAP_THRESHOLD = -3  # of glibc's malloc.h


@contextmanager
def open_fetcher(
    workspace: Workspace,
    clock: Clock,
    robots: RobotsCache | None = None,
    *,
    resolve: Resolver | None = None,
    connect: Connector | None = None,
) -> Iterator[Fetcher]:
    """Open the way to the web that this workspace is allowed: the sample web, or live sources.

    `resolve` and `connect` stand in for the system's own (see `fetch.addresses`). Raises UsageError
    when live sources would be asked without a contact address.
    """
    settings = workspace.settings.fetch
    _give_back_large_blocks()
    with ExitStack() as stack:
        dial: Dialer | None = None
        if day := workspace.settings.veille.sample:
            from veille.sampleweb import SampleServer

            dial = _sample_only(stack.enter_context(SampleServer(day, clock.now)).dial)
            settings = settings.model_copy(update={"host_delay": 0.0})
        elif not settings.contact:
            raise UsageError(
                _("{config}: fetch.contact is empty, so live sources are not asked.").format(
                    config=workspace.config
                ),
                _(
                    "Write there who runs this watch, for those whose sites it visits: "
                    "« contact: https://… » or an e-mail address."
                ),
            )
        agent = user_agent(settings.contact or "https://sample.example.org/", __version__)
        yield stack.enter_context(
            HttpFetcher(
                settings,
                clock,
                user_agent=agent,
                robots=robots,
                dial=dial,
                resolve=resolve,
                connect=connect,
            )
        )


def _give_back_large_blocks() -> None:
    """Let glibc return each block of a megabyte or more to the system as soon as it is freed.

    Otherwise it keeps them, in pieces, for each thread: after a night among hostile sites the
    process held 280 MB instead of 130.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def _sample_only(to_sample: Callable[[str, int], socket.socket | None]) -> Dialer:
    """Lead to the sample web and nowhere else, so that nothing invented mixes with the real."""

    def dial(host: str, port: int) -> socket.socket:
        connected = to_sample(host, port)
        if connected is None:
            raise socket.gaierror(socket.EAI_NONAME, "not in the sample web")
        return connected

    return dial
