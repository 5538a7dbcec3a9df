"""`veille publish`: both catalogues, now."""

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def publish(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    from veille.cli.found import published_words
    from veille.cli.speech import out, print_json
    from veille.runner import publish_now
    from veille.workspace import open_workspace

    made = publish_now(open_workspace(workspace))
    if json:
        print_json({"snapshot": made.snapshot_id, "items": made.items})
    else:
        out.print(published_words(made))


publish.__doc__ = _(
    "Publish both catalogues now, whether anything changed or not.\n\n"
    "Exit codes: 0 done; 1 it could not be written; 2 wrong use or settings; "
    "3 a run is at work."
)
