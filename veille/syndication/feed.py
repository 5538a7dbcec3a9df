"""A feed as a value, and what an item or a story becomes in it. Pure.

All text is rid of what XML cannot hold, all addresses are http(s) or urn, all dates have the
watch's zone and none is later than the snapshot that told it.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from veille.i18n import _, _n
from veille.notices import Notice, StoryNotice
from veille.text import tidy

WORDS = 100
"""Words of a text that an entry tells at most, where any may be passed on."""

_NAMESPACE = uuid.UUID("51a01215-ed1a-44d0-ab9f-95ef60aa3f8c")  # ours, drawn once
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry; `html` is safe markup, `updated` the moment when the watch first told it."""

    id: str
    title: str
    url: str
    html: str
    updated: datetime
    published: datetime | None = None
    language: str | None = None
    author: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, in whatever form it is written; `address` is its own in that form, if known."""

    id: str
    title: str
    description: str
    language: str
    author: str
    updated: datetime
    entries: tuple[FeedEntry, ...] = ()
    site: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose feeds these are: a watch, the edition they come from, the moment it was published."""

    watch: str
    edition: str
    language: str
    zone: ZoneInfo
    now: datetime

    def feed(self, name: str, title: str, entries: Sequence[FeedEntry]) -> Feed:
        """Return a feed; its identifier is the same for ever for a watch and an edition."""
        watch, title = tidy(self.watch), tidy(title)
        return Feed(
            id=_urn("feed", watch, self.edition, name),
            title=f"{watch} — {title}",
            description=_("What the watch « {name} » found: {title}.").format(
                name=watch, title=title
            ),
            language=self.language,
            author=watch,
            updated=max((one.updated for one in entries), default=_told(self.now, self.zone)),
            entries=tuple(entries),
        )

    def item(self, notice: Notice, *, reasons: bool = False) -> FeedEntry:
        """Return an item's entry; with `reasons`, what decided and what is in doubt too."""
        return item_entry(notice, now=self.now, zone=self.zone, reasons=reasons)

    def story(self, story: StoryNotice) -> FeedEntry:
        """Return a story's entry."""
        return story_entry(story, now=self.now, zone=self.zone)


def item_entry(notice: Notice, *, now: datetime, zone: ZoneInfo, reasons: bool) -> FeedEntry:
    """Return an item's entry; with `reasons`, what decided and what is in doubt are told too."""
    return FeedEntry(
        id=_urn("item", notice.item_id),
        title=title_of(notice),
        url=_link(notice.url, "item", notice.item_id),
        html=_item_html(notice, reasons=reasons),
        updated=_told(min(notice.seen_at, now), zone),
        published=_published(notice.published_at, now, zone),
        language=_language(notice.language),
        author=tidy(notice.author) or tidy(notice.source),
        tags=tuple(filter(None, (tidy(tag.label) for tag in notice.tags))),
    )


def story_entry(story: StoryNotice, *, now: datetime, zone: ZoneInfo) -> FeedEntry:
    """Return a story's entry: the items that tell it, the original first where it is known."""
    first = story.told[0]
    tags = dict.fromkeys(tidy(tag.label) for notice in story.told for tag in notice.tags)
    return FeedEntry(
        id=_urn("story", story.story_id),
        title=tidy(story.title) or title_of(first),
        url=_link(first.url, "story", story.story_id),
        html=_story_html(story),
        updated=_told(min(story.seen_at, now), zone),
        published=_published(first.published_at, now, zone),
        language=_language(first.language),
        author=tidy(first.source),
        tags=tuple(filter(None, tags)),
    )


def title_of(notice: Notice) -> str:
    """Return an item's title in one line, its address for want of one."""
    title = tidy(notice.title) or tidy(notice.url) or _("Untitled")
    return " ".join(title.split())


def excerpt(text: str, words: int = WORDS) -> str:
    """Return a text from its beginning, followed by « … » where it goes on."""
    parts = text.split(maxsplit=words)
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")


def web_address(url: str) -> str:
    """Return an address if it leads to the web, else nothing."""
    return url if _WEB.fullmatch(url) and url.isprintable() else ""


def _item_html(notice: Notice, *, reasons: bool) -> str:
    parts = [f"<p>{escape(line)}</p>" for line in tidy(notice.note).split("\n\n") if line]
    if quoted := excerpt(tidy(notice.text)):
        parts.append(f"<blockquote><p>{escape(quoted)}</p></blockquote>")
    parts.append(f"<p>{escape(_facts(notice))}</p>")
    if reasons:
        parts += [f"<p>{escape(line)}</p>" for line in _reasons(notice)]
    return "".join(parts)


def _facts(notice: Notice) -> str:
    told = [
        (_("Source"), [notice.source, notice.published_on.isoformat()]),
        (_("Domains"), notice.named("domain")),
        (_("Regions"), notice.named("region")),
        (_("Themes"), notice.named("theme")),
        (_("Kind"), notice.named("type")),
    ]
    return ". ".join(
        _("{name}: {values}").format(name=name, values=", ".join(map(tidy, values)))
        for name, values in told
        if values
    )


def _reasons(notice: Notice) -> Iterable[str]:
    if notice.because:
        yield _("{name}: {values}").format(
            name=_("Because of"), values=", ".join(map(tidy, notice.because))
        )
    if notice.doubtful:
        yield _("In doubt: a person should look at it.")


def _story_html(story: StoryNotice) -> str:
    told = _n("{n} article", "{n} articles", story.items).format(n=story.items)
    lines = [f"<p>{escape(told)}</p>"]
    if story.reason:
        lines.append(f"<p>{escape(tidy(story.reason))}</p>")
    members = "".join(f"<li>{_member_html(notice)}</li>" for notice in story.told)
    return "".join([*lines, f"<ul>{members}</ul>"])


def _member_html(notice: Notice) -> str:
    title = escape(title_of(notice))
    if link := web_address(notice.url):
        title = f'<a href="{escape(link)}">{title}</a>'
    return f"{escape(tidy(notice.source))}, {notice.published_on.isoformat()} — {title}"


def _link(url: str, *of: str) -> str:
    return web_address(url) or _urn(*of)


def _urn(*of: str) -> str:
    return uuid.uuid5(_NAMESPACE, "/".join(of)).urn


def _published(moment: datetime | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    return _told(moment, zone) if moment and _EARLIEST <= moment <= now else None


def _told(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(microsecond=0)


def _language(code: str | None) -> str | None:
    return code if code and _LANGUAGE.fullmatch(code) else None
