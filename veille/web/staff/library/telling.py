"""What people decided, in the words of the page that shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from veille.digest.view import section_name
from veille.i18n import _
from veille.model.decisions import Decision, Facet, Value


@dataclass(frozen=True, slots=True)
class Act:
    """One gesture on an item: what it decided, in words; `is_undone` once it was taken back."""

    act: str
    author: str
    at: datetime
    words: tuple[str, ...]
    reason: str
    version: int
    is_undone: bool
    is_undoing: bool


def acts(decisions: Iterable[Decision], regions: Mapping[str, str]) -> list[Act]:
    """Return the gestures that these decisions were taken by, newest first."""
    by_act: dict[str, list[Decision]] = {}
    for one in decisions:
        by_act.setdefault(one.act, []).append(one)
    undone = {group[0].undoes for group in by_act.values() if group[0].undoes}
    told = [
        Act(
            act,
            group[0].author,
            group[0].at,
            tuple(words_of(one.facet, one.value, regions) for one in group),
            next((one.reason for one in group if one.reason), ""),
            group[0].version,
            act in undone,
            group[0].undoes is not None,
        )
        for act, group in by_act.items()
    ]
    return told[::-1]


def words_of(facet: Facet, value: Value, regions: Mapping[str, str]) -> str:
    """Say what was decided of a facet."""
    if value is None:
        return _taken_back(facet)
    match facet:
        case Facet.RELEVANT:
            return _("relevant") if value else _("not relevant")
        case Facet.DOMAINS if isinstance(value, tuple):
            return ", ".join(map(section_name, value)) or _("no domain")
        case Facet.REGIONS if isinstance(value, tuple):
            return ", ".join(regions.get(one, one) for one in value) or _("no region")
        case Facet.STATE:
            return state_name(str(value))
    return _("note: {text}").format(text=value)


def state_name(state: str) -> str:
    """Return what becomes of an item, in a word or two; the code of one we do not know."""
    names = {
        "accepted": _("accepted"),
        "kept": _("for the bulletin"),
        "aside": _("set aside"),
        "discuss": _("to discuss"),
        "later": _("later"),
    }
    return names.get(state, state)


def _taken_back(facet: Facet) -> str:
    return {
        Facet.RELEVANT: _("relevance: no decision any more"),
        Facet.DOMAINS: _("domains: no decision any more"),
        Facet.REGIONS: _("regions: no decision any more"),
        Facet.STATE: _("new again"),
        Facet.NOTE: _("no note any more"),
    }[facet]
