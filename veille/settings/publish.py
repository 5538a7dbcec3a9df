"""The `publish:` section of config.yaml: the catalogue, its feeds, its bundles for communities."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from veille.i18n import _
from veille.settings.section import Section


def _a_web_address(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError(_("« {text} » should begin with https://").format(text=text))
    return text.rstrip("/")


def _apart(bundles: tuple["Bundle", ...]) -> tuple["Bundle", ...]:
    names = [bundle.name for bundle in bundles]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(_("two bundles are called « {name} »").format(name=min(twice)))
    return bundles


class BundleFilter(Section):
    """What a bundle holds: of several values of one kind any will do, of several kinds all must."""

    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    words: str = Field(default="", max_length=500)
    days: int | None = Field(default=None, ge=1, le=36_500)


class Bundle(Section):
    """What one community is given: the articles that a filter lets through, as files."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    title: str = Field(min_length=1, max_length=120)
    access: Literal["open", "private"] = "private"
    filter: BundleFilter = Field(default_factory=BundleFilter)


class PublishSettings(Section):
    """The published catalogue."""

    keep: int = Field(default=8, ge=2, le=1_000)
    """Dated copies kept of each edition, the newest included, so that a figure can be checked
    against the snapshot it was taken from."""

    feeds_url: Annotated[str, AfterValidator(_a_web_address)] = ""
    """Where the open edition's folder `feeds` is reached, like https://veille.example.org/feeds;
    when empty, the feeds do not tell their own address."""

    feed_items: int = Field(default=50, ge=1, le=1_000)
    """Entries of each feed, the newest."""

    bundles: Annotated[tuple[Bundle, ...], AfterValidator(_apart)] = ()
    """What each community is given apart: a list of `name`, `title`, `access` (private or open) and
    `filter` (domains, regions, themes, item_types, languages, sources, words, days); see
    docs/catalogue.md."""
