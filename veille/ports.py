"""What a run needs from the world, as protocols: tests bring their own."""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, Protocol, TypeVar

from veille.errors import ItemError
from veille.model import Fetched, Request, RobotsRecord

P = ParamSpec("P")
A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")


class Fetcher(Protocol):
    """Gets bytes from the web, politely and with distrust."""

    def get(self, request: Request) -> Fetched:
        """Return a usable answer (200 or 304); may wait for the host's turn.

        Raises FetchError for everything else: no connection, a refused address, a refusal by
        robots.txt or by the server, a limit passed. Safe to call from several threads; requests to
        one host are made one at a time, with the host's delay between them.
        """
        ...


class RobotsCache(Protocol):
    """Keeps what robots.txt files said from one run to the next.

    It is asked from several threads, though never by two at once. An origin is `https://host` or
    `https://host:port`, as RFC 6454 writes it.
    """

    def get(self, origin: str) -> RobotsRecord | None:
        """Return the last record kept for this origin, however old, or None."""
        ...

    def put(self, origin: str, record: RobotsRecord) -> None:
        """Keep this record instead of the one before."""
        ...


class Workers(Protocol):
    """Takes over what costs time of the processor: in processes of this machine, or of others.

    What is called is a function of a module, or a `partial` of one: it may go elsewhere by its
    name, and its arguments and result by pickle.
    """

    @property
    def cpu_seconds(self) -> float:
        """CPU time that work took up to now in other processes than this one."""
        ...

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function makes of other people's bytes, within limits.

        Safe to call from many threads; waits for a free worker. An ItemError that the function
        raises is raised here unchanged; any other exception too, as the defect it is. Raises
        ReadError(LIMIT) when it took too long, too much memory, or its process with it, and
        WorkersLost when there is nobody left to do it.
        """
        ...

    def each(
        self, items: Iterable[A], work: Callable[[A], B], stopping: threading.Event
    ) -> Iterator[tuple[A, B | ItemError]]:
        """Yield each item with what our own `work` made of it, or with the error that set it aside.

        Items are taken up as there is room for them, results come in any order. Once `stopping` is
        set no item is begun, and those not done within `lanes.GRACE` are not yielded. Raises
        WorkersLost.
        """
        ...
