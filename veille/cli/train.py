"""`veille train`: fit the domain model to the workspace's examples; take back a promotion."""

from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.options import WorkspaceOption
from veille.i18n import _

if TYPE_CHECKING:
    from veille.workspace import Workspace


def train(
    rollback: Annotated[
        bool,
        typer.Option(
            "--rollback", help=_("Take back the last model promoted; the one before judges again.")
        ),
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.classify import force
    from veille.classify.recipe import load_recipe
    from veille.classify.storage import load_or_fit
    from veille.classify.versions import model_version, recipe_path
    from veille.cli.judging import progress
    from veille.cli.speech import out
    from veille.learning.account import last_words
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    base = model_version(opened.models, load_recipe(recipe_path(opened.models)))
    if rollback:
        _roll_back(opened, base)
    with progress() as tell:
        model, _lexicon = load_or_fit(opened.models, opened.var, tell)
    out.print(_("The model {version} is ready.").format(version=model.version))
    held = force.in_force(opened.var, base)
    if held.left:
        out.print(
            _(
                "The model {left} had learnt from reviews; the workspace’s files, or the engine, "
                "changed since, and it no longer judges. « veille run train » learns anew."
            ).format(left=held.left)
        )
    elif held.version != model.version:
        out.print(
            _("The model {version} cannot be read any more. « veille run train » learns anew.")
            .format(version=held.version)
        )  # fmt: skip
    elif held.promoted:
        one = held.promoted[-1]
        told = _("It learnt from {n} reviews too, and judges since {since}.")
        out.print(told.format(n=one.reviews, since=one.since[:10]))
    if words := last_words(opened.var):
        out.print(f"\n{words}")


def _roll_back(opened: "Workspace", base: str) -> None:
    """Bring back the model before; raise UsageError when there is none, LockHeld during a run."""
    from veille.classify import force
    from veille.cli.speech import out
    from veille.clock import SystemClock
    from veille.errors import UsageError
    from veille.runner import only_run

    with only_run(opened, "train --rollback", SystemClock()):
        before = force.in_force(opened.var, base).version
        now = force.roll_back(opened.var, base)
    if now is None:
        raise UsageError(
            _("There is nothing to take back: {version} comes from the workspace’s own files.")
            .format(version=before)
        )  # fmt: skip
    told = _("{before} is taken back, and not promoted again; {version} judges from now on.")
    out.print(told.format(before=before, version=now.version))


train.__doc__ = _(
    "Fit the domain model to the workspace’s examples, unless this very model is already there. "
    "What people decided is learnt by « veille run train ». Articles judged already are judged "
    "anew by the next night.\n\n"
    "Exit codes: 0 done; 2 wrong use or settings; 3 a run is at work (--rollback)."
)
