"""A small OAI-PMH 2.0 repository: what a harvester needs, with lists cut into short pages.

A resumption token is the request it continues, written out (`offset:from:until`): stateless, so
the answer stays a pure function of the request and the moment.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from veille.sampleweb.content import Article, Endpoint, Site
from veille.sampleweb.templating import render

_VERBS = {"Identify", "ListMetadataFormats", "ListIdentifiers", "ListRecords", "GetRecord"}


@dataclass(frozen=True, slots=True)
class OaiError(Exception):
    """A refusal that the protocol names; it is answered with status 200, inside the document."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records, with the token that leads to the next (empty on the last)."""

    records: tuple[Article, ...]
    total: int
    offset: int = 0
    token: str | None = None


def answer(site: Site, endpoint: Endpoint, query: str, now: datetime) -> bytes:
    """The response to an OAI-PMH request."""
    asked = {key: values[0] for key, values in parse_qs(query).items()}
    verb, page, error = asked.get("verb", ""), None, None
    records = sorted(site.visible(now), key=lambda article: article.changed)
    try:
        if verb not in _VERBS:
            raise OaiError("badVerb", f"Verbe inconnu : {verb or '(absent)'}")
        if verb in ("ListRecords", "ListIdentifiers"):
            page = _page(records, asked, endpoint.limit)
        elif verb == "GetRecord":
            page = _one(records, site, asked)
    except OaiError as refusal:
        error = refusal
    text = render(
        "oai.j2",
        site=site,
        base=f"http://{site.host}{endpoint.path}",
        asked=asked if error is None else {},
        verb=verb,
        page=page,
        error=error,
        stamp=stamp,
        now=now,
        earliest=min((a.published for a in site.articles), default=now),
    )
    return text.encode()


def stamp(moment: datetime) -> str:
    """A UTC datestamp to the second, the granularity that the repository announces."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _page(records: list[Article], asked: dict[str, str], size: int) -> Page:
    token = asked.get("resumptionToken")
    if token is None:
        if asked.get("metadataPrefix") != "oai_dc":
            raise OaiError("cannotDisseminateFormat", "Seul oai_dc est offert.")
        offset, since, until = 0, asked.get("from", ""), asked.get("until", "")
    else:
        offset, since, until = _read_token(token)
    kept = [a for a in records if _within(a.changed, since, until)]
    if not kept:
        raise OaiError("noRecordsMatch", "Aucune notice pour ces dates.")
    if token is not None and offset >= len(kept):
        raise OaiError("badResumptionToken", "Jeton expiré.")
    following = offset + size
    onward = f"{following}|{since}|{until}" if following < len(kept) else ""
    if token is None and not onward:
        return Page(tuple(kept), len(kept))
    return Page(tuple(kept[offset:following]), len(kept), offset, onward)


def _read_token(token: str) -> tuple[int, str, str]:
    parts = token.split("|")
    if len(parts) != 3 or not parts[0].isdigit():
        raise OaiError("badResumptionToken", "Jeton inconnu.")
    return int(parts[0]), parts[1], parts[2]


def _within(moment: datetime, since: str, until: str) -> bool:
    if since and moment < _moment(since, last=False):
        return False
    return not (until and moment > _moment(until, last=True))


def _moment(text: str, last: bool) -> datetime:
    """A bound of a harvest; a bare day means its first moment, or its last."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise OaiError("badArgument", f"Date illisible : {text}") from fault
    if last and len(text) == len("2026-11-21"):
        moment += timedelta(days=1, seconds=-1)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _one(records: list[Article], site: Site, asked: dict[str, str]) -> Page:
    wanted = asked.get("identifier", "")
    found = tuple(a for a in records if f"oai:{site.host}:{a.slug}" == wanted)
    if not found:
        raise OaiError("idDoesNotExist", f"Notice inconnue : {wanted}")
    return Page(found, 1)
