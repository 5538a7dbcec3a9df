"""The verbs, put together."""

from typing import Annotated

import typer

from veille.cli import (
    backup,
    bounces,
    check,
    classify,
    decisions,
    digest,
    evaluate,
    holdings,
    init,
    publish,
    query,
    restore,
    run,
    schedule,
    search,
    send,
    serve,
    show,
    sources,
    status,
    store,
    subscribers,
    tidy,
    train,
    users,
)
from veille.cli.localised import Command, Group
from veille.i18n import _
from veille.version import __version__

app = typer.Typer(
    name="veille",
    cls=Group,
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


app.command("init", cls=Command)(init.init)
app.command("check", cls=Command)(check.check)
app.add_typer(sources.app, name="sources")
app.command("run", cls=Command)(run.run)
app.command("schedule", cls=Command)(schedule.schedule)
app.command("status", cls=Command)(status.status)
app.command("show", cls=Command)(show.show)
app.command("search", cls=Command)(search.search)
app.command("query", cls=Command)(query.query)
app.add_typer(holdings.app, name="items")
app.command("publish", cls=Command)(publish.publish)
app.command("classify", cls=Command)(classify.classify)
app.command("evaluate", cls=Command)(evaluate.evaluate)
app.command("train", cls=Command)(train.train)
app.add_typer(decisions.app, name="decisions")
digest.app.command("send", cls=Command)(send.send)
digest.app.command("settle", cls=Command)(send.settle)
digest.app.command("key", cls=Command)(send.key)
app.add_typer(digest.app, name="digest")
subscribers.app.command("bounces", cls=Command)(bounces.bounces)
app.add_typer(subscribers.app, name="subscribers")
app.command("backup", cls=Command)(backup.backup)
app.command("tidy", cls=Command)(tidy.tidy)
app.command("restore", cls=Command)(restore.restore)
app.add_typer(store.app, name="store")
app.add_typer(users.app, name="users")
app.command("serve", cls=Command)(serve.serve)
