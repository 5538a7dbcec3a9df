"""How pages are shown: by GET, and by HEAD, which must do no more than GET does; what is posted."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Request

from veille.subscribers.tokens import unknown_link

Handler = TypeVar("Handler", bound=Callable[..., object])

Typed = Annotated[str, Form()]
"""A handler's parameter that is a field of the form posted."""


def shown(router: APIRouter, *paths: str) -> Callable[[Handler], Handler]:
    """Show a page at these paths: it changes nothing."""
    return _at(router, paths, ["GET", "HEAD"])


def taken(router: APIRouter, *paths: str) -> Callable[[Handler], Handler]:
    """Take what is posted to these paths."""
    return _at(router, paths, ["POST"])


def token_of(request: Request) -> str:
    """Return the token in a request's address: its last part, or `t` or `token` in its query.

    Messages have it in the query, pages in the path. Raises LinkError without any.
    """
    query = request.query_params
    if found := request.path_params.get("token") or query.get("t") or query.get("token"):
        return str(found)
    raise unknown_link()


def _at(
    router: APIRouter, paths: tuple[str, ...], methods: list[str]
) -> Callable[[Handler], Handler]:
    def declared(handler: Handler) -> Handler:
        for path in paths:
            router.api_route(path, methods=methods, response_model=None)(handler)
        return handler

    return declared
