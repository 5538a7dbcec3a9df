"""`veille check`: every fault of the workspace at once."""

from veille.cli.options import WorkspaceOption
from veille.i18n import _


def check(workspace: WorkspaceOption = None) -> None:
    from veille.cli.speech import out
    from veille.verify import verify
    from veille.workspace import find_root

    root = find_root(workspace)
    for line in verify(root):
        out.print(line)


check.__doc__ = _("Look for every fault of the workspace at once; exit 2 if there is one.")
