"""What the sample web holds: sites and articles, read from `sites/*.yaml`.

Loading needs the day the workspace started: every date in the files is relative to it. After
that, what a visitor sees is a pure function of these values and of the present moment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from importlib.resources import files
from typing import Any

import yaml

from veille.sampleweb.dates import fill_in, instant

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Labels:
    """The truth about an article, as a careful reader tags it; `story` groups the same event."""

    relevant: bool
    domains: tuple[str, ...]
    regions: tuple[str, ...]
    genre: str
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What an article becomes at a moment: only the fields in `changes` differ from before."""

    at: datetime
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Article:
    """One text of the web; `changed` is when its present wording was put up."""

    slug: str
    url: str
    path: str
    lang: str
    title: str
    lead: str
    body: str
    published: datetime
    changed: datetime
    labels: Labels
    author: str | None = None
    tags: tuple[str, ...] = ()
    deadline: date | None = None
    linked: bool = True
    edits: tuple[Edit, ...] = ()

    def seen_at(self, now: datetime) -> "Article":
        """The article as it reads at `now`, its edits up to then applied in order."""
        seen = self
        for edit in self.edits:
            if edit.at <= now:
                seen = replace(seen, changed=edit.at, **edit.changes)
        return seen


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that is not an article: a feed, a sitemap, a listing, or an error on purpose.

    A `status` other than 200 hides the document; with `until`, only before that day (relative to
    the start, as in articles). `cut` breaks the document off after that many whole items.
    """

    path: str
    kind: str = "none"
    status: int = 200
    until: int | None = None
    location: str | None = None
    retry_after: int | None = None
    encoding: str = "utf-8"
    content: str = "summary"
    dates: str = "standard"
    links: str = "absolute"
    titles: str = "plain"
    limit: int = 20
    cut: int | None = None
    gzip: bool = False
    advertised: bool = False
    children: tuple[str, ...] = ()
    min_age: int = 0
    max_age: int | None = None
    also: tuple[Mapping[str, str], ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """How a site serves its article pages: a status, and which marks of their date they carry."""

    status: int = 200
    dates: tuple[str, ...] = ("meta", "jsonld", "time")


@dataclass(frozen=True, slots=True)
class Site:
    """An invented publisher, its addresses and its articles (newest first)."""

    id: str
    name: str
    host: str
    language: str
    country: str
    region: str | None
    category: str
    about: str
    address: str
    traps: tuple[str, ...]
    permalink: str = "/{slug}"
    robots: str = "User-agent: *\nDisallow:\n"
    answers: bool = True
    validators: bool = True
    pages: Pages = field(default_factory=Pages)
    serve: tuple[Endpoint, ...] = ()
    articles: tuple[Article, ...] = ()

    @property
    def home(self) -> str:
        """The address of the home page."""
        return f"http://{self.host}/"

    def visible(self, now: datetime) -> Iterator[Article]:
        """The articles published by `now`, as they read then, newest first."""
        seen = (article.seen_at(now) for article in self.articles)
        out = (article for article in seen if article.published <= now)
        return iter(sorted(out, key=lambda article: article.published, reverse=True))


@dataclass(frozen=True, slots=True)
class Web:
    """All the sites, as unpacked on the day `started`."""

    started: date
    sites: tuple[Site, ...]

    def site_at(self, host: str) -> Site | None:
        """The site that answers for `host`, if there is one."""
        return next((site for site in self.sites if site.host == host), None)

    def site(self, site_id: str) -> Site:
        """The site of that id."""
        return next(site for site in self.sites if site.id == site_id)

    def truth(self) -> dict[str, Labels]:
        """The labels of every article, by canonical address (its guid when it has no link)."""
        return {a.url: a.labels for site in self.sites for a in site.articles}


def load_web(started: date) -> Web:
    """The bundled web, its dates counted from `started`."""
    folder = files("veille.sampleweb").joinpath("sites")
    texts = sorted((path.name, path.read_text("utf-8")) for path in folder.iterdir())
    return Web(started, tuple(read_site(text, started) for _, text in texts))


def read_site(text: str, started: date) -> Site:
    """One site from the text of its file; an unknown key is an error, not a silence."""
    raw: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    raw["about"] = raw["about"].strip()
    raw["traps"] = tuple(raw["traps"])
    raw["pages"] = Pages(**_frozen(raw.get("pages", {})))
    raw["serve"] = tuple(Endpoint(**_frozen(each)) for each in raw.get("serve", ()))
    articles = raw.pop("articles", ())
    site = Site(**raw)
    return replace(site, articles=tuple(_article(each, site, started) for each in articles))


def _frozen(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _article(raw: dict[str, Any], site: Site, started: date) -> Article:
    lang = raw.pop("lang", site.language)
    written = partial(fill_in, started=started, language=lang)
    published = instant(started, raw.pop("day"), raw.pop("time"))
    slug, linked = raw.pop("slug"), raw.pop("linked", True)
    path = raw.pop("path", site.permalink).format(slug=slug, date=published)
    deadline = raw.pop("deadline", None)
    changes = raw.pop("edits", ())
    text = {key: written(raw.pop(key)).strip() for key in ("title", "lead", "body")}
    labels = Labels(
        relevant=raw.pop("relevant"),
        domains=tuple(raw.pop("domains", ())),
        regions=tuple(raw.pop("regions", ())),
        genre=raw.pop("genre"),
        story=raw.pop("story", None),
    )
    return Article(
        slug=slug,
        url=f"http://{site.host}{path}" if linked else f"urn:sampleweb:{site.id}:{slug}",
        path=path,
        lang=lang,
        **text,
        published=published,
        changed=published,
        labels=labels,
        tags=tuple(raw.pop("tags", ())),
        deadline=None if deadline is None else started + timedelta(days=deadline),
        linked=linked,
        edits=tuple(_edit(each, started, lang) for each in changes),
        **raw,
    )


def _edit(raw: dict[str, Any], started: date, lang: str) -> Edit:
    at = instant(started, raw.pop("day"), raw.pop("time"))
    changes: dict[str, Any] = {
        key: fill_in(raw.pop(key), started, lang).strip()
        for key in ("title", "lead", "body")
        if key in raw
    }
    if "redated" in raw:
        moved = raw.pop("redated")
        changes["published"] = instant(started, moved["day"], moved["time"])
    if raw:
        raise ValueError(f"unknown keys in an edit: {sorted(raw)}")
    return Edit(at, changes)
