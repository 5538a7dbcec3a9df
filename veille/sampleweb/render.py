"""What the sample web answers to a request: a pure function of content, request and moment."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from veille.sampleweb import oai
from veille.sampleweb.content import Article, Endpoint, Site, Web
from veille.sampleweb.dates import instant
from veille.sampleweb.documents import MEDIA_TYPES, document, listed
from veille.sampleweb.templating import render


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer; a status of 0 means that the connection is dropped without one."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


DROPPED = Response(0, {})


def respond(web: Web, host: str, path: str, headers: Mapping[str, str], now: datetime) -> Response:
    """The answer of `host` for `path` (with its query) at `now`; `headers` in any letter case."""
    site = web.site_at(host.partition(":")[0].lower())
    if site is None:
        return _plain(421, f"No site here for {host}\n")
    if not site.answers:
        return DROPPED
    target = urlsplit(path)
    response = _route(web, site, unquote(target.path) or "/", target.query, now)
    asked = {name.lower(): value for name, value in headers.items()}
    return _unchanged(response, asked) or response


def _route(web: Web, site: Site, path: str, query: str, now: datetime) -> Response:
    endpoint = next((each for each in site.serve if each.path == path), None)
    if endpoint is not None:
        return _endpoint(web, site, endpoint, query, now)
    if path == "/robots.txt":
        return _validated(site, "text/plain", site.robots.encode(), instant(web.started, 30))
    shown = list(site.visible(now))
    if path == "/":
        newest = max((a.changed for a in shown), default=instant(web.started, 30))
        html = render("home.j2", site=site, articles=shown[:12])
        return _validated(site, "text/html", html.encode(), newest)
    article = next((a for a in shown if a.linked and a.path == path), None)
    if article is None:
        return _page(404, site, "404", "Page introuvable / not found")
    return _article(site, article, shown)


def _endpoint(web: Web, site: Site, endpoint: Endpoint, query: str, now: datetime) -> Response:
    failing = endpoint.until is None or now < instant(web.started, endpoint.until)
    if endpoint.status != 200 and failing:
        return _failure(site, endpoint)
    if endpoint.kind == "oai":
        return _typed(200, "text/xml", oai.answer(site, endpoint, query, now))
    media = "application/gzip" if endpoint.gzip else MEDIA_TYPES[endpoint.kind]
    articles = listed(site, endpoint, now)
    newest = max((a.changed for a in articles), default=instant(web.started, 30))
    body = document(site, endpoint, now)
    return _validated(site, media, body, newest, endpoint.encoding)


def _failure(site: Site, endpoint: Endpoint) -> Response:
    response = _page(endpoint.status, site, str(endpoint.status), endpoint.title or "")
    extra: dict[str, str] = {}
    if endpoint.location is not None:
        extra["Location"] = endpoint.location
    if endpoint.retry_after is not None:
        extra["Retry-After"] = str(endpoint.retry_after)
    return replace(response, headers={**response.headers, **extra})


def _article(site: Site, article: Article, shown: list[Article]) -> Response:
    if site.pages.status != 200:
        return _page(site.pages.status, site, str(site.pages.status), "Accès refusé")
    others = [a for a in shown if a.linked and a.slug != article.slug][:4]
    html = render("article.j2", site=site, article=article, others=others)
    return _validated(site, "text/html", html.encode(), article.changed)


def _validated(
    site: Site, media: str, body: bytes, changed: datetime, charset: str = "utf-8"
) -> Response:
    """A good answer, with what a later conditional request can be made of."""
    response = _typed(200, media, body, charset)
    if not site.validators:
        return response
    etag = hashlib.sha256(body).hexdigest()[:20]
    modified = format_datetime(changed.astimezone(UTC), usegmt=True)
    marks = {"ETag": f'"{etag}"', "Last-Modified": modified}
    return replace(response, headers={**response.headers, **marks})


def _unchanged(response: Response, asked: Mapping[str, str]) -> Response | None:
    """A 304 when the visitor already holds the answer; the ETag outranks the date (RFC 9110)."""
    if response.status != 200 or "ETag" not in response.headers:
        return None
    etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
    if "if-none-match" in asked:
        held = {each.strip().removeprefix("W/") for each in asked["if-none-match"].split(",")}
        same = etag in held or "*" in held
    else:
        same = _not_newer(modified, asked.get("if-modified-since", ""))
    return Response(304, {"ETag": etag, "Last-Modified": modified}) if same else None


def _not_newer(modified: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _page(status: int, site: Site, title: str, words: str) -> Response:
    html = render("error.j2", site=site, title=title, message=words)
    return _typed(status, "text/html", html.encode())


def _plain(status: int, words: str) -> Response:
    return _typed(status, "text/plain", words.encode())


def _typed(status: int, media: str, body: bytes, charset: str = "utf-8") -> Response:
    declared = media if media.endswith(("gzip", "json")) else f"{media}; charset={charset}"
    return Response(status, {"Content-Type": declared}, body)
