"""What a run needs from the world, as protocols: tests bring their own."""

from typing import Protocol

from veille.model import Fetched, Request


class Fetcher(Protocol):
    """Gets bytes from the web, politely and with distrust."""

    def get(self, request: Request) -> Fetched:
        """Return a usable answer (200 or 304); may wait for the host's turn.

        Raises FetchError for everything else: no connection, a refused address, a refusal by
        robots.txt or by the server, a limit passed. Safe to call from several threads; requests to
        one host are made one at a time, with the host's delay between them.
        """
        ...
