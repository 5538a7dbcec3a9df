"""Every text a person sees, in their language: gettext catalogues, English in the code.

`_("Nothing new.")` gives the sentence in the language in force. Catalogues are in
`veille/locale/<language>/LC_MESSAGES/veille.po`; CONTRIBUTING.md says how to add a sentence.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
_CATALOGUES = Path(__file__).parent / "locale"


def N_(message: str) -> str:
    """Mark a sentence for the catalogues without translating it here."""
    return message


# What the command-line library says by itself; it looks these up in our catalogue.
COMMAND_LINE = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Arguments"),
    N_("Error"),
    N_("Aborted."),
    N_("Aborted!"),
    N_("[default: {}]"),
    N_("[env var: {}]"),
    N_("[required]"),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
    N_("Show this message and exit."),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("No such option: {name}"),
    N_("Missing argument"),
    N_("Missing option"),
)
_language: ContextVar[str] = ContextVar("language", default="fr")


def use_language(language: str) -> None:
    """Put a language in force for this context (a command, or one web request)."""
    _language.set(language if language in LANGUAGES else LANGUAGES[0])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Put a language in force within a `with`, then the one before."""
    before = _language.get()
    use_language(language)
    try:
        yield
    finally:
        _language.set(before)


def language() -> str:
    """Return the language in force."""
    return _language.get()


def _(message: str) -> str:
    """Return `message` in the language in force; English when it has no translation."""
    return _catalogue(_language.get()).gettext(message)


def _n(one: str, many: str, count: int) -> str:
    """Return the form of a sentence that fits `count` in the language in force."""
    return _catalogue(_language.get()).ngettext(one, many, count)


def translate_command_line() -> None:
    """Let the command-line library's own words (« Usage », « Options ») speak our language too.

    It asks Python's global gettext domain, so that domain becomes ours.
    """
    os.environ["LANGUAGE"] = _language.get()
    gettext.bindtextdomain("veille", _CATALOGUES)
    gettext.textdomain("veille")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("veille", _CATALOGUES, languages=[language], fallback=True)
