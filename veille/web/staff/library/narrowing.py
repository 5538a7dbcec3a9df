"""What a search is narrowed to, and by what it can be narrowed further."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from veille.digest.view import section_name
from veille.i18n import _
from veille.web.pages import language_name
from veille.web.staff.library.searching import FACETS, Asked

Names = Mapping[str, Mapping[str, str]]
"""What people call the values of a facet, by facet and value."""

Addresses = Callable[[Asked], str]
"""Gives the address of a search."""

_MOST_VALUES = 12  # of one facet, offered; one can always narrow by another first


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many items have it, and where choosing it (or not) leads."""

    label: str
    count: int
    path: str
    is_chosen: bool


def _label(facet: str, value: str, names: Names) -> str:
    if facet == "domain":
        return section_name(value)
    if facet == "language":
        return language_name(value) if value.isalpha() and len(value) == 2 else value
    return names[facet].get(value, value)


def choices(
    asked: Asked, counted: Mapping[str, Sequence[tuple[str, int]]], names: Names, to: Addresses
) -> dict[str, list[Choice]]:
    """Return by what a search can be narrowed, by the facets' titles: the most frequent values."""
    titles = {
        "domain": _("Domain"),
        "region": _("Region"),
        "source": _("Source"),
        "language": _("Language"),
        "type": _("Kind of document"),
        "theme": _("Theme"),
    }
    offered = {
        titles[facet]: [
            Choice(
                _label(facet, value, names),
                count,
                to(asked.toggled(facet, value)),
                asked.has(facet, value),
            )
            for value, count in counted[FACETS[facet]][:_MOST_VALUES]
        ]
        for facet in FACETS
    }
    return {title: choices for title, choices in offered.items() if choices}


def chips(asked: Asked, names: Names, to: Addresses) -> list[tuple[str, str]]:
    """Return what a search is narrowed to, in words, and where it is without that."""
    found = [
        (_label(facet, value, names), asked.toggled(facet, value))
        for facet, values in asked.chosen.items()
        for value in values
    ]
    if asked.since or asked.until:
        found.append((_days(asked.since, asked.until), asked.undated()))
    if asked.decided is not None:
        told = _("decided") if asked.decided else _("not decided yet")
        found.append((told, asked.of_any_state()))
    return [(label, to(without)) for label, without in found]


def _days(since: date | None, until: date | None) -> str:
    if since and until:
        return _("{since} to {until}").format(since=since, until=until)
    if since:
        return _("since {day}").format(day=since)
    return _("until {day}").format(day=until)
