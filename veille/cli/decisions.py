"""`veille decisions export|import`: what people decided, as labelled JSON Lines."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.localised import Command, Group
from veille.cli.options import WorkspaceOption
from veille.i18n import _, _n

app = typer.Typer(
    cls=Group,
    help=_("Take out what people decided, as labelled texts; take it in elsewhere."),
    no_args_is_help=True,
)


@app.command("export", cls=Command)
def export(
    file: Annotated[
        Path, typer.Argument(help=_("Where to write; « - » is the standard output."))
    ] = Path("-"),
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help=_("Only what was decided from this day on (2026-11-21).")),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    import json
    import sys

    from veille.cli.options import midnight
    from veille.cli.speech import err
    from veille.errors import UsageError
    from veille.faults import unreadable
    from veille.files import write
    from veille.learning import labelled
    from veille.runner import desk_of
    from veille.store.catalogue import TEAM, Catalogue
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    moment = midnight(since, opened.settings.zone) if since else None
    desk = desk_of(opened)
    decided = {}
    if desk:
        with desk:
            decided = desk.decisions.all_current()
    found: list[labelled.Review] = []
    if decided:
        with Catalogue(opened.catalogue, TEAM) as catalogue:
            found = list(labelled.since(labelled.reviews(decided, catalogue), moment))
    lines = "".join(json.dumps(one.told(), ensure_ascii=False) + "\n" for one in found)
    if str(file) == "-":
        sys.stdout.write(lines)
    else:
        try:
            write(file, lines)
            file.chmod(0o600)  # whole texts of others
        except OSError as error:
            raise UsageError(unreadable(file, error)) from None
    told = _n("{n} item decided on.", "{n} items decided on.", len(found)).format(n=len(found))
    err.print(told)


@app.command("import", cls=Command)
def import_(
    file: Annotated[Path, typer.Argument(help=_("JSON Lines of « veille decisions export »."))],
    by: Annotated[
        str, typer.Option(help=_("Who decided, where a line does not say it."))
    ] = "import",
    workspace: WorkspaceOption = None,
) -> None:
    from veille.classify.lexicon import load_lexicon
    from veille.classify.regions.names import known_codes
    from veille.classify.versions import vocabulary_path
    from veille.cli.judging import lines_of
    from veille.cli.speech import err, out
    from veille.clock import SystemClock
    from veille.learning.moving import take_in
    from veille.sources.codes import Codes
    from veille.store.desk import open_desk
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    domains = load_lexicon(vocabulary_path(opened.models)).domains
    codes = Codes(known_codes(opened.models / "regions"), frozenset(domains))
    with lines_of(file) as lines, open_desk(opened.desk) as desk:
        moved = take_in(desk, lines, codes=codes, author=by, now=SystemClock().now())
    for number in moved.bad[:10]:
        told = _("Line {number}: no item with what was decided of it; skipped.")
        err.print(told.format(number=number))
    for number, wrong in list(moved.strange.items())[:10]:
        told = _("Line {number}: {problem}; skipped.")
        err.print(told.format(number=number, problem=wrong))
    new = _n("{n} item decided on.", "{n} items decided on.", moved.new).format(n=moved.new)
    known = _n("{n} was so already.", "{n} were so already.", moved.known).format(n=moved.known)
    out.print(f"{new} {known}")
    if moved.kept:
        told = _n(
            "{n} was decided otherwise since: that stays.",
            "{n} were decided otherwise since: that stays.",
            moved.kept,
        )
        out.print(told.format(n=moved.kept))
    raise typer.Exit(1 if moved.bad or moved.strange else 0)


export.__doc__ = _(
    "Write the items whose relevance people decided, with their texts as published, a JSON line "
    "each: what « veille evaluate » reads. « domains » or « regions » is null where nobody decided "
    "them. The texts are others’: the file is for the team."
)
import_.__doc__ = _(
    "Decide on this workspace’s desk what such lines say, each with its author and day; twice adds "
    "nothing, and what was decided since stays. To move a whole workspace, take a backup.\n\n"
    "Exit codes: 0 done; 1 some lines say nothing, or name unknown domains or regions; 2 wrong "
    "use or settings."
)
