"""Render: an edition and its templates to HTML mail, text and web page. Pure.

Content cannot become template: it is only ever a value, escaped wherever HTML is written. A missing
name is an error, not a blank. Templates are looked for in the workspace first, file by file, then
among those of this package.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from veille.digest.typography import fill, quoted
from veille.digest.view import edition_view
from veille.errors import ConfigError
from veille.i18n import _, _n, language, speaking
from veille.model.bulletin import PERSONAL_LINK, IssueEdition, Masthead, RenderedMail

MAIL_HTML, MAIL_TEXT, WEB = "mail.html.j2", "mail.txt.j2", "web.html.j2"
TEMPLATES = (MAIL_HTML, MAIL_TEXT, WEB)
_ENCODING = '<meta charset="utf-8">'


def render_mail(
    edition: IssueEdition,
    masthead: Masthead,
    names: Mapping[str, str],
    overrides: Path | None = None,
) -> RenderedMail:
    """Return an edition as a mail: `PERSONAL_LINK` stands in both bodies where each person's goes.

    `names` are the regions' names by code, in the edition's language; `overrides` is the folder of
    the workspace's own templates. Raises ConfigError that names a template which cannot be used, or
    leaves the personal link out: nobody is written to without a way to leave.
    """
    with speaking(edition.language):
        view = edition_view(edition, masthead, names)
        given = {"edition": view, "personal_link": PERSONAL_LINK}
        html = _encoding_first(_inliner().inline(_rendered(overrides, MAIL_HTML, given)))
        text = _rendered(overrides, MAIL_TEXT, given)
    for name, body in ((MAIL_HTML, html), (MAIL_TEXT, text)):
        if PERSONAL_LINK not in body:
            told = _("personal_link is not in it: nobody could unsubscribe")
            raise ConfigError(_("{place} cannot be used:").format(place=name), (told,))
    return RenderedMail(
        edition.issue.name, edition.key, edition.language, view.subject, html, text.strip() + "\n"
    )


def render_web(
    edition: IssueEdition,
    masthead: Masthead,
    names: Mapping[str, str],
    overrides: Path | None = None,
    *,
    calendar_url: str = "calendar.ics",
    archive_url: str = "",
) -> str:
    """Return an edition as a page of its own, for the archive; see `render_mail`.

    The addresses are those of its iCal file, and of the list of issues where there is one.
    """
    with speaking(edition.language):
        view = edition_view(edition, masthead, names)
        given = {"edition": view, "calendar_url": calendar_url, "archive_url": archive_url}
        return _rendered(overrides, WEB, given)


def template_faults(overrides: Path) -> Iterable[str]:
    """Yield what is wrong with the workspace's own templates, each with its file and line."""
    environment = _environment(overrides)
    known = {path.name for path in shipped_templates().iterdir()}
    for path in sorted(overrides.glob("*.*")):
        if path.name not in known:
            told = _("this stands for none of ours, so nothing shows it; there are: {names}")
            yield f"{path}: {told.format(names=', '.join(sorted(known)))}"
            continue
        try:
            environment.get_template(path.name)
        except TemplateSyntaxError as error:
            yield f"{error.filename or path}:{error.lineno}: {error.message}"
        except (TemplateError, OSError, UnicodeError) as error:
            yield f"{path}: {error}"


def shipped_templates() -> Path:
    """Return the folder of the templates that come with this package."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / "digests" / "weekly"
    return checkout if checkout.is_dir() else package / "_starter" / "digests" / "weekly"


def _rendered(overrides: Path | None, name: str, given: Mapping[str, object]) -> str:
    try:
        return _environment(overrides).get_template(name).render(given)
    except TemplateSyntaxError as error:
        place = f"{error.filename or name}:{error.lineno}"
        told = str(error.message)
    except (TemplateError, OSError, UnicodeError) as error:
        place, told = name, str(error)
    raise ConfigError(_("{place} cannot be used:").format(place=place), (told,))


@cache
def _environment(overrides: Path | None) -> Environment:
    folders = [*([overrides] if overrides else []), shipped_templates()]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=lambda name: name is None or not name.endswith(".txt.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.globals.update(_=_, _n=_n)
    environment.filters.update(fill=fill, quoted=_quoted)
    return environment


def _quoted(text: str) -> str:
    return quoted(text, language())


def _encoding_first(html: str) -> str:
    """Say the encoding within the first 1024 bytes: the inliner puts the rules it keeps before."""
    return html.replace(_ENCODING, "", 1).replace("<head>", f"<head>{_ENCODING}", 1)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
