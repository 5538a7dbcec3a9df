"""`veille restore`: a workspace taken back from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def restore(
    folder: Annotated[
        Path,
        typer.Argument(help=_("A backup, or the folder of the backups: then the newest.")),
    ],
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help=_("The workspace’s folder, there or not; by default yours.")
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=_("Replace what is there; it is set aside."))
    ] = False,
    without_people: Annotated[
        bool,
        typer.Option("--without-people", help=_("Leave alone what is personal; no key is needed.")),
    ] = False,
    key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("The key’s file, where VEILLE_BACKUP_KEY is not set.")),
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.kept import tell_restore
    from veille.cli.speech import log_to_stderr, print_json
    from veille.restore import take_back

    log_to_stderr()
    done = take_back(
        folder,
        into,
        given=workspace,
        force=force,
        without_people=without_people,
        key_file=key_file,
    )
    if json:
        print_json(
            {
                "root": str(done.root),
                "made": done.manifest.at,
                "erased": done.erased,
                "unknown": done.unknown,
                "aside": done.aside and str(done.aside),
                "people": done.people,
            }
        )
    else:
        tell_restore(done)


restore.__doc__ = _(
    "Take a workspace back from a backup, verified first: all of it or nothing. People erased "
    "since stay erased, and what may have been sent since waits for your word.\n\n"
    "Exit codes: 0 restored; 1 the backup is damaged, or the disk does not allow it; 2 something "
    "is there already, no key, or a newer veille’s backup; 3 a run or a sending is at work."
)
