"""Tend the registry of sources: try them, wake those that work, add one, bring some from OPML."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from veille import scouting
from veille.ask import Asker
from veille.clock import SystemClock
from veille.errors import UsageError
from veille.i18n import _
from veille.model import SourceKind
from veille.runner import open_fetcher
from veille.scouting import Trial, try_source
from veille.sources.opml import read_opml
from veille.sources.registry import amend_sources, append_sources, load_sources
from veille.workers import Workers
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Imported:
    """What an OPML file brought: ids added, titles already known, titles without an address."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    without_address: tuple[str, ...]


def try_sources(workspace: Workspace, ids: Sequence[str]) -> list[Trial]:
    """Ask these sources now (all of them when none is named), without storing anything.

    Raises UsageError for an id that is not in sources.yaml.
    """
    sources = load_sources(workspace.sources)
    by_id = {source.id: source for source in sources}
    if unknown := [name for name in ids if name not in by_id]:
        raise UsageError(
            _("Not in {path}: {names}.").format(path=workspace.sources, names=", ".join(unknown)),
            _("« veille sources list » shows those there are."),
        )
    chosen = [by_id[name] for name in ids] if ids else list(sources)
    with (
        asker(workspace) as asking,
        ThreadPoolExecutor(workspace.settings.fetch.hosts_at_once) as pool,
    ):
        return list(pool.map(lambda source: try_source(source, asking), chosen))


def activate_working(workspace: Workspace, trials: Sequence[Trial]) -> list[str]:
    """Put to work, in sources.yaml, the waiting sources that were seen to work; return their ids.

    An address that was found by looking for it is written there too.
    """
    changes: dict[str, dict[str, object]] = {}
    for trial in trials:
        if trial.works and not trial.source.active:
            changes[trial.source.id] = {"active": True}
            if trial.found:
                changes[trial.source.id]["feed"] = trial.address
    if changes:
        amend_sources(workspace.sources, changes)
    return list(changes)


def discover(workspace: Workspace, url: str) -> Trial:
    """Find what works at a web address; see `scouting.discover` for what it raises."""
    with asker(workspace) as asking:
        return scouting.discover(url, asking)


def add_source(workspace: Workspace, trial: Trial) -> str:
    """Append a tried source to sources.yaml, active; return the id it got."""
    source = trial.source
    taken = {known.id: known for known in load_sources(workspace.sources)}
    for known in taken.values():
        if known.address == trial.address:
            raise UsageError(
                _("{url} is there already, as « {id} ».").format(url=trial.address, id=known.id)
            )
    ident = _free(source.id, set(taken))
    append_sources(
        workspace.sources,
        [
            {
                "id": ident,
                "name": source.name,
                "url": source.url,
                "feed": source.feed,
                "kind": str(source.kind),
                "active": True,
            }
        ],
    )
    return ident


def import_opml(workspace: Workspace, path: Path) -> Imported:
    """Append the feeds of an OPML file that are not there yet; they wait to be seen working."""
    found = read_opml(path.read_bytes())
    sources = load_sources(workspace.sources)
    ids, addresses = {s.id for s in sources}, {s.address for s in sources}
    fresh, known = [], []
    for outline in found.feeds:
        if outline.url in addresses:
            known.append(outline.title)
            continue
        addresses.add(outline.url)
        ident = _free(_slug(outline.title), ids)
        ids.add(ident)
        fresh.append(
            {
                "id": ident,
                "name": outline.title,
                "url": outline.site or outline.url,
                "feed": outline.url,
                "kind": str(SourceKind.FEED),
                "active": False,
            }
        )
    if fresh:
        append_sources(workspace.sources, fresh)
    return Imported(tuple(str(one["id"]) for one in fresh), tuple(known), found.without_url)


@contextmanager
def asker(workspace: Workspace) -> Iterator[Asker]:
    """Open what asking sources outside a run needs."""
    settings, clock = workspace.settings, SystemClock()
    with (
        open_fetcher(workspace, clock) as fetcher,
        Workers(settings.read, settings.workers) as workers,
    ):
        yield Asker(fetcher, workers, settings.collect, settings.zone)


def _slug(title: str) -> str:
    """Return a title as an id: lower-case letters and digits, hyphens between."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:60].strip("-") or "source"


def _free(wanted: str, taken: set[str]) -> str:
    """Return the id wanted, or the same with the first number that makes it free."""
    return next(
        name
        for name in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3)))
        if name not in taken
    )
