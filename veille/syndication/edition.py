"""What is written beside an edition's tables at publication: feeds, lists of sources, bundles.

Each is made from the edition as it stands in its folder, so that none holds more than it does.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from veille.config import Settings
from veille.i18n import _
from veille.settings.publish import PublishSettings
from veille.sources.opml import Outline
from veille.store.catalogue import OPEN, TEAM, Catalogue
from veille.store.catalogue import notices as catalogue_notices
from veille.syndication.bundles import write_bundle
from veille.syndication.feed import Feed, FeedEntry, Publisher
from veille.syndication.feeds import FORMS
from veille.syndication.opml import opml

FEEDS, BUNDLES = "feeds", "communautes"
_ARTICLES, _STORIES, _DOMAINS, _REGIONS = "articles", "recits", "domaines", "regions"


def write_extras(edition: str, folder: Path, settings: Settings) -> None:
    """Write the feeds and the bundles of the edition in `folder`, before it is sealed.

    The other edition's folder stands beside it. Raises StoreError when one cannot be read.
    """
    with ExitStack() as stack:
        catalogue = stack.enter_context(Catalogue(folder.parent, edition))
        moment = catalogue_notices.about(catalogue).published_at
        watch, language = settings.veille.name, settings.language
        publisher = Publisher(watch, edition, language, settings.zone, moment)
        _write_feeds(publisher, catalogue, folder / FEEDS, settings.publish)
        access = "open" if edition == OPEN else "private"
        bundles = [one for one in settings.publish.bundles if one.access == access]
        if not bundles:
            return
        passed_on = catalogue
        if edition == TEAM:
            passed_on = stack.enter_context(Catalogue(folder.parent, OPEN))
        for bundle in bundles:
            place = folder / BUNDLES / bundle.name
            most = settings.publish.feed_items
            write_bundle(bundle, place, catalogue, passed_on, publisher, most=most)


def _write_feeds(
    publisher: Publisher, catalogue: Catalogue, folder: Path, wanted: PublishSettings
) -> None:
    base = wanted.feeds_url if publisher.edition == OPEN else ""
    site = base and base.rpartition("/")[0] + "/"
    own: list[Outline] = []
    for name, title, entries in _feeds(publisher, catalogue, wanted.feed_items):
        feed = replace(publisher.feed(name, title, entries), site=site)
        _write_feed(feed, folder / name, base and f"{base}/{name}")
        own.append(Outline(feed.title, f"{base}/{name}.atom", site))
    (folder / "sources.opml").write_bytes(_sources(publisher, catalogue))
    if base:
        (folder / "fils.opml").write_bytes(opml(publisher.watch, {"": own}))


def _write_feed(feed: Feed, path: Path, address: str) -> None:
    """Write a feed in its three forms, at this path and the ending of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for ending, write in FORMS.items():
        told = replace(feed, address=address and f"{address}.{ending}")
        Path(f"{path}.{ending}").write_bytes(write(told))


def _feeds(
    publisher: Publisher, catalogue: Catalogue, most: int
) -> Iterator[tuple[str, str, list[FeedEntry]]]:
    """Yield the name, title and entries of each feed."""
    lists = catalogue_notices.newest(catalogue, most=most)
    known = catalogue_notices.notices(catalogue, {one for ids in lists.values() for one in ids})
    reasons = publisher.edition == TEAM
    entries = {
        item_id: publisher.item(notice, reasons=reasons) for item_id, notice in known.items()
    }
    wanted = [(_ARTICLES, _("all articles"), ("", ""))]
    for kind, folder in (("domain", _DOMAINS), ("region", _REGIONS)):
        names = _names(catalogue, kind, lists)
        wanted += [(f"{folder}/{id_}", label, (kind, id_)) for id_, label in names.items()]
    for name, title, of in wanted:
        yield name, title, [entries[item_id] for item_id in lists.get(of, ())]
    stories = catalogue_notices.newest_stories(catalogue, most=most)
    yield _STORIES, _("stories told by several articles"), list(map(publisher.story, stories))


def _names(
    catalogue: Catalogue, kind: str, lists: Mapping[tuple[str, str], object]
) -> dict[str, str]:
    """Return what has a feed: all domains, Québec's regions, other places that items are about.

    So those who follow a region subscribe before it has its first item.
    """
    labels = catalogue_notices.named(catalogue, kind)
    always = {id_ for id_ in labels if kind == "domain" or id_.startswith("QC-")}
    found = {id_ for of, id_ in lists if of == kind}
    return {id_: labels.get(id_, id_) for id_ in sorted(always | found)}


def _sources(publisher: Publisher, catalogue: Catalogue) -> bytes:
    """Return the sources at work as OPML, under the domains that they usually treat."""
    groups: dict[str, list[Outline]] = {}
    labels = catalogue_notices.named(catalogue, "domain")
    for source in catalogue_notices.subscribed(catalogue):
        outline = Outline(
            source["name"], source["feed"], source["url"], language=source["language"] or ""
        )
        for name in [labels.get(id_, id_) for id_ in source["domains"]] or [_("All domains")]:
            groups.setdefault(name, []).append(outline)
    return opml(publisher.watch, dict(sorted(groups.items())))
