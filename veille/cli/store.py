"""`veille store move`: the working store carried to a DuckLake, or back to its file."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.localised import Command, Group
from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _, _n

app = typer.Typer(
    cls=Group,
    help=_("Move the working store to a DuckLake that several engines share, or back."),
    no_args_is_help=True,
)


def move(
    to: Annotated[
        str,
        typer.Argument(
            metavar="STORE",
            help=_("« ducklake:postgres:dbname=… host=… user=… », or « file »."),
        ),
    ],
    data: Annotated[
        str, typer.Option(help=_("Folder of the DuckLake's data files, the same for all engines."))
    ] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import log_to_stderr, out, print_json
    from veille.moving import move_store
    from veille.workspace import open_workspace

    log_to_stderr()
    moved = move_store(open_workspace(workspace), to, str(Path(data).absolute()) if data else "")
    if json:
        print_json(moved)
        return
    rows = sum(moved.rows.values())
    told = _n("{n} row in {store}, compared.", "{n} rows in {store}, compared.", rows)
    out.print(told.format(n=rows, store=moved.store), soft_wrap=True, highlight=False)
    if moved.set_aside:
        out.print(
            _("The old file is in {path} until retention takes it.").format(path=moved.set_aside),
            soft_wrap=True,
            highlight=False,
        )


move.__doc__ = _(
    "Carry the working store to a DuckLake that several engines share, or back to its file.\n\n"
    "All of it is compared before config.yaml names the new place; cut short, the old place stays "
    "in force: give the command again. Of a DuckLake that was left nothing is deleted.\n\n"
    "Exit codes: 0 moved; 1 a store cannot be used; 2 there is a store already; 3 a run is at work."
)
app.command(cls=Command)(move)
