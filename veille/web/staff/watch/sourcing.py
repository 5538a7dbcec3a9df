"""How each declared source is, from sources.yaml and what the last run told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from veille.amending import seen_of
from veille.folding import fold
from veille.health.report import read_status
from veille.i18n import N_, _
from veille.model import Source
from veille.model.polls import Health
from veille.sources.registry import load_sources, waiting_reason
from veille.web.site import Site
from veille.wording import explain, explain_lack

STATES: Final = {
    "failing": N_("fails"),
    "silent": N_("silent longer than usual"),
    "retired": N_("withdrawn for good"),
    "untried": N_("not asked yet"),
    "ok": N_("answers well"),
    "waiting": N_("not at work"),
}
"""How a source is, those that need somebody first."""

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One source and how it is, as the last run told; `gap` is its usual rhythm in days."""

    source: Source
    state: str
    why: str
    since: datetime | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    next_due: datetime | None = None
    silent_after: datetime | None = None
    gap: float | None = None
    failures: int = 0


def declared(site: Site) -> tuple[Source, ...]:
    """Return the sources of sources.yaml as it is now; none where there is no such file."""
    path = site.workspace.sources
    return _loaded(path, seen_of(path)) if path.is_file() else ()


def lines(site: Site) -> list[Line]:
    """Return the declared sources, each with its health."""
    told = {one["source_id"]: one for one in read_status(site.workspace.status)["sources"]}
    now = site.clock.now()
    return [_line(one, told.get(one.id, {}), now) for one in declared(site)]


def told_at(site: Site) -> datetime | None:
    """Return when a run last told of sources."""
    return _moment(read_status(site.workspace.status)["written_at"])


def answers(line: Line, words: str, state: str, region: str, category: str) -> bool:
    """Whether a source is one of those asked for; what is empty narrows nothing."""
    source = line.source
    told = fold(f"{source.name} {source.id} {source.url} {source.feed or ''}")
    return (
        all(word in told for word in fold(words[:_LONGEST]).split())
        and state in ("", line.state)
        and region in ("", source.region)
        and category in ("", source.category)
    )


@lru_cache(maxsize=4)
def _loaded(path: Path, _seen: str) -> tuple[Source, ...]:
    return load_sources(path)


def _line(source: Source, told: Mapping[str, Any], now: datetime) -> Line:
    moments = {
        name: _moment(told.get(name))
        for name in ("last_attempt", "last_success", "last_new", "next_due", "silent_after")
    }
    state = str(told.get("health", Health.UNTRIED)) if source.active else "waiting"
    silent = moments["silent_after"]
    if state == Health.OK and silent and silent <= now:
        state = "silent"
    failure = told.get("failure") or {}
    why = explain(failure["kind"], failure.get("detail", "")) if failure else ""
    since = {"silent": moments["last_new"], "failing": _moment(told.get("failing_since"))}
    return Line(
        source,
        state if state in STATES else "untried",
        _waiting(source) if state == "waiting" else why,
        since.get(state),
        gap=told.get("usual_gap"),
        failures=told.get("failures") or 0,
        **moments,
    )


def _waiting(source: Source) -> str:
    """Say why a source is not asked."""
    return {
        "api": _("of a kind that is not read yet"),
        "recipe": explain_lack(source.kind),
        "address": _("the address of its feed is not known"),
        "unseen": _("its address was deduced, and never seen to work"),
        "paused": _("paused by somebody"),
    }.get(waiting_reason(source), "")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
