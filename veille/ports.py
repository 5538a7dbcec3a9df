"""What a run needs from the world, as protocols: tests bring their own."""

from typing import Protocol

from veille.model import Fetched, Request, RobotsRecord


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
