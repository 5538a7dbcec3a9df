"""`veille digest …`: make an issue of the bulletin, look at it, approve it."""

from typing import Annotated

import typer

from veille.cli import send
from veille.cli.localised import Command, Group
from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _

app = typer.Typer(
    cls=Group,
    help=_("Make an issue of the bulletin, look at it, approve it."),
    no_args_is_help=True,
)

WeekOption = Annotated[
    str | None,
    typer.Option("--week", help=_("A week, as 2026-W47; by default this one."), show_default=False),
]


@app.command("build", cls=Command)
def build_(
    week: WeekOption = None, json: JsonOption = False, workspace: WorkspaceOption = None
) -> None:
    from veille.bulletins import build
    from veille.cli.issues import built_lines, opened
    from veille.cli.speech import out, print_json

    bulletins, named, now = opened(workspace, week)
    built = build(bulletins, named, now)
    if json:
        print_json({"week": named, "path": str(built.path), "added": built.added,
                    "kept": len(built.draft.kept), "offered": len(built.draft.lines)})  # fmt: skip
    else:
        out.print(built_lines(built))


@app.command("preview", cls=Command)
def preview(
    week: WeekOption = None,
    domain: Annotated[list[str] | None, typer.Option(help=_("A domain; may be repeated."))] = None,
    region: Annotated[list[str] | None, typer.Option(help=_("A region; may be repeated."))] = None,
    language: Annotated[str, typer.Option(help=_("Language of the edition: fr or en."))] = "fr",
    workspace: WorkspaceOption = None,
) -> None:
    from veille import i18n
    from veille.bulletins import approved_issue, draft_issue, rendered, write_forms
    from veille.cli.issues import (
        checked_audience,
        left_lines,
        opened,
        past_lines,
        preview_screen,
    )
    from veille.cli.speech import out

    bulletins, named, now = opened(workspace, week)
    domains, regions = tuple(domain or ()), tuple(region or ())
    checked_audience(bulletins, domains, regions, language)
    approved = approved_issue(bulletins, named)
    issue, left_out = (approved.issue, ()) if approved else draft_issue(bulletins, named)
    made = rendered(bulletins, issue, now, domains=domains, regions=regions, language=language)
    is_whole = not (domains or regions) and language == "fr"
    folder = bulletins.folder / named / ("" if is_whole else "preview")
    write_forms(folder, made)
    told = left_lines(left_out)
    if not approved:
        told += past_lines(made.edition.pieces, now.astimezone(bulletins.settings.zone).date())
    out.print(preview_screen(made, told, folder, bulletins.names(i18n.language())))


@app.command("approve", cls=Command)
def approve_(
    week: WeekOption = None,
    by: Annotated[
        str | None,
        typer.Option(
            help=_("Who approves; by default the name of this session."), show_default=False
        ),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    import getpass

    from veille.bulletins import approve, load_draft
    from veille.cli.issues import approved_lines, opened
    from veille.cli.speech import out

    bulletins, named, now = opened(workspace, week)
    approved = approve(bulletins, named, by or getpass.getuser(), now)
    out.print(approved_lines(bulletins, approved, load_draft(bulletins, named), now))


@app.command("status", cls=Command)
def status(
    week: WeekOption = None, json: JsonOption = False, workspace: WorkspaceOption = None
) -> None:
    from veille.bulletins import archive, state_of
    from veille.cli.issues import opened, state_json, state_lines
    from veille.cli.speech import out, print_json
    from veille.cli.standing import standing_json, standing_lines, standings

    bulletins, named, now = opened(workspace, week)
    state = state_of(bulletins, named, now)
    before = [one for one in archive(bulletins) if one.issue.name != named]
    delivered = standings(workspace)
    if json:
        told = state_json(bulletins, state, before)
        print_json({**told, "deliveries": standing_json(delivered)})
    else:
        queued = named in {one.issue for one in delivered}
        out.print(state_lines(bulletins, state, before, queued=queued))
        if delivered:
            out.print(standing_lines(workspace, delivered))


build_.__doc__ = _(
    "Compose the week’s draft from the newest catalogue, or add what is new at its end; what you "
    "wrote in it stays.\n\n"
    "Exit codes: 0 done; 1 there is no catalogue; 2 the draft has faults, or is approved."
)
preview.__doc__ = _(
    "Write the issue as its readers will see it (mail.html, mail.txt, web.html), and say what was "
    "taken from whom; for one audience, in the folder preview/.\n\n"
    "Exit codes: 0 done; 2 no draft, or faults in it."
)
approve_.__doc__ = _(
    "Approve the week’s draft: from then on the issue does not change.\n\n"
    "Exit codes: 0 done; 2 nothing to send, faults in the draft, or approved already."
)
status.__doc__ = _(
    "Say where the week’s issue stands, and list those before it.\n\n"
    "Exit codes: 0 done; 1 an approved issue was changed; 2 faults in the draft."
)


app.command("send", cls=Command)(send.send)
app.command("settle", cls=Command)(send.settle)
app.command("key", cls=Command)(send.key)
