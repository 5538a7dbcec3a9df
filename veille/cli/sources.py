"""`veille sources …`: the registry of sources, looked at, tried, and added to."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.localised import Command, Group
from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

app = typer.Typer(cls=Group, help=_("See, try and add sources."), no_args_is_help=True)


@app.command("list", cls=Command, help=_("List the sources, and why some wait."))
def list_(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    from veille.cli.speech import out, print_json
    from veille.cli.tables import source_table
    from veille.sources.registry import load_registry
    from veille.workspace import open_workspace

    registry = load_registry(open_workspace(workspace).sources)
    if json:
        print_json(registry.sources)
        return
    out.print(source_table(registry.sources, registry.to_locate))


@app.command(
    cls=Command, help=_("Ask sources now and say what a poll would bring; nothing is stored.")
)
def check(
    ids: Annotated[
        list[str] | None, typer.Argument(help=_("Sources by id; all of them by default."))
    ] = None,
    activate: Annotated[
        bool, typer.Option("--activate", help=_("Put those that work to work, in sources.yaml."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.progress import looker_on
    from veille.cli.speech import err, out, print_json
    from veille.cli.tables import trial_table
    from veille.curate import activate_working, try_sources
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    with looker_on(quiet=json) as watcher:
        trials = try_sources(opened, ids or (), watcher)
    if json:
        print_json([trial.told() for trial in trials])
    else:
        out.print(trial_table(trials))
    if activate:
        woken = activate_working(opened, trials)
        told = _("Put to work: {names}.") if woken else _("No waiting source was put to work.")
        (err if json else out).print(told.format(names=", ".join(woken)))
    if not any(trial.works for trial in trials):
        raise typer.Exit(4)


@app.command(
    cls=Command, help=_("Find the feed of a web address, show its last items, and add it.")
)
def add(
    url: Annotated[str, typer.Argument(help=_("A site’s or a feed’s address."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Add it without asking."))] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import out
    from veille.cli.tables import trial_items
    from veille.curate import add_source, discover
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    trial = discover(opened, url)
    out.print(trial_items(trial))
    if not yes and not _agreed(_("Add this source to sources.yaml? [y/N]")):
        raise typer.Exit(1)
    out.print(_("Added as « {id} ».").format(id=add_source(opened, trial)))
    out.print(_("Give it its language, region and category in sources.yaml."))


@app.command(
    "import",
    cls=Command,
    help=_("Add the feeds of an OPML file; they wait until « check --activate »."),
)
def import_(
    file: Annotated[Path, typer.Argument(help=_("An OPML file."), show_default=False)],
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import out
    from veille.curate import import_opml
    from veille.i18n import _n
    from veille.workspace import open_workspace

    result = import_opml(open_workspace(workspace), file)
    if n := len(result.added):
        out.print(_n("{n} source added, waiting.", "{n} sources added, waiting.", n).format(n=n))
        out.print(_("« veille sources check --activate » puts those that answer to work."))
    else:
        out.print(_("No source was added."))
    for title in result.known:
        out.print(_("Already there: {title}").format(title=title))
    for title in result.without_address:
        out.print(_("Without an address, left out: {title}").format(title=title))


@app.command(cls=Command, help=_("Write the sources as OPML, on stdout or in a file."))
def export(
    file: Annotated[Path | None, typer.Argument(help=_("Where to write it."))] = None,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.sources.opml import write_opml
    from veille.sources.registry import load_sources
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    opml = write_opml(load_sources(opened.sources), title=opened.settings.veille.name)
    if file is None:
        typer.echo(opml, nl=False)
    else:
        file.write_bytes(opml)


def _agreed(question: str) -> bool:
    """Ask; yes in French or English is yes, anything else is no."""
    answer = typer.prompt(question, default="", show_default=False, prompt_suffix=" ")
    return str(answer).strip().lower() in {"o", "oui", "y", "yes"}
