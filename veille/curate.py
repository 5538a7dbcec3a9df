"""Tend the registry of sources: try them, wake those that work, add one, bring some from OPML."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from veille import scouting
from veille.ask import Asker
from veille.clock import SystemClock
from veille.errors import FailureKind, ReadError, UsageError
from veille.faults import unreadable
from veille.i18n import _
from veille.model import SourceKind, StepReport
from veille.online import open_fetcher
from veille.scouting import Trial, try_source
from veille.sources.editing import amend_sources, append_sources
from veille.sources.opml import OpmlList, Outline, read_opml
from veille.sources.registry import load_sources
from veille.urls import is_web
from veille.watcher import Unwatched, Watcher
from veille.workers import LocalWorkers
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Imported:
    """What an OPML file brought: ids added, titles already known, titles without an address."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    without_address: tuple[str, ...]


def try_sources(
    workspace: Workspace, ids: Sequence[str], watcher: Watcher | None = None
) -> list[Trial]:
    """Ask these sources now (all of them when none is named), without storing anything.

    `watcher` looks on, a source at a time. Raises UsageError for an id that is not in sources.yaml.
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
        return _watched([pool.submit(try_source, source, asking) for source in chosen], watcher)


def _watched(asked: Sequence[Future[Trial]], watcher: Watcher | None) -> list[Trial]:
    watcher = watcher or Unwatched()
    watcher.begin("try", len(asked))
    for _done in as_completed(asked):
        watcher.advance()
    trials = [one.result() for one in asked]
    failed = sum(trial.failure is not None for trial in trials)
    watcher.end(StepReport("try", len(trials), len(trials) - failed, failed))
    return trials


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
    """Find what works at a web address; see `scouting.discover` for what it raises.

    Raises UsageError for what is no web address.
    """
    if not is_web(url):
        raise UsageError(
            _("« {text} » is not a web address").format(text=url[:100]),
            _("Write it like this: https://a-site.example.org/"),
        )
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
    """Append the feeds of an OPML file that are not there yet; they wait to be seen working.

    Their group becomes their category. Raises UsageError for a file that is no OPML.
    """
    found = _opml(path)
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
        fresh.append(_declared(ident, outline))
    if fresh:
        append_sources(workspace.sources, fresh)
    return Imported(tuple(str(one["id"]) for one in fresh), tuple(known), found.without_url)


def _opml(path: Path) -> OpmlList:
    try:
        return read_opml(path.read_bytes())
    except OSError as error:
        raise UsageError(unreadable(path, error)) from None
    except ReadError as error:
        told = {
            FailureKind.EMPTY: _("{path} is empty."),
            FailureKind.TOO_LARGE: _("{path} is too large for a list of subscriptions."),
        }.get(error.kind) or _("{path} is not an OPML file.")
        raise UsageError(
            told.format(path=path),
            _("Feed readers write one when asked to export subscriptions."),
        ) from None


def _declared(ident: str, outline: Outline) -> dict[str, object]:
    """Return an outline as the keys of sources.yaml."""
    category = outline.category
    if not re.fullmatch(r"[a-z0-9_-]*", category):  # a group's title, from another reader
        category = _slug(category)
    said = {"language": [outline.language] * bool(outline.language), "category": category}
    return {
        "id": ident,
        "name": outline.title,
        "url": outline.site or outline.url,
        "feed": outline.url,
        "kind": str(SourceKind.FEED),
        "active": False,
        **{key: value for key, value in said.items() if value},
    }


@contextmanager
def asker(workspace: Workspace) -> Iterator[Asker]:
    """Open what asking sources outside a run needs."""
    settings, clock = workspace.settings, SystemClock()
    with (
        open_fetcher(workspace, clock) as fetcher,
        LocalWorkers(settings.read, settings.processes) as workers,
    ):
        yield Asker(fetcher, workers, settings)


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
