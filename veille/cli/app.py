"""The verbs, put together.

A verb's module is imported once the verb is named, or the help of all is asked for: the options of
all of them, known each time, would take as long as the library of the command line itself.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from veille.cli.localised import Command, Group
from veille.i18n import _
from veille.version import __version__

VERBS = (
    "init",
    "check",
    "sources",
    "run",
    "schedule",
    "status",
    "show",
    "search",
    "query",
    "items",
    "publish",
    "classify",
    "evaluate",
    "train",
    "decisions",
    "digest",
    "subscribers",
    "backup",
    "tidy",
    "restore",
    "store",
    "users",
    "serve",
)
"""In the order of the help. Each is the function, or the `app` of verbs, of the module of its name,
but for `items`, which would hide `veille/cli/items.py`."""

_HOMES = {"items": "holdings"}


class Verbs(Mapping[str, Any]):
    """The verbs' commands by name, each made when it is asked for."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - the library's own types
        if name not in VERBS:
            raise KeyError(name)
        module = import_module(f"veille.cli.{_HOMES.get(name, name)}")
        alone = typer.Typer()
        if hasattr(module, "app"):
            alone.add_typer(module.app, name=name)
        else:
            alone.command(name, cls=Command)(getattr(module, name))
        return typer.main.get_group(alone).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


class Veille(Group):
    """`veille` itself."""

    def __init__(self, **said: Any) -> None:  # noqa: ANN401
        super().__init__(**said)
        self.commands: Any = Verbs()


app = typer.Typer(
    name="veille",
    cls=Veille,
    help=_("Strategic watch for the social and solidarity economy."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"veille {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help=_("Show the version.")
        ),
    ] = False,
) -> None:
    """Only `--version`; the verbs do the work."""
