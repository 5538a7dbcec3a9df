"""Around every answer: the headers that keep pages to themselves, and the reader's language.

No remote anything, no script at all, no frame, no address told to other sites: the links in
messages hold a secret.
"""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from veille.i18n import use_language
from veille.web.pages import accepted_language, chosen_language

POLICY: Final = (
    "default-src 'none'; style-src 'self'{styles}; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy; `styles` may name the hashes of styles within a page."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY.format(styles=""),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}
"""What every answer has, unless it says otherwise itself."""


def guarded(headers: MutableHeaders) -> None:
    """Add what an answer lacks of `HEADERS`."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


class Guard:
    """Puts a request's language in force and sees to the headers of its answer."""

    def __init__(self, app: ASGIApp, language: str) -> None:
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = QueryParams(scope["query_string"]).get("lang")
        liked = accepted_language(Headers(scope=scope).get("accept-language", ""))
        use_language(chosen_language(asked) or liked or self._language)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                guarded(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_guarded)
