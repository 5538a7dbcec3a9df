"""A template and values → a page in the reader's language.

The language is that of `?lang=`, else the one the browser asks for, else the workspace's. Once it
was chosen, links carry it on: no cookie remembers it.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from veille import i18n
from veille.classify.explain import percent
from veille.digest.typography import (
    spoken_day,
    spoken_hour,
    spoken_moment,
    spoken_period,
    typeset,
)
from veille.digest.view import section_name
from veille.subscribers.people import Subscriber
from veille.version import __version__
from veille.web.site import Site
from veille.wording import category_name, pipeline_name, store_name

_LOCALES: Final = {"fr": "fr-CA", "en": "en-CA"}
_OTHERS: Final = {"fr": ("en", "English"), "en": ("fr", "Français")}


class Links:
    """Addresses within the site, as templates ask for them: never made from what a request says."""

    def __init__(self, prefix: str, chosen: str | None) -> None:
        self._prefix = prefix
        self._chosen = chosen

    def to(self, path: str, **query: str) -> str:
        """Return the address of one of our pages, in the language that was chosen."""
        if self._chosen:
            query.setdefault("lang", self._chosen)
        return f"{self._prefix}{path}" + (f"?{urlencode(query)}" if query else "")

    def file(self, path: str) -> str:
        """Return the address of something that has no language."""
        return f"{self._prefix}{path}"


def links(request: Request, site: Site) -> Links:
    """Return the links of a page that answers this request."""
    return Links(site.prefix, chosen_language(request.query_params.get("lang")))


def page(
    request: Request,
    site: Site,
    template: str,
    *,
    status: int = 200,
    here: str = "",
    headers: dict[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page in the language in force.

    `here` is its path, for the switch of languages; without it the page offers none.
    """
    language = i18n.language()
    other, other_name = _OTHERS[language]
    link = links(request, site)
    given = {
        "site": site.name,
        "masthead": site.workspace.settings.deliver,
        "lang": _LOCALES[language],
        "language": language,
        "link": link,
        "here": here,
        "other_url": Links(site.prefix, other).to(here) if here else "",
        "other_lang": _LOCALES[other],
        "other_name": other_name,
        "version": __version__,
        "index": False,
        **values,
    }
    html = _environment().get_template(f"{template}.html.j2").render(given)
    told = {"Content-Language": _LOCALES[language], **(headers or {})}
    return HTMLResponse(html, status, told)


def speak_to(person: Subscriber, request: Request) -> None:
    """Speak a person's own language, unless the link says another."""
    if not chosen_language(request.query_params.get("lang")):
        i18n.use_language(person.choices.language)


def chosen_language(asked: str | None) -> str | None:
    """Return the language that a link names, if it is one of ours."""
    return asked if asked in i18n.LANGUAGES else None


def accepted_language(header: str) -> str | None:
    """Return which of our languages a browser likes best (`Accept-Language`, RFC 9110, 12.5.4)."""
    best: tuple[float, str] | None = None
    for part in header[:200].split(","):
        tag, _semicolon, weight = part.partition(";q=")
        code = tag.strip()[:2].lower()
        try:
            liking = float(weight) if weight else 1.0
        except ValueError:
            continue
        if code in i18n.LANGUAGES and liking > (best[0] if best else 0.0):
            best = (liking, code)
    return best[1] if best else None


@cache
def _environment() -> Environment:
    folder = Path(str(files("veille.web") / "templates"))
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=i18n._, _n=i18n._n)
    environment.filters["day"] = lambda day: spoken_day(day, i18n.language(), year=True)
    environment.filters["month"] = lambda day: format_date(day, "MMMM y", locale=_locale())
    environment.filters["short_month"] = lambda day: format_date(day, "LLL", locale=_locale())
    environment.filters["moment"] = lambda at: spoken_moment(at, i18n.language())
    environment.filters["hour"] = lambda at: spoken_hour(at, i18n.language())
    environment.filters["period"] = lambda days: spoken_period(days[0], days[1], i18n.language())
    environment.filters["typeset"] = lambda text, language: typeset(text or "", language or "")
    environment.filters["chance"] = percent
    environment.filters["domain"] = section_name
    environment.filters["number"] = lambda value: format_decimal(value, locale=_locale())
    environment.filters["percent"] = lambda value: format_percent(value, locale=_locale())
    environment.filters["language_name"] = language_name
    environment.filters["category"] = category_name
    environment.filters["pipeline"] = pipeline_name
    environment.filters["store"] = store_name
    return environment


def language_name(code: str) -> str:
    """Return what a language (ISO 639-1) is called in the one in force; its code if none knows."""
    return str(Locale.parse(_locale()).languages.get(code, code))


def _locale() -> str:
    return _LOCALES[i18n.language()].replace("-", "_")
