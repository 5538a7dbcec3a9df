"""What commands show as tables, for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from veille.classify.explain import domain_name
from veille.i18n import _, _n, language
from veille.model import Source
from veille.report import causes, step_words
from veille.scouting import Trial
from veille.sources.declaration import Located
from veille.sources.registry import Waiting, waiting_reason
from veille.wording import explain, explain_lack

SHOWN_ITEMS = 5
_SHOWN_TAGS = 12


def source_table(sources: Sequence[Source], later: Sequence[Located]) -> RenderableType:
    """The registry: each source, how it is read, and why it waits if it does."""
    table = table_of(_("id"), _("name"), _("kind"), _("state"))
    for source in sources:
        table.add_row(source.id, source.name, source.kind, _state(source))
    if not later:
        return table
    n = len(later)
    told = _n(
        "{n} organisation’s site is still to be found: {names}.",
        "{n} organisations’ sites are still to be found: {names}.",
        n,
    ).format(n=n, names=", ".join(one.name for one in later))
    return Group(table, Text(told))


def trial_table(trials: Sequence[Trial]) -> RenderableType:
    """What asking each source gave."""
    table = table_of(_("id"), _("answer"), _("newest"))
    for trial in trials:
        table.add_row(trial.source.id, _answer(trial), trial.newest_day)
    working = sum(trial.works for trial in trials)
    told = _n("{n} source works.", "{n} sources work.", working).format(n=working)
    return Group(table, Text(told))


def trial_items(trial: Trial) -> RenderableType:
    """The last items of a source that was tried."""
    title = _("{name}: {address}").format(name=trial.source.name, address=trial.address)
    table = table_of(_("date"), _("title"), title=title)
    for entry in trial.entries[:SHOWN_ITEMS]:
        day = entry.published.at.date().isoformat() if entry.published else ""
        table.add_row(day, entry.title or entry.url or "")
    return table


def status_screen(
    told: dict[str, Any], zone: ZoneInfo, regions: Mapping[str, str]
) -> RenderableType:
    """What `veille status` shows: runs, counts, then the sources, those in trouble first.

    `regions` has the names of regions by their codes.
    """
    if not told["runs"]:
        return Text(_("No run yet. « veille run nightly » makes the first."))
    runs = table_of(_("run"), _("begun"), _("state"), _("account"), title=_("Last runs"))
    for run in told["runs"][:5]:
        steps = ", ".join(step_words(s["name"], s["done"], s["new"]) for s in run["steps"])
        runs.add_row(
            run["pipeline"], moment(run["started_at"], zone), _run_state(run["status"]), steps
        )
    counts = ", ".join(
        _("{name}: {count}").format(name=name, count=count)
        for name, count in _named(told["counts"])
    )
    causes_of_last = [Text(cause, style="red") for cause in causes(told["runs"][0]["failures"])]
    lines = [*causes_of_last, Text(""), Text(counts), *_tag_lines(told["tags"], regions), Text("")]
    return Group(runs, *lines, *_source_lines(told["sources"], zone))


def _tag_lines(tags: dict[str, dict[str, int]], regions: Mapping[str, str]) -> list[RenderableType]:
    """How many relevant items each domain and each region has, most first."""
    titles = {"domain": _("Domains"), "region": _("Regions")}
    lines: list[RenderableType] = []
    for facet, title in titles.items():
        counted = list(tags.get(facet, {}).items())
        told = [f"{regions.get(tag) or domain_name(tag)} {n}" for tag, n in counted[:_SHOWN_TAGS]]
        if more := len(counted) - len(told):
            told.append(_n("{n} other", "{n} others", more).format(n=more))
        if told:
            lines.append(Text(_("{title}: {counts}").format(title=title, counts=", ".join(told))))
    return lines


def _source_lines(sources: Sequence[dict[str, Any]], zone: ZoneInfo) -> list[RenderableType]:
    """Sources in trouble a line each; those that are well together in one."""
    active = [source for source in sources if source["active"]]
    well = sum(source["health"] == "ok" for source in active)
    untried = sum(source["health"] == "untried" for source in active)
    told = _n("{n} source is well.", "{n} sources are well.", well).format(n=well)
    lines = [told if well else _("No source is well.")] if untried < len(active) else []
    if untried:
        told = _n("{n} source not asked yet.", "{n} sources not asked yet.", untried)
        lines.append(told.format(n=untried))
    order = ["failing", "silent", "retired"]
    for state in order:
        lines += [
            _("  {name} ({id}): {health}").format(
                name=source["name"], id=source["source_id"], health=_health(source, zone)
            )
            for source in active
            if source["health"] == state
        ]
    return [Text(line) for line in lines]


def health_table(told: dict[str, Any], zone: ZoneInfo) -> RenderableType:
    """Every source at work: last attempt, success and new item; then why some are in trouble."""
    active = [source for source in told["sources"] if source["active"]]
    if not active:
        return Text(_("No source has been asked yet. « veille run nightly » asks them."))
    table = table_of(_("id"), _("last attempt"), _("last success"), _("last new item"), _("state"))
    for source in active:
        moments = (source[key] for key in ("last_attempt", "last_success", "last_new"))
        told_moments = (moment(value, zone) or "–" for value in moments)
        table.add_row(source["source_id"], *told_moments, _health_word(source["health"]))
    why = [
        _("{name}: {health}").format(name=source["source_id"], health=_health(source, zone))
        for source in active
        if source["failure"]
    ]
    return Group(table, *map(Text, ["", *why] if why else []))


def _run_state(status: str) -> str:
    return {
        "running": _("at work now"),
        "ok": _("done"),
        "partial": _("done, with failures"),
        "out_of_time": _("time over"),
        "interrupted": _("interrupted"),
        "failed": _("failed"),
        "impossible": _("nothing could be reached"),
        "died": _("broken off"),
    }.get(status, status)


def _named(counts: dict[str, int]) -> list[tuple[str, int]]:
    names = {
        "items": _("items"),
        "articles": _("articles"),
        "entries": _("announcements"),
        "waiting": _("waiting to be read"),
        "unjudged": _("waiting to be judged"),
        "stories": _("stories told several times"),
    }
    return [(names.get(key, key), count) for key, count in counts.items()]


def _health_word(health: str) -> str:
    return {
        "ok": _("well"),
        "untried": _("not asked yet"),
        "failing": _("in trouble"),
        "silent": _("silent for longer than usual"),
        "retired": _("retired"),
    }.get(health, health)


def _health(source: dict[str, Any], zone: ZoneInfo) -> str:
    """Return a source's state with its reason and since when."""
    state, failure = _health_word(source["health"]), source["failure"]
    if not failure:
        return state
    since = moment(source["failing_since"], zone)
    if source["health"] == "retired":
        return _("retired on {since}: the site has withdrawn it for good ({detail})").format(
            since=since, detail=failure["detail"]
        )
    return _("{state} since {since}: {why}").format(
        state=state, why=explain(failure["kind"], failure["detail"]), since=since
    )


