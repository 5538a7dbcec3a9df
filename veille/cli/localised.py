"""Commands that speak the language in force: the library's help does not, nor do its complaints."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
import typer.core

from veille.i18n import _, language

_UsageError: Any = typer.BadParameter.__bases__[0]  # the library keeps its name to itself


class Command(typer.core.TyperCommand):
    """A verb."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401
        params = super().get_params(ctx)
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = ""  # or the help says <bool>, as if a value were wanted
        return params

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's own types
        return _spoken(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        with _complaints_spoken():
            return super().parse_args(ctx, args)


class Group(typer.core.TyperGroup):
    """A group of verbs."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        return _spoken(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        with _complaints_spoken():
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        with _complaints_spoken():
            return super().resolve_command(ctx, args)


def _spoken(option: Any) -> Any:  # noqa: ANN401
    if option is not None:
        option.help = _("Show this message and exit.")
    return option


@contextmanager
def _complaints_spoken() -> Iterator[None]:
    """Say in the language in force what the library says of a wrong use in English."""
    try:
        yield
    except _UsageError as error:
        if language() == "en" or type(error).__name__ == "NoArgsIsHelpError":
            raise
        raise _UsageError(_complaint(error), ctx=error.ctx) from None


def _complaint(error: Any) -> str:  # noqa: ANN401
    param = getattr(error, "param", None)
    name = param.opts[0] if param is not None else getattr(error, "option_name", "")
    match type(error).__name__:
        case "MissingParameter":
            return _("« {name} » is missing.").format(name=name)
        case "NoSuchOption":
            told = _("No such option: {name}").format(name=name)
            near = ", ".join(error.possibilities or ())
            return _("{told} (there is {near})").format(told=told, near=near) if near else told
        case "BadOptionUsage":
            return _("The option {name} wants a value.").format(name=name)
        case "BadParameter":
            told = _("The value of « {name} » does not fit: {problem}.")
            return told.format(name=name, problem=_problem(error.message.rstrip(".")))
    message = str(error.message)
    if message.startswith("Got unexpected extra argument"):
        return _("Too many words: {words}.").format(words=message.rpartition("(")[2].rstrip(")"))
    message = re.sub("'([^']*)'", "«\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}»", message)
    return message.replace("Did you mean", _("Did you mean"))


def _problem(message: str) -> str:
    """Say what does not fit in a value; what is not known in the library's own words."""
    if found := re.search(r"(greater|less) than or equal to (\S+)", message):
        least, most = _("{n} or more is wanted"), _("{n} or less is wanted")
        return (least if found[1] == "greater" else most).format(n=found[2])
    if "valid integer" in message:
        return _("a whole number is wanted")
    if "valid number" in message:
        return _("a number is wanted")
    if "does not match the formats" in message:
        return _("a day is wanted, like this: 2026-11-21")
    if found := re.search(r"is not one of (.+)", message):
        return _("there are {names}").format(names=found[1].replace("'", ""))
    return message
