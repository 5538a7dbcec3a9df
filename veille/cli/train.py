"""`veille train`: fit the domain model to the workspace's examples."""

from veille.cli.options import WorkspaceOption
from veille.i18n import _


def train(workspace: WorkspaceOption = None) -> None:
    from veille.classify.storage import load_or_fit
    from veille.cli.judging import progress
    from veille.cli.speech import out
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    with progress() as tell:
        model, _lexicon = load_or_fit(opened.root / "models", opened.var, tell)
    out.print(_("The model {version} is ready.").format(version=model.version))


train.__doc__ = _(
    "Fit the domain model to the workspace’s examples, unless this very model is already there."
)
