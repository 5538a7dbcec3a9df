"""An issue in all its forms, rendered with the workspace's own masthead, names and templates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.bulletins.place import Bulletins
from veille.digest.calendar import calendar
from veille.digest.editions import edition_of
from veille.digest.render import render_mail, render_web
from veille.files import write
from veille.model.bulletin import Issue, IssueEdition, RenderedMail

FORMS = ("mail.html", "mail.txt", "web.html", "calendar.ics")
"""The files of an edition."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One edition in all its forms."""

    edition: IssueEdition
    mail: RenderedMail
    web: str
    calendar: bytes


def rendered(
    bulletins: Bulletins,
    issue: Issue,
    now: datetime,
    *,
    domains: Collection[str] = (),
    regions: Collection[str] = (),
    language: str = "fr",
) -> Rendered:
    """Return an issue's edition for an audience, in all its forms; by default the whole of it."""
    edition = edition_of(issue, domains, regions, language)
    masthead, names = bulletins.masthead, bulletins.names(language)
    return Rendered(
        edition=edition,
        mail=mail_of(bulletins, edition, names),
        web=render_web(edition, masthead, names, _overrides(bulletins)),
        calendar=calendar(edition, masthead, now),
    )


def mail_of(
    bulletins: Bulletins, edition: IssueEdition, names: Mapping[str, str] | None = None
) -> RenderedMail:
    """Return an edition as it is sent, `PERSONAL_LINK` standing for each person's link."""
    names = names or bulletins.names(edition.language)
    return render_mail(edition, bulletins.masthead, names, _overrides(bulletins))


def write_forms(folder: Path, made: Rendered) -> None:
    """Write an edition's files in a folder."""
    written: tuple[str | bytes, ...] = (
        made.mail.html,
        made.mail.text,
        made.web,
        made.calendar,
    )
    for name, content in zip(FORMS, written, strict=True):
        write(folder / name, content)


def _overrides(bulletins: Bulletins) -> Path | None:
    return bulletins.templates if bulletins.templates.is_dir() else None
