"""`veille digest send|settle|key`: an approved issue leaves; what a person decides about it."""

from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _, _n

WeekOption = Annotated[
    str | None, typer.Option(help=_("The issue: 2026-W47, or a month; by default this week’s."))
]


def send(
    week: WeekOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would go, to how many, and send nothing."))
    ] = False,
    test: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=_("Send one message to this address and no other.")),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help=_("Send so many messages, no more."))
    ] = None,
    whenever: Annotated[
        bool, typer.Option("--now", help=_("Send it though its hour is not come or its week over."))
    ] = False,
    despite: Annotated[
        bool, typer.Option("--despite-faults", help=_("Send it in spite of what checks find."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.mailing import Asked, run_send, run_test
    from veille.cli.speech import log_to_stderr

    log_to_stderr()
    asked = Asked(week, dry_run, limit, whenever, despite, json)
    code = run_test(workspace, asked, test) if test else run_send(workspace, asked)
    raise typer.Exit(code)


send.__doc__ = _(
    "Send an approved issue to its readers; asked again, it goes on where it stopped.\n\n"
    "Exit codes: 0 done (messages put off go with the next send); 1 the server ended it early; "
    "2 not approved, not its time, a fault found, or settings; 3 another sending is at work; "
    "4 the server could not be reached."
)


def settle(
    week: WeekOption = None,
    resend: Annotated[
        bool, typer.Option("--resend/--count-as-sent", help=_("Send them again, or let them be."))
    ] = False,
    state: Annotated[
        str, typer.Option(help=_("Which messages: unknown, refused or expired."))
    ] = "unknown",
    message: Annotated[
        list[str] | None,
        typer.Option(help=_("The start of a message’s key; all of them by default.")),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.mailing import run_settle, settle_issue
    from veille.cli.speech import out

    if told := settle_issue(workspace, week, resend=resend):
        out.print(told)
        return
    n = run_settle(workspace, week, resend=resend, state=state, only=message or [])
    told = _n("{n} message settled.", "{n} messages settled.", n).format(n=n)
    out.print(told + (" " + _("They go with the next send.") if resend and n else ""))


settle.__doc__ = _(
    "Decide on messages whose fate only a person can settle: unknown ones, say.\n\n"
    "« veille digest status » lists them."
)


def key(workspace: WorkspaceOption = None) -> None:
    from veille.cli.mailing import told_key
    from veille.cli.speech import out

    out.print(told_key(workspace))


key.__doc__ = _("Show the record to publish in the domain for the signing key (DKIM).")
