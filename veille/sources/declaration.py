"""One entry of sources.yaml: its keys, their types, and what goes with what."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from veille.i18n import _
from veille.model import Excerpt, ListingRecipe, OaiRecipe, Source, SourceKind, Verification
from veille.sources.links import web_link


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", text):
        raise ValueError(_("« {text} » should be like « mon-site »").format(text=text))
    return text


def _web_address(text: str) -> str:
    if web_link("", text) != text:
        raise ValueError(_("« {text} » is not a web address").format(text=text))
    return text


def _selector(text: str) -> str:
    from cssselect import HTMLTranslator, SelectorError  # for listings alone

    try:
        HTMLTranslator().css_to_xpath(text or "*")
    except SelectorError as error:
        raise ValueError(
            _("« {text} » is not a CSS selector: {error}").format(text=text, error=error)
        ) from None
    return text


def _policy(text: str) -> str:
    if not re.fullmatch(r"none|title|full|quote:[1-9]\d{0,3}", text):
        raise ValueError(_("« {text} » is not one of none, title, quote:N, full").format(text=text))
    return text


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
Address = Annotated[str, AfterValidator(_web_address)]
Selector = Annotated[str, AfterValidator(_selector)]
Words = Annotated[tuple[str, ...], BeforeValidator(_several)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: object) -> object:
        """Take a key without a value, or with `null`, for one that is not there."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None}


class Listing(_Keys):
    """How to read a listing page (see ListingRecipe), and a stored page that shows it works."""

    items: Annotated[Selector, Field(min_length=1)]
    title: Selector = ""
    link: Selector = "a"
    date: Selector = ""
    summary: Selector = ""
    expect: int = Field(default=0, ge=0)
    example: str = ""


class Oai(_Keys):
    """Which set to ask of an OAI-PMH repository; none for all of it."""

    set: str = ""
    prefix: str = "oai_dc"


class Evidence(_Keys):
    """How a source was found to exist (see Verification)."""

    method: str = ""
    evidence: str = ""
    feed_evidence: str = ""


class Located(_Keys):
    """An organisation whose site is still to be found."""

    name: Text
    region: str = ""
    evidence: str = ""


class Declaration(_Keys):
    """The keys of one source; docs/sources.md says what each is for."""

    id: Annotated[str, AfterValidator(_identifier)]
    name: Text
    url: Address
    kind: SourceKind
    feed: Address | None = None
    feed_status: Literal["", "documented", "likely", "none"] = ""
    active: bool = False
    language: Words = ()
    country: str = ""
    region: str = ""
    category: str = ""
    domains: Words = ()
    cadence: str = ""
    excerpt: Annotated[str, AfterValidator(_policy)] = "title"
    listing: Listing | None = None
    oai: Oai | None = None
    verified: bool = False
    verification: Evidence = Evidence()
    note: str = ""

    def misfits(self) -> Iterator[tuple[str, str]]:
        """Tell each key that does not go with the source's kind, and why."""
        if self.listing and self.kind is not SourceKind.LISTING:
            yield "listing", _("only goes with « kind: listing »")
        if self.oai and self.kind is not SourceKind.OAI:
            yield "oai", _("only goes with « kind: oai »")
        if not self.active:
            return
        if self.kind is SourceKind.API:
            yield "active", _("this kind is not read yet, so it has to wait")
        if self.kind is SourceKind.LISTING and not self.listing:
            yield "listing", _("a listing at work needs its selectors")
        if self.kind is SourceKind.OAI and not self.oai:
            yield "oai", _("a repository at work needs « set: NAME », or « {} » for all of it")

    def source(self) -> Source:
        """Return the value that the rest of veille works with."""
        policy, _colon, count = self.excerpt.partition(":")
        listing = self.listing and self.listing.model_dump(exclude={"example"})
        return Source(
            id=self.id,
            name=self.name,
            url=self.url,
            kind=self.kind,
            feed=self.feed,
            active=self.active,
            languages=self.language,
            country=self.country,
            region=self.region,
            category=self.category,
            domains=self.domains,
            cadence=self.cadence,
            excerpt=Excerpt(policy, int(count or 0)),
            listing=ListingRecipe(**listing) if listing else None,
            oai=OaiRecipe(**self.oai.model_dump()) if self.oai else None,
            note=self.note,
            feed_status=self.feed_status,
            verified=self.verified,
            verification=Verification(**self.verification.model_dump()),
        )
