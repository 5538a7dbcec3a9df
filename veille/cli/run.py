"""`veille run NAME`: run a pipeline."""

from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

_A_WEEK = 7 * 24 * 60


def run(
    name: Annotated[
        str, typer.Argument(help=_("A file of pipelines/: nightly, weekly…"), show_default=False)
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help=_("Take so many things in each step, no more."))
    ] = None,
    only: Annotated[str | None, typer.Option(help=_("Take this one step."))] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help=_("Take again, from this day on (2026-11-21), what was put off or judged before."),
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--all", help=_("Ask every source, due or not, but retired ones."))
    ] = False,
    budget: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            min=0,
            max=_A_WEEK,
            help=_("End in order after so long, in place of run.budget_minutes; 0: no limit."),
        ),
    ] = None,
    wait: Annotated[
        float,
        typer.Option(
            metavar="MINUTES",
            min=0,
            max=_A_WEEK,
            help=_("Wait so long for another run’s end, if there is one."),
        ),
    ] = 0,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from dataclasses import asdict

    from veille.cli.options import midnight
    from veille.cli.progress import looker_on
    from veille.cli.speech import log_to_stderr, print_json
    from veille.health.report import causes, exit_code, summary
    from veille.pipeline import Options
    from veille.runner import run_pipeline
    from veille.workspace import open_workspace

    log_to_stderr()
    opened = open_workspace(workspace)
    options = Options(
        limit,
        only,
        force,
        since=midnight(since, opened.settings.zone) if since else None,
        budget=None if budget is None else budget * 60,
    )
    with looker_on(quiet=json) as watcher:
        report = run_pipeline(opened, name, options, watcher=watcher, wait=wait * 60)
    if json:
        print_json(report)
    else:
        typer.echo(summary(report))
        if any(step.name == "train" for step in report.steps):
            from veille.learning.account import last_words

            typer.echo(last_words(opened.var))
        for cause in causes([asdict(failure) for failure in report.failures]):
            typer.secho(cause, err=True, fg="red")
    raise typer.Exit(exit_code(report))


run.__doc__ = _(
    "Run a pipeline: what is missing is made, what is there is left alone.\n\n"
    "Exit codes: 0 done (failed sources are in the report), or ended by its time budget; "
    "1 a step failed, or too many sources; 2 wrong use or settings; 3 another run is at work; "
    "4 nothing could be done."
)
