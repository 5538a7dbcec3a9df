"""`veille backup`: a verified copy of the workspace."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help=_("The folder of the backups; by default backup.folder of config.yaml."),
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help=_("Keep so many, the newest; by default as backup: says.")),
    ] = None,
    without_people: Annotated[
        bool,
        typer.Option(
            "--without-people", help=_("Leave out subscribers, accounts, decisions and secrets.")
        ),
    ] = False,
    catalogue: Annotated[
        bool, typer.Option("--catalogue", help=_("The newest published catalogue too."))
    ] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help=_("Write a new key for VEILLE_BACKUP_KEY, and end."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.backups import back_up
    from veille.cli.kept import tell_backup
    from veille.cli.speech import log_to_stderr, print_json
    from veille.keeping import sealing
    from veille.workspace import open_workspace

    if new_key:
        typer.echo(sealing.new_key())
        return
    log_to_stderr()
    made = back_up(
        open_workspace(workspace),
        folder,
        keep=keep,
        without_people=without_people,
        catalogue=catalogue or None,
    )
    if json:
        told = made.manifest.model_dump(exclude={"files"}, mode="json")
        gone = [str(one) for one in made.taken_away]
        print_json(told | {"folder": str(made.folder), "bytes": made.manifest.size, "gone": gone})
    else:
        tell_backup(made)


backup.__doc__ = _(
    "Make a whole copy of the workspace, verify it, and take away those whose turn is over. Runs "
    "and pages go on meanwhile. What is personal is sealed with the key in VEILLE_BACKUP_KEY.\n\n"
    "Exit codes: 0 made and verified; 1 the disk or a store does not allow it; 2 wrong use, or no "
    "key; 3 another backup, or a run that writes without a pause, is at work."
)
