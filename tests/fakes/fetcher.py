"""A fetcher without a network: it knows what tests tell it."""

from fakes.clock import FakeClock

from veille.clock import Clock
from veille.errors import FailureKind, FetchError
from veille.model import Fetched, Request


class FakeFetcher:
    """Serves what `serve` was given, fails as `fail` says; everything else is MISSING.

    `asked` holds every request, in order. A request whose validators fit what is served is
    answered 304.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.asked: list[Request] = []
        self._clock = clock or FakeClock()
        self._served: dict[str, tuple[bytes, dict[str, str], str | None] | FetchError] = {}

    def serve(self, url: str, body: bytes, *, moved_to: str | None = None, **headers: str) -> None:
        """Answer this URL with this body; `content_type="text/html"` is a header."""
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        self._served[url] = (body, named, moved_to)

    def fail(
        self, url: str, kind: FailureKind, *, status: int | None = None, detail: str = ""
    ) -> None:
        """Raise a FetchError of this kind when this URL is asked for."""
        self._served[url] = FetchError(kind, url, detail, status=status)

    def get(self, request: Request) -> Fetched:
        self.asked.append(request)
        missing = FetchError(FailureKind.MISSING, request.url, "404", status=404)
        served = self._served.get(request.url, missing)
        if isinstance(served, FetchError):
            raise served.about(request.url)
        body, headers, moved_to = served
        unchanged = _unchanged(request, headers)
        return Fetched(
            asked=request.url,
            url=moved_to or request.url,
            status=304 if unchanged else 200,
            headers=headers,
            body=b"" if unchanged else body,
            at=self._clock.now(),
            moved_to=moved_to,
        )


def _unchanged(request: Request, headers: dict[str, str]) -> bool:
    pairs = ((request.etag, "etag"), (request.last_modified, "last-modified"))
    given = [(value, headers.get(name)) for value, name in pairs if value]
    return bool(given) and all(sent == known for sent, known in given)
