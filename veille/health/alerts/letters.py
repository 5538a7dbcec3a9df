"""The message that tells a member of the staff what is wrong, all of it at once. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from veille.deliver.letter import Letter
from veille.digest.typography import fill
from veille.health.alerts.wording import (
    PAGE,
    SHOWN,
    by_remedy,
    moment,
    remedy,
    subject_line,
    title,
    what,
)
from veille.health.incidents import WEEKLY, Incident
from veille.i18n import _, _n, speaking


@dataclass(frozen=True, slots=True)
class Place:
    """Which watch it is about: its name, its folder, the machine, the zone of its hours."""

    name: str
    root: str
    host: str
    zone: ZoneInfo


def compose(incidents: Sequence[Incident], address: str, language: str, place: Place) -> Letter:
    """Return the message, in this language: what cannot wait first, then the sources."""
    with speaking(language):
        urgent = [one for one in incidents if one.kind not in WEEKLY]
        sources = [one for one in incidents if one.kind in WEEKLY]
        parts = [*(_section(one, place.zone) for one in urgent)]
        if sources:
            parts += [_heading(sources), *_sources(sources, place.zone)]
        parts.append(_foot(place))
        text = "\n\n".join(parts) + "\n"
        return Letter(address, language, subject_line(place.name, incidents), text, asked=False)


def _section(one: Incident, zone: ZoneInfo) -> str:
    lines = [
        fill(title(one)),
        fill(what(one, zone) + _since_over(one, zone), indent="  "),
        fill(_("To do: {remedy}").format(remedy=remedy(one)), indent="  "),
        fill(_("More: {page}, {kind}").format(page=PAGE, kind=one.kind), indent="  "),
    ]
    return "\n".join(lines)


def _heading(sources: Sequence[Incident]) -> str:
    told = _n("{n} source in trouble", "{n} sources in trouble", len(sources))
    more = _("« veille status --sources » shows them all.")
    return fill(f"{told.format(n=len(sources))}. {more}")


def _sources(sources: Sequence[Incident], zone: ZoneInfo) -> Iterator[str]:
    """Yield what is to be done, and the sources it is to be done about."""
    lasting = [one for one in sources if one.closed is None]
    for told, group in by_remedy(lasting):
        lines = [fill(_("To do: {remedy}").format(remedy=told))]
        lines += [_line(one, what(one, zone)) for one in group[:SHOWN]]
        if (more := len(group) - SHOWN) > 0:
            lines.append(_n("  - and {n} other", "  - and {n} others", more).format(n=more))
        kinds = ", ".join(sorted({one.kind for one in group}))
        lines.append(fill(_("More: {page}, {kind}").format(page=PAGE, kind=kinds), indent="  "))
        yield "\n".join(lines)
    if over := [one for one in sources if one.closed is not None]:
        names = ", ".join(one.name or one.subject for one in over[:SHOWN])
        names += ", …" if len(over) > SHOWN else ""
        yield fill(_("Well again by themselves: {names}.").format(names=names))


def _line(one: Incident, told: str) -> str:
    text = fill(f"- {one.name or one.subject} ({one.subject}), {told}", indent="    ", first="  ")
    return f"{text}\n    {one.address}" if one.address else text


def _since_over(one: Incident, zone: ZoneInfo) -> str:
    if one.closed is None:
        return ""
    return " " + _("It has been over since {at}.").format(at=moment(one.closed, zone))


def _foot(place: Place) -> str:
    where = _("This is “{name}”, in {root} on {host}. « veille status » shows how it stands now.")
    once = _("Each incident is told once; nothing more comes until another one.")
    told = fill(f"{where.format(name=place.name, root=place.root, host=place.host)} {once}")
    return f"-- \n{told}"
