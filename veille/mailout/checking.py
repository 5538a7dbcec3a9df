"""Look at an issue before it goes: its editions, signature, links, and names of regions."""

from collections.abc import Iterable
from datetime import datetime

from veille.bulletins import Bulletins
from veille.deliver.checks import (
    Finding,
    check_links,
    check_mail,
    check_names,
    check_signature,
    links_of,
)
from veille.deliver.message import letterhead, write_message
from veille.deliver.readiness import refuse_unready
from veille.mailout.plan import Plan
from veille.mailout.sending import leave_link, signer_of
from veille.model.bulletin import Approved
from veille.model.deliveries import Addressee, message_key
from veille.ports import Fetcher
from veille.workspace import Workspace


def check_plan(
    workspace: Workspace, bulletins: Bulletins, approved: Approved, plan: Plan, now: datetime
) -> list[Finding]:
    """Return what is found without a network, each thing said once; faults come first.

    Raises UsageError for settings that do not allow a sending at all.
    """
    refuse_unready(workspace.settings.deliver)
    found = [
        finding for post in plan.posts for finding in check_mail(post.mail, bulletins.masthead)
    ]
    if plan.posts:
        found += check_signature(_specimen(workspace, plan, now))
    found += check_names(_our_words(approved), _regions(bulletins))
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.fault)


def check_web(workspace: Workspace, plan: Plan, fetcher: Fetcher) -> list[Finding]:
    """Return what is found of the links, asked politely one by one; nothing is sent."""
    own = workspace.settings.deliver.public_url
    urls = dict.fromkeys(url for post in plan.posts for url in links_of(post.mail))
    return check_links([url for url in urls if not url.startswith(own)], fetcher)


def _specimen(workspace: Workspace, plan: Plan, now: datetime) -> bytes:
    """Return a message as it would go, to an address that is nobody's."""
    settings = workspace.settings.deliver
    nobody = Addressee("", "nobody@example.org", settings.public_url, leave_link(settings, "x"))
    key = message_key(plan.issue, "nobody")
    message = write_message(plan.posts[0].mail, nobody, letterhead(settings), key=key, at=now)
    signer = signer_of(workspace)
    return signer.sign(message) if signer else message


def _our_words(approved: Approved) -> Iterable[str]:
    """Yield what people of the team wrote: editorials and notes."""
    issue = approved.issue
    yield from (issue.editorial, issue.editorial_en)
    for piece in issue.pieces:
        yield from (piece.note, piece.note_en)


def _regions(bulletins: Bulletins) -> list[str]:
    return [name for code, name in bulletins.names("fr").items() if code.startswith("QC-")]
