"""What people decided of an item, as it is shown beside what the model says."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from veille.classify.explain import domain_name
from veille.digest.typography import spoken_moment
from veille.i18n import _, _n, language
from veille.model.decisions import Decision, Facet, State, Value, in_force


def decided_lines(
    decisions: Sequence[Decision],
    regions: Mapping[str, str],
    zone: ZoneInfo,
    *,
    version: int,
    issue: str | None = None,
) -> list[str]:
    """Say who decided what of an item and when, in whose place of what the model had said.

    `decisions` are all that were ever taken on it, oldest first; `version` is its text's now,
    `issue` the bulletin that told it. Nothing where nobody decided anything.
    """
    if not decisions and issue is None:
        return []
    lines = ["", _("Decided by people")]
    if issue:
        lines.append("  " + _("Published in the bulletin of {week}.").format(week=issue))
    held = in_force(decisions)
    for decided in held.values():
        for facet in Facet:
            if one := decided.facets.get(facet):
                lines += [f"  {line}" for line in _of(one, regions, zone)]
        looked_at = max((one.version for one in decided.facets.values()), default=version)
        if looked_at < version:
            lines.append("  " + _("Its text changed since."))
    taken_back = len(decisions) - sum(len(decided.facets) for decided in held.values())
    if taken_back > 0:
        told = _n("({n} earlier decision.)", "({n} earlier decisions.)", taken_back)
        lines.append("  " + told.format(n=taken_back))
    return lines


def _of(one: Decision, regions: Mapping[str, str], zone: ZoneInfo) -> Iterator[str]:
    day = spoken_moment(one.at.astimezone(zone), language())
    told = _("{what}: {value} ({author}, {day})").format(
        what=_facet(one.facet), value=_value(one.facet, one.value, regions),
        author=one.author, day=day,
    )  # fmt: skip
    yield told + (_(" because « {reason} »").format(reason=one.reason) if one.reason else "")
    if one.said is not None and one.said != one.value:
        said = _value(one.facet, one.said, regions)
        yield "  " + _("the model had said: {value}").format(value=said)


def _facet(facet: Facet) -> str:
    return {
        Facet.RELEVANT: _("Relevant"),
        Facet.DOMAINS: _("Domains"),
        Facet.REGIONS: _("Regions"),
        Facet.STATE: _("State"),
        Facet.NOTE: _("Note"),
    }[facet]


def _value(facet: Facet, value: Value, regions: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        name = domain_name if facet is Facet.DOMAINS else lambda code: regions.get(code, code)
        return ", ".join(map(name, value)) or _("none")
    return _state(value) if facet is Facet.STATE else f"« {value} »"


def _state(value: Value) -> str:
    return {
        State.ACCEPTED: _("accepted"),
        State.KEPT: _("kept for the bulletin"),
        State.ASIDE: _("set aside"),
        State.DISCUSS: _("to be discussed"),
        State.LATER: _("put off"),
    }[State(str(value))]
