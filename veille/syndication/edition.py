"""What is written beside an edition's tables at publication: feeds, lists of sources, bundles.

Each is made from the edition as it stands in its folder, so that none holds more than it does.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from veille.config import Settings
from veille.i18n import _
from veille.notices import About
from veille.sources.opml import Outline
from veille.store.catalogue import OPEN, TEAM, Catalogue
from veille.store.catalogue import notices as catalogue_notices
from veille.syndication.bundles import write_bundle
from veille.syndication.feed import Feed, FeedEntry, feed_id, item_entry, story_entry
from veille.syndication.feeds import FORMS
from veille.syndication.opml import opml

FEEDS, BUNDLES = "feeds", "communautes"
_ARTICLES, _STORIES, _DOMAINS, _REGIONS = "articles", "recits", "domaines", "regions"


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to write the feeds of one edition."""

    settings: Settings
    about: About
    catalogue: Catalogue

    @property
    def zone(self) -> ZoneInfo:
        """The zone that dates are told in."""
        return self.settings.zone

    def feed(self, name: str, title: str, entries: Sequence[FeedEntry]) -> Feed:
        """Return a feed of this edition; `name` is its file without the ending."""
        watch, base = self.settings.veille.name, self.settings.publish.feeds_url
        moment = self.about.published_at.astimezone(self.zone).replace(microsecond=0)
        is_open = self.about.edition == OPEN
        return Feed(
            id=feed_id(watch, self.about.edition, name),
            title=f"{watch} — {title}",
            description=_("What the watch « {name} » found: {title}.").format(
                name=watch, title=title
            ),
            language=self.settings.language,
            author=watch,
            updated=max((entry.updated for entry in entries), default=moment),
            entries=tuple(entries),
            site=base and base.rpartition("/")[0] + "/",
            address=f"{base}/{name}" if base and is_open else "",
        )


def write_extras(edition: str, folder: Path, settings: Settings) -> None:
    """Write the feeds and the bundles of the edition in `folder`, before it is sealed.

    The other edition's folder stands beside it. Raises StoreError when one cannot be read.
    """
    with ExitStack() as stack:
        catalogue = stack.enter_context(Catalogue(folder.parent, edition))
        desk = Desk(settings, catalogue_notices.about(catalogue), catalogue)
        _write_feeds(desk, folder / FEEDS)
        access = "open" if edition == OPEN else "private"
        bundles = [one for one in settings.publish.bundles if one.access == access]
        if not bundles:
            return
        passed_on = catalogue
        if edition == TEAM:
            passed_on = stack.enter_context(Catalogue(folder.parent, OPEN))
        for bundle in bundles:
            write_bundle(bundle, folder / BUNDLES / bundle.name, catalogue, passed_on, settings)


def _write_feeds(desk: Desk, folder: Path) -> None:
    made: list[Feed] = []
    for name, title, entries in _feeds(desk):
        feed = desk.feed(name, title, entries)
        made.append(feed)
        write_feed(feed, folder / name)
    (folder / "sources.opml").write_bytes(_sources(desk))
    if desk.settings.publish.feeds_url and desk.about.edition == OPEN:
        (folder / "fils.opml").write_bytes(_own(desk, made))


def write_feed(feed: Feed, path: Path) -> None:
    """Write a feed in its three forms, at this path and the ending of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for ending, write in FORMS.items():
        address = feed.address and f"{feed.address}.{ending}"
        Path(f"{path}.{ending}").write_bytes(write(replace(feed, address=address)))


def _feeds(desk: Desk) -> list[tuple[str, str, list[FeedEntry]]]:
    """Return the name, title and entries of each feed."""
    most, catalogue = desk.settings.publish.feed_items, desk.catalogue
    lists = catalogue_notices.newest(catalogue, most=most)
    known = catalogue_notices.notices(catalogue, {one for ids in lists.values() for one in ids})
    now, reasons = desk.about.published_at, desk.about.edition == TEAM
    entries = {
        item_id: item_entry(notice, now=now, zone=desk.zone, reasons=reasons)
        for item_id, notice in known.items()
    }
    stories = catalogue_notices.newest_stories(catalogue, most=most)
    domains, regions = _names(desk, "domain", lists), _names(desk, "region", lists)
    wanted = [
        (_ARTICLES, _("all articles"), ("", "")),
        *((f"{_DOMAINS}/{id_}", label, ("domain", id_)) for id_, label in domains.items()),
        *((f"{_REGIONS}/{id_}", label, ("region", id_)) for id_, label in regions.items()),
    ]
    return [
        *((name, title, [entries[one] for one in lists.get(of, ())]) for name, title, of in wanted),
        (_STORIES, _("stories told by several articles"),
         [story_entry(story, now=now, zone=desk.zone) for story in stories]),
    ]  # fmt: skip


def _names(desk: Desk, kind: str, lists: Mapping[tuple[str, str], object]) -> dict[str, str]:
    """Return what has a feed: all domains, Québec's regions, other places that items are about.

    So those who follow a region subscribe before it has its first item.
    """
    labels = catalogue_notices.named(desk.catalogue, kind)
    always = {id_ for id_ in labels if kind == "domain" or id_.startswith("QC-")}
    found = {id_ for of, id_ in lists if of == kind}
    return {id_: labels.get(id_, id_) for id_ in sorted(always | found)}


def _sources(desk: Desk) -> bytes:
    """Return the sources at work as OPML, under the domains that they usually treat."""
    groups: dict[str, list[Outline]] = {}
    labels = catalogue_notices.named(desk.catalogue, "domain")
    for source in catalogue_notices.subscribed(desk.catalogue):
        outline = Outline(
            source["name"], source["feed"], source["url"], language=source["language"] or ""
        )
        for name in [labels.get(id_, id_) for id_ in source["domains"]] or [_("All domains")]:
            groups.setdefault(name, []).append(outline)
    return opml(desk.settings.veille.name, dict(sorted(groups.items())))


def _own(desk: Desk, feeds: Sequence[Feed]) -> bytes:
    outlines = [Outline(feed.title, f"{feed.address}.atom", feed.site) for feed in feeds]
    return opml(desk.settings.veille.name, {"": outlines})
