"""`veille subscribers bounces`: what came back, and what is decided of it."""

from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _


def bounces(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would be decided, and do nothing."))
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.speech import log_to_stderr, out, print_json
    from veille.clock import SystemClock
    from veille.deliver.wording import explain_return, tell_returns
    from veille.mailout.returns import deal_with_returns, open_inbox
    from veille.subscriptions import open_readers, rules_of
    from veille.workspace import open_workspace

    log_to_stderr()
    opened = open_workspace(workspace)
    with open_readers(opened) as readers, open_inbox(opened) as inbox:
        found = deal_with_returns(readers, inbox, SystemClock().now(), dry_run=dry_run)
    if json:
        print_json(found)
        return
    out.print(tell_returns([one.kind for one in found]))
    for one in found:
        if one.subscriber_id:
            out.print(f"  {one.subscriber_id} : " + explain_return(
                one.kind, one.status, sure=one.sure, stopped=one.stopped))  # fmt: skip
    out.print(rules_of(opened).bounces.in_words())


bounces.__doc__ = _(
    "Read the messages that came back, and set addresses aside by the rule; people’s answers stay "
    "unread.\n\n"
    "Exit codes: 0 done; 2 settings; 4 the server could not be reached."
)
