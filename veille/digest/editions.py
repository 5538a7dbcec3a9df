"""Editions: what of an issue each audience gets. Pure.

Of several audiences that get the same, one edition is made: its key is a hash of what is in it.
"""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

from veille.model import digest
from veille.model.bulletin import Group, Issue, IssueEdition, Piece, Section


class Chosen(Protocol):
    """What one audience chose: domains and regions (none named: all), and a language."""

    @property
    def domains(self) -> tuple[str, ...]: ...
    @property
    def regions(self) -> tuple[str, ...]: ...
    @property
    def language(self) -> str: ...


C = TypeVar("C", bound=Chosen)


def edition_of(
    issue: Issue,
    domains: Collection[str] = (),
    regions: Collection[str] = (),
    language: str = "fr",
) -> IssueEdition:
    """Return an audience's edition; one without pieces is nothing to send."""
    order = issue.sections
    placed = [
        (section, piece)
        for piece in issue.pieces
        if _in_places(piece, regions) and (section := _section(piece, domains)) is not None
    ]
    ids = [one for one in order if any(section == one for section, _piece in placed)]
    sections = tuple(
        Section(one, _by_region([piece for section, piece in placed if section == one]))
        for one in ids
    )
    shown = [f"{one.id}/{piece.item_id}" for one in sections for piece in one.pieces]
    return IssueEdition(issue, digest(issue.name, language, *shown)[:12], language, sections)


def editions(issue: Issue, audiences: Iterable[C]) -> dict[C, IssueEdition]:
    """Return the edition of each audience, equal ones being one value; no empty ones."""
    made: dict[str, IssueEdition] = {}
    found = {}
    for audience in audiences:
        one = edition_of(issue, audience.domains, audience.regions, audience.language)
        if one.sections:
            found[audience] = made.setdefault(one.key, one)
    return found


def why(piece: Piece, domains: Collection[str] = (), regions: Collection[str] = ()) -> list[str]:
    """Return the codes by which an audience gets a piece: domains, then regions."""
    by_place = [one for one in piece.regions if not regions or _concerns(one, regions)]
    return [one for one in piece.domains if not domains or one in domains] + by_place


def _section(piece: Piece, domains: Collection[str]) -> str | None:
    """Return where an audience finds a piece: under its section, or a domain that they chose."""
    if not domains:
        return piece.section
    wanted = [one for one in piece.domains if one in domains]
    if not wanted:
        return None
    is_elsewhere = piece.section in piece.domains and piece.section not in domains
    return wanted[0] if is_elsewhere else piece.section


def _in_places(piece: Piece, regions: Collection[str]) -> bool:
    """Return whether a piece is about no place, or about one that concerns those chosen."""
    return not (regions and piece.regions) or any(_concerns(one, regions) for one in piece.regions)


def _concerns(region: str, chosen: Collection[str]) -> bool:
    """Return whether a region is chosen, lies in one that is, or is the province of one."""
    if region in chosen or any(one in chosen for one in _above(region)):
        return True
    return region == "CA-QC" and any(one.startswith("QC-") for one in chosen)


def _above(code: str) -> tuple[str, ...]:
    if code.startswith("QC-"):
        return ("CA-QC", "CA")
    return (code[:2],) if "-" in code else ()


def _by_region(pieces: list[Piece]) -> tuple[Group, ...]:
    """Return pieces by their first region, in the order in which the issue has them."""
    groups: dict[str | None, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(piece.regions[0] if piece.regions else None, []).append(piece)
    return tuple(Group(region, tuple(of)) for region, of in groups.items())
