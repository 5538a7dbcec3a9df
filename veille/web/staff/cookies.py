"""The cookies of the staff's pages: the session's token, what to say on the next page, the mark of
a browser that signed in before.

Where the pages are reached by https they travel encrypted alone, and `__Host-` lets no other host
of the domain set them. A browser on the server itself (or at the end of a tunnel) asks for
http://127.0.0.1, where not all keep such cookies: it is given plain ones, for that host alone.
"""

from dataclasses import asdict, dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadData, URLSafeSerializer

from veille.staff.tokens import derived
from veille.web.site import Site

HALF_A_YEAR: Final = 180 * 86_400
LONGEST_FLASH: Final = 3_500
"""Characters: browsers forget a cookie of more than 4,096 bytes, with its name and the rest."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Flash:
    """What to say on the next page; `undo` is the path to post to, to take it back."""

    text: str
    kind: str = "good"
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Jar:
    """The cookies of one request, and those that its answer sets."""

    request: Request
    site: Site

    @property
    def token(self) -> str:
        """The session's token; empty without any."""
        return self._read("session")

    def keep_token(self, response: Response, token: str, seconds: float) -> None:
        """Have the browser keep a token."""
        self._keep(response, "session", token, int(seconds))

    def drop_token(self, response: Response) -> None:
        """Have the browser forget its token."""
        self._drop(response, "session")

    @property
    def mark(self) -> str:
        """The mark of a browser in which somebody signed in before; empty without any."""
        return self._read("browser")

    def keep_mark(self, response: Response, mark: str) -> None:
        """Have the browser keep a mark."""
        self._keep(response, "browser", mark, HALF_A_YEAR)

    def flash(self, token: str) -> Flash | None:
        """Return what is to be said, if anything is: only what we wrote for this session."""
        try:
            return Flash(**_signer(token).loads(self._read("flash")))
        except BadData:
            return None

    def keep_flash(self, response: Response, token: str, flash: Flash) -> None:
        """Have the next page say something."""
        told = str(_signer(token).dumps(asdict(flash)))
        while len(told) > LONGEST_FLASH and flash.text:
            flash = replace(flash, text=flash.text[: len(flash.text) // 2].rstrip("… ") + "…")
            told = str(_signer(token).dumps(asdict(flash)))
        self._keep(response, "flash", told, 60)

    def drop_flash(self, response: Response) -> None:
        """It was said."""
        self._drop(response, "flash")

    def _read(self, what: str) -> str:
        kept = self.request.cookies
        if found := kept.get(_private(what)):
            return found
        if self.site.is_private and self.request.url.hostname not in _LOOPBACK:
            return ""
        return kept.get(_plain(what), "")

    def _keep(self, response: Response, what: str, value: str, seconds: int) -> None:
        private = self.site.is_private and not self._is_at_the_server
        response.set_cookie(
            _private(what) if private else _plain(what),
            value,
            max_age=seconds,
            path="/",
            secure=private,
            httponly=True,
            samesite="lax",
        )

    def _drop(self, response: Response, what: str) -> None:
        for name in (_private(what), _plain(what)):
            if name in self.request.cookies:
                response.delete_cookie(
                    name, path="/", secure=name == _private(what), httponly=True, samesite="lax"
                )

    @property
    def _is_at_the_server(self) -> bool:
        """Whether the browser says that the page it posts from is at http://127.0.0.1 or so."""
        try:
            origin = urlsplit(self.request.headers.get("origin", ""))
        except ValueError:  # of no browser
            return False
        return origin.scheme == "http" and origin.hostname in _LOOPBACK


def _private(what: str) -> str:
    return f"__Host-veille-{what}"


def _plain(what: str) -> str:
    return f"veille-{what}"


def _signer(token: str) -> URLSafeSerializer:
    return URLSafeSerializer(derived(token, "flash"))
