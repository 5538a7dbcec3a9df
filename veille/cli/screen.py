"""How a watch stands, on one screen of 80 columns: what `veille status` shows to people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from veille.classify.explain import domain_name
from veille.cli.tables import decimal, moment, table_of
from veille.digest.typography import fill
from veille.health.alerts.wording import title
from veille.health.incidents import WEEKLY, AlertKind
from veille.health.report import causes, step_words
from veille.health.situation import Disk, Flow, Judging, Queues, Situation, Weekly
from veille.i18n import _, _n
from veille.model import RunReport
from veille.model.polls import Health, SourceHealth
from veille.wording import explain, store_name

WIDTH = 80
RUNS, WRONG, SOURCES, TAGS, STORES = 4, 6, 5, 6, 4
"""How many of each a screen has room for."""

_GIGABYTE, _MEGABYTE = 1_000_000_000, 1_000_000
_TROUBLED = (Health.FAILING, Health.SILENT, Health.RETIRED)


def screen(
    found: Situation, zone: ZoneInfo, regions: Mapping[str, str], alerts: Sequence[str]
) -> RenderableType:
    """Return what there is to see; `regions` has the names of regions, `alerts` says who is told.

    What is wrong comes before what is well.
    """
    parts: list[RenderableType] = []
    if found.runs:
        parts += [_runs(found.runs[:RUNS], zone), *_last(found.runs[0])]
    else:
        parts.append(Text(_("No run yet. « veille run nightly » makes the first.")))
    parts += map(_line, _hours(found, zone))
    if wrong := [_line(text, "red") for text in _wrong(found, zone)]:
        parts += [Text(), *wrong]
    parts += [Text(), *map(_line, _sources(found.sources, zone)), Text()]
    parts += map(_line, [*_facts(found, zone, regions), *alerts])
    return Group(*parts)


def health_table(sources: Sequence[SourceHealth], zone: ZoneInfo) -> RenderableType:
    """Every source at work: last attempt, success and new item; then why some are in trouble."""
    active = [source for source in sources if source.active]
    if not active:
        return Text(_("No source has been asked yet. « veille run nightly » asks them."))
    table = table_of(_("id"), _("last attempt"), _("last success"), _("last new item"), _("state"))
    for source in active:
        moments = (source.last_attempt, source.last_success, source.last_new)
        told = (moment(at, zone) or "–" for at in moments)
        table.add_row(source.source_id, *told, _health_word(source.health))
    why = [_named(one, zone) for one in active if one.failure]
    return Group(table, *map(Text, ["", *why] if why else []))


def _runs(runs: Sequence[RunReport], zone: ZoneInfo) -> Table:
    table = table_of(
        _("run"), _("begun"), _("state"), _("duration"), _("memory"), title=_("Last runs")
    )
    for run in runs:
        name = f"{run.pipeline} ({run.only})" if run.only else run.pipeline
        memory = _("{n} MB").format(n=round(run.memory_mb)) if run.memory_mb else ""
        table.add_row(
            name, moment(run.started_at, zone), _run_state(run.status), _duration(run), memory
        )
    return table


def _last(run: RunReport) -> Iterator[RenderableType]:
    """Say what the last run did, and why it failed if it did."""
    did = ", ".join(step_words(step.name, step.done, step.new) for step in run.steps)
    if did:
        yield _line(f"{did}.")
    for cause in causes([asdict(failure) for failure in run.failures]):
        yield _line(cause, "red")


def _hours(found: Situation, zone: ZoneInfo) -> Iterator[str]:
    if found.at_work:
        since = moment(found.at_work.since, zone)
        yield _("At work: {what}, since {since}.").format(what=found.at_work.what, since=since)
    coming = [
        _("{pipeline} {at}").format(pipeline=one.pipeline, at=moment(one.at, zone))
        for one in found.coming
    ]
    if coming:
        yield _("Next runs: {runs}.").format(runs=", ".join(coming))
    else:
        yield _("Nothing is due by itself: « schedule: » in config.yaml names no day.")


def _wrong(found: Situation, zone: ZoneInfo) -> Iterator[str]:
    """Say what cannot wait; docs/exploitation.md says more under the name in parentheses."""
    for missed in found.missing:
        told = _("{pipeline} should have begun on {at}, and did not.")
        yield told.format(pipeline=missed.pipeline, at=moment(missed.at, zone))
    urgent = [one for one in found.incidents if one.kind not in {*WEEKLY, AlertKind.RUN_MISSING}]
    for one in urgent[:WRONG]:
        told = _("{title}, since {since} ({kind})")
        yield told.format(title=title(one), since=moment(one.since, zone), kind=one.kind)
    if (more := len(urgent) - WRONG) > 0:
        yield _n("and {n} other thing", "and {n} other things", more).format(n=more)


def _sources(sources: Sequence[SourceHealth], zone: ZoneInfo) -> Iterator[str]:
    """Sources in trouble a line each, as far as there is room; those that are well in one."""
    active = [source for source in sources if source.active]
    count = Counter(source.health for source in active)
    words = {
        Health.OK: _n("{n} well", "{n} well", count[Health.OK]),
        Health.FAILING: _n("{n} in trouble", "{n} in trouble", count[Health.FAILING]),
        Health.SILENT: _n("{n} silent", "{n} silent", count[Health.SILENT]),
        Health.RETIRED: _n("{n} retired", "{n} retired", count[Health.RETIRED]),
        Health.UNTRIED: _n("{n} not asked yet", "{n} not asked yet", count[Health.UNTRIED]),
    }
    told = [words[health].format(n=count[health]) for health in words if count[health]]
    yield _("Sources: {counts}.").format(counts=", ".join(told) or _("none at work"))
    troubled = [one for health in _TROUBLED for one in active if one.health is health]
    for source in troubled[:SOURCES]:
        yield f"  {_named(source, zone)}"
    if (more := len(troubled) - SOURCES) > 0:
        told_more = _n("  and {n} more: « veille status --sources »",
                       "  and {n} more: « veille status --sources »", more)  # fmt: skip
        yield told_more.format(n=more)


def _facts(found: Situation, zone: ZoneInfo, regions: Mapping[str, str]) -> Iterator[str]:
    yield _waiting(found.queues)
    if found.weekly and found.weekly.state != "none":
        yield _bulletin(found.weekly, zone)
    if held := ", ".join(_held(found.counts)):
        yield _("Held: {counts}.").format(counts=held)
    for facet, name in (("domain", _("Domains")), ("region", _("Regions"))):
        if tags := _tags(found.tags.get(facet, {}), regions):
            yield _("{title}: {counts}").format(title=name, counts=", ".join(tags))
    yield _disk(found.disk, zone)
    yield _judging(found.judging)
    made = moment(found.backups.at, zone)
    yield _("Last backup: {at}.").format(at=made) if made else _("Last backup: none known.")


def _waiting(queues: Queues) -> str:
    """Say what waits for the machine, then what waits for people."""
    read, judge, review = queues.read, queues.judge, queues.review or 0
    runs = [_n("{n} page to read", "{n} pages to read", read).format(n=read)] if read else []
    if judge:
        runs.append(_n("{n} article to judge", "{n} articles to judge", judge).format(n=judge))
    told = [_("Left for the next runs: {counts}.").format(counts=", ".join(runs))] if runs else []
    if review:
        sentence = _n("Left for the team: {n} article to review.",
                      "Left for the team: {n} articles to review.", review)  # fmt: skip
        told.append(sentence.format(n=review))
    return " ".join(told) or _("Nothing waits: all is read and judged.")


def _bulletin(weekly: Weekly, zone: ZoneInfo) -> str:
    items = _n("{n} item", "{n} items", weekly.kept).format(n=weekly.kept)
    if weekly.unsent:
        told = _("Bulletin {week}: {state}, with {items}. {why}")
    elif weekly.state == "draft":
        told = _("Bulletin {week}: {state}, with {items}; its hour: {at}.")
    else:
        told = _("Bulletin {week}: {state}, with {items}; leaves on {at}.")
    state = _("a draft to approve") if weekly.state == "draft" else _("approved")
    at = moment(weekly.leaves_at, zone)
    return told.format(week=weekly.week, state=state, items=items, at=at, why=weekly.unsent)


def _held(counts: Mapping[str, int]) -> list[str]:
    n = Counter(counts)
    names = {
        "items": _n("{n} article announced", "{n} articles announced", n["items"]),
        "articles": _n("{n} read", "{n} read", n["articles"]),
        "stories": _n("{n} story told several times", "{n} stories told several times",
                      n["stories"]),
    }  # fmt: skip
    return [told.format(n=n[key]) for key, told in names.items() if key in counts]


def _tags(counted: Mapping[str, int], regions: Mapping[str, str]) -> list[str]:
    """How many relevant items each domain or region has, most first."""
    told = [
        f"{regions.get(tag) or domain_name(tag)}\N{NO-BREAK SPACE}{n}" for tag, n in counted.items()
    ]
    more = len(told) - TAGS
    return [*told[:TAGS], _n("{n} other", "{n} others", more).format(n=more)] if more > 0 else told


def _disk(disk: Disk, zone: ZoneInfo) -> str:
    free, total = decimal(disk.free / _GIGABYTE, 1), decimal(disk.total / _GIGABYTE, 0)
    told = _("Disk: {free} GB free of {total}").format(free=free, total=total)
    stores = [
        _store(name, size, disk.grown.get(name, 0))
        for name, size in disk.stores.items()
        if size >= _MEGABYTE / 10
    ]
    since = moment(disk.grown_since, zone)
    grown = " " + _("(growth since {at})").format(at=since) if since else ""
    return f"{told}; {', '.join(stores[:STORES]) or '–'}{grown}."


def _store(name: str, size: int, grown: int) -> str:
    told = _("{name} {n} MB").format(name=store_name(name), n=decimal(size / _MEGABYTE, 1))
    more = decimal(abs(grown) / _MEGABYTE, 1)
    return f"{told} ({'+' if grown > 0 else '–'}{more})" if abs(grown) >= _MEGABYTE / 10 else told


def _judging(judging: Judging) -> str:
    told = _("Model: {version}").format(version=judging.version or _("none has judged yet"))
    names = {
        "relevance_f1": _("relevance {n}"),
        "domains_macro_f1": _("domains {n}"),
        "regions_micro_f1": _("regions {n}"),
    }
    held = [names[name].format(n=decimal(floor)) for name, floor in judging.floors.items()]
    floors = "; " + _("floors: {floors}").format(floors=", ".join(held)) if held else ""
    seen = [f"{domain_name(name)} {decimal(share)}" for name, share in judging.quality.items()]
    quality = "; " + _("by people’s decisions: {shares}").format(shares=", ".join(seen))
    return f"{told}{floors}{quality if seen else ''}.{_flow(judging.flow)}"


def _flow(flow: Flow | None) -> str:
    """Say that what comes in, or how it is judged, is no longer what it was."""
    if flow is None or not flow.drifted:
        return ""
    told = _("What comes in has changed: {now} % relevant in four weeks, {before} % before; look.")
    now, before = (round(100 * share) for share in (flow.share, flow.share_before))
    return " " + told.format(now=now, before=before)


def _duration(run: RunReport) -> str:
    if run.finished_at is None:
        return ""
    minutes, seconds = divmod(round((run.finished_at - run.started_at).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{h} h {m:02}").format(h=hours, m=minutes)
    return _("{m} min {s:02} s").format(m=minutes, s=seconds) if minutes else f"{seconds} s"


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


def _health_word(health: Health) -> str:
    return {
        Health.OK: _("well"),
        Health.UNTRIED: _("not asked yet"),
        Health.FAILING: _("in trouble"),
        Health.SILENT: _("silent for longer than usual"),
        Health.RETIRED: _("retired"),
    }[health]


def _named(source: SourceHealth, zone: ZoneInfo) -> str:
    told = _("{name}: {health}")
    return told.format(name=source.source_id, health=_health(source, zone))


def _health(source: SourceHealth, zone: ZoneInfo) -> str:
    """Return a source's state with its reason and since when."""
    state, failure = _health_word(source.health), source.failure
    if source.health is Health.SILENT:
        return _("nothing new since {since}").format(since=moment(source.last_new, zone) or "–")
    if not failure:
        return state
    since = moment(source.failing_since, zone)
    if source.health is Health.RETIRED:
        return _("retired on {since}: the site has withdrawn it for good ({detail})").format(
            since=since, detail=failure.detail
        )
    return _("{state} since {since}: {why}").format(
        state=state, why=explain(failure.kind, failure.detail), since=since
    )


def _line(text: str, style: str = "") -> Text:
    """Return a text folded at the screen's width, its further lines set in."""
    return Text(fill(text, WIDTH, indent="    ", first=""), style=style)