def _state(source: Source) -> str:
    if source.active:
        return _("at work")
    return _("waits: {why}").format(why=_waiting(source))


def _waiting(source: Source) -> str:
    return {
        Waiting.ADDRESS: _("the address of its feed or sitemap is to be found"),
        Waiting.UNSEEN: _("to be seen working (« veille sources check --activate »)"),
        Waiting.PAUSED: _("paused"),
    }.get(Waiting(waiting_reason(source))) or explain_lack(source.kind)


def _answer(trial: Trial) -> str:
    if trial.failure:
        return explain(trial.failure.kind, trial.failure.detail)
    n = len(trial.entries)
    return _n("{n} entry", "{n} entries", n).format(n=n)


def moment(value: str | datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as people write it, in the workspace's zone; empty for none."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return str(format_datetime(at.astimezone(zone), "d MMM HH:mm", locale=locale_name()))


def locale_name() -> str:
    """Return the locale in which numbers and dates are written."""
    return {"fr": "fr_CA", "en": "en_CA"}[language()]


def decimal(value: float, places: int = 2) -> str:
    """Return a number as people write it: « 0,84 » in French."""
    form = "0." + "0" * places
    return str(format_decimal(value, format=form, locale=locale_name()))


def table_of(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):  # the first holds what people copy: never folded
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table
