"""Commands whose `--help` speaks the language in force: the library's own words for it do not."""

from typing import Any

import typer.core

from veille.i18n import _


class Command(typer.core.TyperCommand):
    """A verb."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's own types
        return _spoken(super().get_help_option(ctx))


class Group(typer.core.TyperGroup):
    """A group of verbs."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        return _spoken(super().get_help_option(ctx))


def _spoken(option: Any) -> Any:  # noqa: ANN401
    if option is not None:
        option.help = _("Show this message and exit.")
    return option
