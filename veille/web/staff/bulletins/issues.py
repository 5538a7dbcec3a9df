"""What the pages of the bulletin desk share: the week, what it is made from, its order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from veille.digest.draft import Draft, Line
from veille.digest.remarks import Remark
from veille.digest.weeks import monday_of
from veille.errors import ConfigError, UsageError, VeilleError
from veille.i18n import _
from veille.model import Source
from veille.model.bulletin import Candidate
from veille.sources.registry import load_sources
from veille.web.pages import chosen_language
from veille.web.site import Site
from veille.web.staff.shell import see_other

if TYPE_CHECKING:
    from veille.bulletins import Bulletins


_FOLDER = re.compile(r"/[^«»:;]*?/(?=var/bulletins/)")


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a draft as the page shows it; `place` counts from 1 within its section."""

    line: Line
    item: Candidate | None
    place: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """The items of a section that are about one region, in the order of the issue."""

    region: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Here:
    """What a handler is about: the request, the site, the week."""

    request: Request
    site: Site
    week: str

    @property
    def path(self) -> str:
        """The path of the week's page."""
        return f"/bulletins/{self.week}"


def _week(week: str) -> str:
    """Answer 404 for what names no week: it names a folder too."""
    try:
        monday_of(week)
    except UsageError:
        raise HTTPException(404) from None
    return week


WeekHere = Annotated[str, Depends(_week)]
"""A handler's parameter that is the week in the path."""


def bulletins_here(site: Site) -> "Bulletins":
    """Return the workspace's bulletins, under the excerpt policies that sources.yaml says now."""
    from veille.bulletins import Bulletins  # with all that composes them: 0.4 s

    path = site.workspace.sources
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return Bulletins.of(
        site.workspace.root,
        site.workspace.settings,
        _sources(path, stamp),
        lend=site.snapshots.lent,
    )


@lru_cache(maxsize=4)
def _sources(path: Path, stamp: int) -> tuple[Source, ...]:
    return tuple(load_sources(path)) if stamp else ()


def region_of(item: Candidate | None) -> str | None:
    """Return the region under which an item is shown."""
    return item.regions[0] if item and item.regions else None


def in_places(
    draft: Draft, section: str, found: Mapping[str, Candidate], told: Sequence[Remark] = ()
) -> list[Places]:
    """Return the kept items of a section as its edition shows them: by region."""
    groups: dict[str | None, list[Line]] = {}
    for line in draft.kept:
        if line.section == section:
            groups.setdefault(region_of(found.get(line.item_id)), []).append(line)
    places, number = [], 0
    for region, lines in groups.items():
        rows = []
        for line in lines:
            number += 1
            said = tuple(one.told for one in told if one.item_id == line.item_id)
            rows.append(Row(line, found.get(line.item_id), number, said))
        places.append(Places(region, tuple(rows)))
    return places


def shown_ids(draft: Draft, section: str, found: Mapping[str, Candidate]) -> list[str]:
    """Return the ids of the kept items of a section, as they are shown."""
    places = in_places(draft, section, found)
    return [row.line.item_id for place in places for row in place.rows]


def back_to(
    request: Request,
    site: Site,
    path: str,
    *,
    at: str = "",
    said: str = "",
    kind: str = "good",
    undo: str = "",
) -> Response:
    """Lead back to a page of the desk, to one of its parts (`at`), and say something there."""
    chosen = chosen_language(request.query_params.get("lang"))
    sign = "&" if "?" in path else "?"
    whole = path + (f"{sign}lang={chosen}" if chosen else "") + (f"#{at}" if at else "")
    return see_other(request, site, whole, flash=said, kind=kind, undo=undo)


def refusal(error: VeilleError) -> str:
    """Say on one line why something was not done; where on this machine is nobody's business."""
    if faults := faults_of(error):
        return _("The draft cannot be read: {faults}").format(faults="; ".join(faults))
    return _FOLDER.sub("", " ".join(str(error).split()))


def faults_of(error: VeilleError) -> tuple[str, ...]:
    """Return the faults of a file, one by one."""
    return error.faults if isinstance(error, ConfigError) else ()


def edited(
    here: Here,
    gesture: Callable[[Draft], Draft],
    at: str,
    said: str,
    *,
    stamp: Callable[[Draft], str] | None,
    seen: str,
) -> Response:
    """Do a gesture and lead back to where it shows; raise as `edit`."""
    from veille.bulletins.editing import edit

    edit(bulletins_here(here.site), here.week, gesture, stamp=stamp, seen=seen)
    return back_to(here.request, here.site, here.path, at=at, said=said)
